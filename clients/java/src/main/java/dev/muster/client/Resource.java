package dev.muster.client;

import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that is read, followed and cached: an item, or the instances of a service.
 *
 * @param path below {@code /api/v1/}, with its query; also its name in the cache
 * @param item the name of the item, as it was asked for; empty for anything else
 * @param absence the code of the problem that says that it does not exist; empty if it always does
 * @param reader makes a snapshot of a 200
 */
record Resource(String path, String item, String absence, Reader reader) {
  private static final String UNKNOWN_NAMESPACE = "unknown-namespace";

  /** Makes a snapshot of an answer, perhaps by asking for more. */
  @FunctionalInterface
  interface Reader {
    /**
     * Fails if the answer, or one to what is asked for more, cannot be read.
     *
     * @param leftMillis how much time is left for that
     */
    CompletableFuture<Snapshot> read(Answer answer, LongSupplier leftMillis);
  }

  static Resource item(String namespace, String item) {
    return new Resource(
        Paths.item(namespace, item),
        item,
        MusterException.UNKNOWN_ITEM,
        (answer, leftMillis) ->
            answer.etag() > 0
                ? CompletableFuture.completedFuture(Snapshot.of(answer))
                : CompletableFuture.failedFuture(untagged(answer)));
  }

  static Resource instances(String namespace, String service, Selection selection, Calls calls) {
    String path = Paths.instances(namespace, service) + "?" + selection.query();
    return new Resource(
        path,
        "",
        "",
        (answer, leftMillis) ->
            answer.etag() >= 0
                ? new InstancePages(calls, path, leftMillis).read(answer)
                : CompletableFuture.failedFuture(untagged(answer)));
  }

  /** Without its revision nothing could be told of content, nor whether it is the same later. */
  private static MusterException untagged(Answer answer) {
    return new MusterException(
        MusterException.INVALID_ANSWER,
        answer.server() + " gives content without an entity tag that Muster has made");
  }

  /**
   * Whether this may be answered when nobody can be asked. That there was no item is none: it may
   * be there by now, and nothing would say that this is old.
   */
  boolean isAnswer(@Nullable Snapshot known) {
    return known != null && (known.exists() || absence.isEmpty());
  }

  boolean isItem() {
    return !item.isEmpty();
  }

  /** Whether the answer says that it does not exist: a fact, not a failure. */
  boolean isAbsent(Answer answer) {
    return answer.status() == 404 && !absence.isEmpty() && answer.code().equals(absence);
  }

  /** Nor can anything be waited for where there is no namespace. */
  static boolean isOutsideOfAnyNamespace(Answer answer) {
    return answer.status() == 404 && answer.code().equals(UNKNOWN_NAMESPACE);
  }
}

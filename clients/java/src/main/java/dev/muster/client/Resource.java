package dev.muster.client;

import java.util.concurrent.CompletableFuture;

/**
 * Something that is read, followed and cached: an item, or the instances of a service.
 *
 * @param path below {@code /api/v1/}, with its query; also its name in the cache
 * @param absence the code of the problem that says that it does not exist; empty if it always does
 * @param reader makes a snapshot of a 200
 */
record Resource(String path, String absence, Reader reader) {
  private static final String UNKNOWN_NAMESPACE = "unknown-namespace";

  /** Makes a snapshot of an answer, perhaps by asking for more. */
  @FunctionalInterface
  interface Reader {
    CompletableFuture<Snapshot> read(Answer answer);
  }

  static Resource item(String namespace, String item) {
    return new Resource(
        Paths.item(namespace, item),
        MusterException.UNKNOWN_ITEM,
        answer -> CompletableFuture.completedFuture(Snapshot.of(answer)));
  }

  static Resource instances(String namespace, String service, Calls calls) {
    String path =
        Paths.instances(namespace, service) + "?health=passing&limit=" + Limits.INSTANCE_PAGE_SIZE;
    return new Resource(path, "", answer -> new InstancePages(calls, path).read(answer));
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

package dev.muster.client;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Reads all pages of a list of instances: joined by line ends, which JSON has none of within. All
 * are of one and the same entity tag, else they are read anew.
 */
final class InstancePages {
  private final Calls calls;
  private final String path;
  private final LongSupplier leftMillis;
  private int tries;

  InstancePages(Calls calls, String path, LongSupplier leftMillis) {
    this.calls = calls;
    this.path = path;
    this.leftMillis = leftMillis;
  }

  CompletableFuture<Snapshot> read(Answer first) {
    tries++;
    return more(first, first, new ByteArrayOutputStream(), 1);
  }

  private CompletableFuture<Snapshot> more(
      Answer first, Answer page, ByteArrayOutputStream content, int pages) {
    if (page.status() != 200) {
      return CompletableFuture.failedFuture(page.exception(MusterException.Outcome.NOT_DONE));
    }
    if (page.etag() != first.etag()) {
      return tries < Limits.INSTANCE_PAGING_TRIES_MAX
          ? calls.round(Call.get(path), leftMillis.getAsLong()).thenCompose(this::read)
          : CompletableFuture.failedFuture(
              new MusterException(
                  MusterException.LIST_CHANGED,
                  path + " changed " + tries + " times while its pages were read"));
    }
    content.writeBytes(page.body());
    String next;
    try {
      next = Json.object(page.body()).get("next") instanceof String cursor ? cursor : "";
    } catch (Json.MalformedException e) {
      return CompletableFuture.failedFuture(
          new MusterException(
              MusterException.INVALID_ANSWER, page.server() + ": " + e.getMessage()));
    }
    if (next.isEmpty()) {
      return whole(first, content.toByteArray());
    }
    if (pages == Limits.INSTANCE_PAGES_MAX) {
      return CompletableFuture.failedFuture(
          new MusterException(
              MusterException.LIMIT_EXCEEDED,
              path + " has more than " + pages + " pages of " + Limits.INSTANCE_PAGE_SIZE));
    }
    content.write('\n');
    return calls
        .round(Call.get(path + "&cursor=" + Paths.encode(next, "")), leftMillis.getAsLong())
        .thenCompose(answer -> more(first, answer, content, pages + 1));
  }

  private static CompletableFuture<Snapshot> whole(Answer first, byte[] content) {
    Snapshot snapshot = new Snapshot(first.revision(), first.etag(), "application/json", content);
    try {
      InstanceJson.decode(snapshot); // so that what is cached and handed on can be read later
      return CompletableFuture.completedFuture(snapshot);
    } catch (MusterException unreadable) {
      return CompletableFuture.failedFuture(unreadable);
    }
  }
}

package dev.muster.config;

import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Where contents are parsed: small ones at once, on whatever thread asks (an event loop perhaps),
 * larger ones by a worker.
 */
public final class Work {
  private Work() {}

  /** Whether so many bytes are too many for an event loop to parse. */
  public static boolean isLarge(long bytes) {
    return bytes > ConfigLimits.PARSED_AT_ONCE_BYTES_MAX;
  }

  /**
   * Does a piece of work.
   *
   * @return completed when this returns, unless the work is large
   */
  public static <T> CompletableFuture<T> run(boolean large, Supplier<T> work) {
    if (large) {
      return CompletableFuture.supplyAsync(work, Infrastructure.getDefaultWorkerPool());
    }
    try {
      return CompletableFuture.completedFuture(work.get());
    } catch (RuntimeException failed) {
      return CompletableFuture.failedFuture(failed);
    }
  }
}

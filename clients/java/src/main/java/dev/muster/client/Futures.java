package dev.muster.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What futures hide. */
final class Futures {
  private Futures() {}

  /** What really failed. */
  static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException || cause instanceof ExecutionException) {
      Throwable inner = cause.getCause();
      if (inner == null) {
        return cause;
      }
      cause = inner;
    }
    return cause;
  }

  /** As what callers are told. */
  static MusterException asMuster(Throwable failure) {
    Throwable cause = cause(failure);
    return cause instanceof MusterException muster
        ? muster
        : new MusterException(
            MusterException.UNAVAILABLE,
            0,
            String.valueOf(cause),
            MusterException.Outcome.UNKNOWN,
            -1,
            0,
            cause);
  }

  /**
   * Waits for a result that comes in bounded time.
   *
   * @throws MusterException what failed, with this call's stack; {@link
   *     MusterException#INTERRUPTED}
   */
  static <T> T join(CompletableFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      future.cancel(true);
      throw new MusterException(
          MusterException.INTERRUPTED,
          0,
          "interrupted while waiting for an answer",
          MusterException.Outcome.UNKNOWN,
          -1,
          0,
          e);
    } catch (ExecutionException e) {
      MusterException failure = asMuster(e);
      failure.fillInStackTrace(); // where the caller is, not where the answer came in
      throw failure;
    }
  }
}

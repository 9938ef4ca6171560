package dev.muster.watch;

import java.util.concurrent.CompletableFuture;

/**
 * A future that says when it ends, once, however it ends: answered, failed, cancelled or timed out,
 * by whomever. So whoever has given it out forgets it, and nothing is left behind.
 */
public abstract class CountedFuture<T> extends CompletableFuture<T> {

  /** The future has ended; called by the thread that ended it, once. */
  protected abstract void ended();

  // Every way in which a future ends leads through one of these three, time-outs included.

  @Override
  public final boolean complete(T value) {
    return forget(super.complete(value));
  }

  @Override
  public final boolean completeExceptionally(Throwable failure) {
    return forget(super.completeExceptionally(failure));
  }

  @Override
  public final boolean cancel(boolean mayInterrupt) {
    return forget(super.cancel(mayInterrupt));
  }

  private boolean forget(boolean now) {
    if (now) {
      ended();
    }
    return now;
  }
}

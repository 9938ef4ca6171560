package dev.muster.cluster;

import java.time.Duration;
import java.util.function.Supplier;

/** Waits for conditions with a deadline; never sleeps for a guess. */
final class Await {
  private static final long POLL_MILLIS = 20;

  private Await() {}

  /** A condition that may fail while it is not yet true. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws Exception;
  }

  /** Returns once the condition holds; fails with what it saw last when the deadline passes. */
  static void until(Duration deadline, Supplier<String> what, Condition condition) {
    long end = System.nanoTime() + deadline.toNanos();
    Exception last = null;
    while (true) {
      try {
        if (condition.holds()) {
          return;
        }
        last = null;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting: " + what.get(), e);
      } catch (Exception e) {
        last = e;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + deadline + ": " + what.get(), last);
      }
      pause();
    }
  }

  /** The pause between two tries. */
  static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.muster.client;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for conditions with a deadline; never sleeps for a guess. */
public final class Await {
  private static final long DEADLINE_SECONDS = 30;
  private static final long POLL_MILLIS = 5;

  private Await() {}

  public static void until(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + DEADLINE_SECONDS + " s: " + what);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}

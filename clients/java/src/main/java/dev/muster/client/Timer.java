package dev.muster.client;

import java.util.function.LongSupplier;

/** The client's time: read and waited for here only, so that tests can have their own. */
interface Timer {
  /** Milliseconds of a clock that never goes back; only differences mean something. */
  long nowMillis();

  /** Runs a task that does not block, once; cancelling it twice, or late, does nothing. */
  Task after(long delayMillis, Runnable task);

  /** How much is left of a time that begins now; below 0 once it is over. */
  default LongSupplier countdown(long millis) {
    long begunMillis = nowMillis();
    return () -> millis - (nowMillis() - begunMillis);
  }

  /** Something that is still to happen. */
  @FunctionalInterface
  interface Task {
    void cancel();
  }
}

package dev.muster.client;

/** The client's time: read and waited for here only, so that tests can have their own. */
interface Timer {
  /** Milliseconds of a clock that never goes back; only differences mean something. */
  long nowMillis();

  /** Runs a task that does not block, once; cancelling it twice, or late, does nothing. */
  Task after(long delayMillis, Runnable task);

  /** Something that is still to happen. */
  @FunctionalInterface
  interface Task {
    void cancel();
  }
}

package dev.muster.client;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One daemon thread that waits for everything. */
final class SystemTimer implements Timer, AutoCloseable {
  private final ScheduledThreadPoolExecutor executor =
      new ScheduledThreadPoolExecutor(1, Threads.named("muster-client-timer"));

  SystemTimer() {
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  @Override
  public Task after(long delayMillis, Runnable task) {
    try {
      Future<?> scheduled = executor.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
      return () -> scheduled.cancel(false);
    } catch (RejectedExecutionException closed) {
      return () -> {}; // what still wanted to wait is cancelled by whoever closed the client
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}

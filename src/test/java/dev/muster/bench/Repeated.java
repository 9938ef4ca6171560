package dev.muster.bench;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does something at a steady rate, on a thread of its own, until it is closed. */
final class Repeated implements AutoCloseable {
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private volatile Exception failure;

  /** What is done. */
  interface Task {
    void run() throws Exception;
  }

  Repeated(Duration every, Task task) {
    var unused =
        thread.scheduleAtFixedRate(
            () -> {
              try {
                task.run();
              } catch (Exception failed) {
                failure = failed;
              }
            },
            0,
            every.toNanos(),
            TimeUnit.NANOSECONDS);
  }

  /** Whatever went wrong has spoiled what was measured. */
  void demandSuccess() throws Exception {
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}

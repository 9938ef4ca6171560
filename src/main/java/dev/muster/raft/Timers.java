package dev.muster.raft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Runs tasks again and again, each on a thread of its own: whoever waits for an answer in time, or
 * for the watchdog, does not wait for a send that blocks.
 */
final class Timers implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Timers.class);

  private final List<ScheduledExecutorService> threads = new ArrayList<>();

  /** Runs a task, after a pause and then with that pause in between, on a thread of this name. */
  synchronized void every(Duration pause, String name, Runnable task) {
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            loop -> {
              Thread created = new Thread(loop, name);
              created.setDaemon(true);
              return created;
            });
    threads.add(thread);
    Runnable guarded =
        () -> {
          try {
            task.run();
          } catch (RuntimeException unexpected) {
            LOG.errorf(unexpected, "%s failed; it runs again", name);
          }
        };
    var unused =
        thread.scheduleWithFixedDelay(
            guarded, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Interrupts what runs and runs nothing more. */
  @Override
  public synchronized void close() {
    threads.forEach(ScheduledExecutorService::shutdownNow);
  }
}

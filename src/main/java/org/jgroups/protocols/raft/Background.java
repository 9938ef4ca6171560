package org.jgroups.protocols.raft;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;

/**
 * What must not be done on Raft's thread (fault 11), one thread for each so that each is in order:
 * writing our own snapshot, moving chunks of others', and telling the listener.
 */
@NullMarked
final class Background {
  /** How long a stop waits for a snapshot that is being written. */
  static final long CLOSE_MILLIS_MAX = 5_000;

  private final Consumer<Throwable> failed;
  private final boolean synchronous;
  private final ExecutorService snapshots = single("raft-snapshot");
  private final ExecutorService transfers = single("raft-transfer");
  private final ExecutorService events = single("raft-events");

  /**
   * @param failed told of everything a task throws
   * @param synchronous does everything at once on the caller's thread, for simulations
   */
  Background(Consumer<Throwable> failed, boolean synchronous) {
    this.failed = failed;
    this.synchronous = synchronous;
  }

  void snapshot(Runnable task) {
    run(snapshots, task);
  }

  void transfer(Runnable task) {
    run(transfers, task);
  }

  void event(Runnable task) {
    run(events, task);
  }

  private void run(ExecutorService executor, Runnable task) {
    if (synchronous) {
      runNow(task);
      return;
    }
    try {
      executor.execute(() -> runNow(task));
    } catch (RejectedExecutionException closed) {
      // Stopping: nobody waits for it any more.
    }
  }

  private void runNow(Runnable task) {
    try {
      task.run();
    } catch (Throwable t) {
      failed.accept(t);
    }
  }

  void close() {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS_MAX);
    snapshots.shutdown();
    transfers.shutdown();
    events.shutdown();
    try {
      for (ExecutorService executor : new ExecutorService[] {snapshots, transfers, events}) {
        if (!executor.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          executor.shutdownNow();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ExecutorService single(String name) {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
  }
}

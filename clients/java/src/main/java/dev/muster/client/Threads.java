package dev.muster.client;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads with names; they keep no program from ending. */
final class Threads {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private Threads() {}

  static ThreadFactory named(String prefix) {
    return task -> {
      Thread thread = new Thread(task, prefix + "-" + COUNT.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * A pool whose idle threads end by themselves: it is never shut down, since the HTTP client hands
   * it work even after the last request was cancelled.
   */
  static ThreadPoolExecutor pool(String prefix, int threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            Limits.THREAD_IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            named(prefix));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}

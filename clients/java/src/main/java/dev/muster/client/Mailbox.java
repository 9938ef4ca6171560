package dev.muster.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Hands the latest value to a receiver, one at a time and in order, on an executor. A receiver that
 * is slow skips what was replaced meanwhile, so that nothing piles up. Thread-safe.
 */
final class Mailbox<T> {
  private static final Logger LOG = System.getLogger(Mailbox.class.getName());

  /** Takes a value. */
  @FunctionalInterface
  interface Receiver<T> {
    void receive(@Nullable T previous, T latest);
  }

  private final Executor executor;
  private final Receiver<T> receiver;
  private @Nullable T waiting;
  private @Nullable T delivered;
  private boolean running;
  private boolean closed;

  Mailbox(Executor executor, Receiver<T> receiver) {
    this.executor = executor;
    this.receiver = receiver;
  }

  void offer(T value) {
    synchronized (this) {
      if (closed) {
        return;
      }
      waiting = value;
      if (running) {
        return;
      }
      running = true;
    }
    try {
      executor.execute(this::run);
    } catch (RejectedExecutionException e) {
      synchronized (this) {
        running = false; // what waits goes with the next value
      }
      LOG.log(Level.WARNING, "The executor of a listener takes no more work", e);
    }
  }

  private void run() {
    while (true) {
      T previous;
      T latest;
      synchronized (this) {
        latest = waiting;
        waiting = null;
        if (closed || latest == null) {
          running = false;
          return;
        }
        previous = delivered;
        delivered = latest;
      }
      try {
        receiver.receive(previous, latest);
      } catch (Throwable e) { // an Error too: the next value must still be delivered
        LOG.log(Level.ERROR, "A listener failed; it will be told of the next change", e);
      }
    }
  }

  /** Nothing is delivered any more; a delivery that is under way goes on. */
  synchronized void close() {
    closed = true;
    waiting = null;
  }
}

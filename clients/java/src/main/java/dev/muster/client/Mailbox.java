package dev.muster.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands the latest value of a source to a receiver, one at a time and in order, on an executor. It
 * is told only that there is another one, and then takes the latest: so a receiver that is slow
 * skips what was replaced meanwhile, nothing piles up, and whoever signals first or last, no older
 * value follows a newer one. Thread-safe.
 */
final class Mailbox<T> {
  private static final Logger LOG = System.getLogger(Mailbox.class.getName());

  /** Takes a value. */
  @FunctionalInterface
  interface Receiver<T> {
    void receive(@Nullable T previous, T latest);
  }

  private final Executor executor;
  private final Executor later;
  private final Supplier<@Nullable T> source;
  private final Receiver<T> receiver;
  private @Nullable T delivered;
  private boolean signalled;
  private boolean running;
  private boolean refused;
  private boolean asksAgain;
  private boolean closed;
  private CompletableFuture<@Nullable Void> idle = CompletableFuture.completedFuture(null);

  /**
   * @param later where the executor is asked again that has refused: runs what it is given after a
   *     pause
   * @param source its latest value, if there is one; it never goes back
   */
  Mailbox(Executor executor, Executor later, Supplier<@Nullable T> source, Receiver<T> receiver) {
    this.executor = executor;
    this.later = later;
    this.source = source;
    this.receiver = receiver;
  }

  /**
   * There may be another value. The executor may run the receiver at once, so hold no lock that the
   * receiver, or somebody it waits for, could want.
   */
  void signal() {
    synchronized (this) {
      if (closed) {
        return;
      }
      signalled = true;
      if (running) {
        return;
      }
      running = true;
      if (idle.isDone()) {
        idle = new CompletableFuture<>();
      }
    }
    start();
  }

  private void start() {
    try {
      executor.execute(this::run);
    } catch (Throwable e) { // whatever it is: this value and the next must still be delivered
      refused(e);
    }
  }

  /** The receiver goes on with what it has: it is not idle, as far as anybody waits for that. */
  private void refused(Throwable why) {
    boolean isNews;
    synchronized (this) {
      running = false;
      isNews = !refused;
      refused = true;
      if (asksAgain) {
        return;
      }
      asksAgain = true;
    }
    if (isNews) {
      LOG.log(Level.WARNING, "The executor of a listener does not run it; it is asked again", why);
    }
    later.execute(this::askAgain);
  }

  private void askAgain() {
    synchronized (this) {
      asksAgain = false;
      if (running || !signalled) {
        return;
      }
      running = true;
    }
    start();
  }

  private void run() {
    synchronized (this) {
      refused = false;
    }
    while (takesSignal()) {
      try {
        deliver();
      } catch (Throwable e) { // an Error too: the next value must still be delivered
        LOG.log(Level.ERROR, "A listener failed; it will be told of the next change", e);
      }
    }
  }

  private boolean takesSignal() {
    CompletableFuture<@Nullable Void> over;
    synchronized (this) {
      if (!closed && signalled) {
        signalled = false;
        return true;
      }
      running = false;
      over = idle;
    }
    over.complete(null); // not under the lock: whoever waits may do anything
    return false;
  }

  /**
   * Completes once the receiver has taken what there was to take, and once there is nobody to take
   * it: never with a failure, and where the receiver ran.
   */
  synchronized CompletableFuture<@Nullable Void> whenIdle() {
    return idle.copy();
  }

  /** Run by one thread at a time, each of which sees what the one before has done. */
  private void deliver() {
    T previous = delivered;
    T latest = source.get();
    if (latest != null && latest != previous) {
      delivered = latest;
      receiver.receive(previous, latest);
    }
  }

  /** Nothing is delivered any more; a delivery that is under way goes on. */
  void close() {
    CompletableFuture<@Nullable Void> over;
    synchronized (this) {
      closed = true;
      if (running) {
        return;
      }
      signalled = false;
      over = idle;
    }
    over.complete(null);
  }
}

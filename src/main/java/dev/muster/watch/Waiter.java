package dev.muster.watch;

import dev.muster.core.Path;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One caller who waits for a change: the future it was given, which is also its entry in {@link
 * Waiters}. However the future ends (answered, cancelled, timed out), the entry goes.
 */
final class Waiter extends CountedFuture<Changes> {

  /** Where the waiter stands; see {@link EventLog} for the steps. */
  enum Stage {
    /** Its thread registers it or looks at the history; a wake-up only tells it to look again. */
    LOOKING,
    /** A wake-up came meanwhile. */
    TOLD,
    /** Nothing was found; a wake-up answers. */
    PARKED
  }

  private static final AtomicReferenceFieldUpdater<Waiter, Stage> STAGE =
      AtomicReferenceFieldUpdater.newUpdater(Waiter.class, Stage.class, "stage");

  final Scope scope;
  final Path path;
  final long after;
  private final Waiters waiters;

  @SuppressWarnings("UnusedVariable") // read by STAGE, which spares an object for each waiter
  private volatile Stage stage = Stage.LOOKING;

  // Guarded by the lock of the path's entry in Waiters, until the group is taken out of it.
  Waiters.@Nullable Group group;
  @Nullable Waiter previous;
  @Nullable Waiter next;

  Waiter(Waiters waiters, Scope scope, Path path, long after) {
    this.waiters = waiters;
    this.scope = scope;
    this.path = path;
    this.after = after;
  }

  boolean move(Stage from, Stage to) {
    return STAGE.compareAndSet(this, from, to);
  }

  @Override
  protected void ended() {
    waiters.ended(this);
  }
}

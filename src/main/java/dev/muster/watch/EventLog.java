package dev.muster.watch;

import dev.muster.core.Event;
import dev.muster.core.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The events of the newest revisions, and who waits for the next one. One thread appends: the one
 * that applies the log. It never waits for a reader, looks at no waiter it does not wake, and
 * completes no future; all else may be called from any thread.
 *
 * <p><b>No wake-up is lost.</b> The appender publishes a revision, then looks for waiters. A reader
 * registers, then looks at the history again:
 *
 * <pre>
 *   appender                      reader
 *   1. publish revision R         a. register at the path
 *   2. take the path's waiters    b. look for changes after its revision
 *   3. have them woken            c. LOOKING -> PARKED
 * </pre>
 *
 * Whatever the order, R is seen: either 1 came before b, and b finds it; or b came before 1, so a
 * came before 2, and 2 finds the waiter. If both happen, the stage decides who answers: a waiter
 * that is still LOOKING is only TOLD, and its own thread registers and looks again. For one that is
 * PARKED, R is the first change since b that it waits for, since an earlier one would have taken it
 * out; so R's events alone are its answer, one answer for the whole group, and it stays right even
 * if the history has meanwhile forgotten R.
 */
public final class EventLog implements AutoCloseable {
  public static final int EVENTS_MAX = 100_000;
  public static final long BYTES_MAX = 128L << 20;
  public static final int BATCH_EVENTS_MAX = 1_000;
  public static final int WAITERS_MAX = 200_000;

  /** Further back than this, the executor looks through the history, not the caller's thread. */
  private static final int LOOK_AT_ONCE_MAX = 4_096;

  /**
   * So many futures are completed in one task, so that a large group is woken by several threads.
   */
  private static final int WAKE_TOGETHER_MAX = 256;

  private final History history;
  private final Waiters waiters = new Waiters();
  private final int batchMax;
  private final int waitersMax;
  private final Executor executor;
  private volatile @Nullable RuntimeException closed;

  /**
   * With the default bounds.
   *
   * @param executor completes the futures; must take every task until this log is closed
   */
  public EventLog(Executor executor) {
    this(EVENTS_MAX, BYTES_MAX, BATCH_EVENTS_MAX, WAITERS_MAX, executor);
  }

  /**
   * With bounds of its own.
   *
   * @param eventsMax how many events are kept; the newest revision is kept whatever its size
   * @param bytesMax how many bytes they may keep in memory
   * @param batchMax an answer ends with the revision that reaches this number of events
   * @param waitersMax how many futures may wait
   * @param executor completes the futures; must take every task until this log is closed
   */
  public EventLog(int eventsMax, long bytesMax, int batchMax, int waitersMax, Executor executor) {
    if (eventsMax < 1 || eventsMax > 1 << 24 || batchMax < 1) {
      throw new IllegalArgumentException(
          "eventsMax is 1 to 16777216 and batchMax 1 or more, not " + eventsMax + ", " + batchMax);
    }
    this.history = new History(eventsMax, bytesMax);
    this.batchMax = batchMax;
    this.waitersMax = waitersMax;
    this.executor = executor;
  }

  // ---- the appending thread

  /**
   * What was applied up to and including this revision.
   *
   * @param revision not below any appended before; the newest, with events or without
   * @param events of revisions since then, in order; all of one revision in the same call
   */
  public void append(long revision, List<Event> events) {
    for (int from = 0; from < events.size(); ) {
      long of = events.get(from).revision();
      int to = from + 1;
      while (to < events.size() && events.get(to).revision() == of) {
        to++;
      }
      if (of <= history.window().last() || of > revision) {
        throw new IllegalArgumentException(
            "events of revision "
                + of
                + " after "
                + history.window().last()
                + ", up to "
                + revision);
      }
      wake(history.append(of, List.copyOf(events.subList(from, to))));
      from = to;
    }
    if (revision > history.window().last()) {
      history.skipTo(revision);
    }
  }

  /**
   * A snapshot of this revision was restored: what led to it is unknown here. All who wait for
   * changes after an older revision are told {@link Changes.Compacted}.
   */
  public void reset(long revision) {
    history.reset(revision);
    // On this thread, for an append that came in between would answer waiters who missed the rest.
    Changes answer = new Changes.Compacted(revision);
    for (Waiters.Group group : waiters.takeAll()) {
      run(() -> wakeAll(group, revision, answer));
    }
  }

  private void wake(History.Slot slot) {
    if (waiters.size() == 0) {
      return;
    }
    boolean nodes = waiters.anyIn(Scope.NODE);
    boolean children = waiters.anyIn(Scope.CHILDREN);
    boolean subtrees = waiters.anyIn(Scope.SUBTREE);
    Path parentBefore = null;
    for (Event event : slot.events()) {
      Path path = event.path();
      Path parent = path.parent();
      // Those above were taken out for a sibling already.
      boolean above = !path.isRoot() && (parentBefore == null || !parent.equals(parentBefore));
      if (nodes) {
        wake(Scope.NODE, path, slot);
      }
      if (children) {
        wake(Scope.CHILDREN, path, slot);
        if (above) {
          wake(Scope.CHILDREN, parent, slot);
        }
      }
      if (subtrees) {
        wake(Scope.SUBTREE, path, slot);
        for (int depth = path.depth() - 1; above && depth >= 0; depth--) {
          wake(Scope.SUBTREE, path.ancestor(depth), slot);
        }
      }
      parentBefore = parent;
    }
  }

  private void wake(Scope scope, Path path, History.Slot slot) {
    Waiters.Group group = waiters.take(scope, path);
    if (group != null) {
      run(
          () -> {
            List<Event> matching = new ArrayList<>();
            History.addMatching(scope, path, slot, matching);
            wakeAll(group, slot.revision(), new Changes.Batch(slot.revision(), matching));
          });
    }
  }

  // ---- any thread

  /**
   * What changed at the path after a revision: at once if something did; else as soon as something
   * does. {@link Changes.Compacted} if changes after the revision may be forgotten. A revision of
   * the future may be given: the answer then holds changes after that one only. The future may be
   * cancelled or completed by the caller, for a time-out; that leaves nothing behind.
   *
   * @return fails with {@link TooManyWaitersException} if too many wait, or with what {@link
   *     #close(RuntimeException)} was given
   */
  public CompletableFuture<Changes> changes(Scope scope, Path path, long after) {
    RuntimeException reason = closed;
    if (reason != null) {
      return CompletableFuture.failedFuture(reason);
    }
    boolean far = history.slotsAfter(after) > LOOK_AT_ONCE_MAX;
    Changes known = far ? null : history.after(scope, path, after, batchMax);
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    Waiter waiter = waiters.admit(scope, path, after, waitersMax);
    if (waiter == null) {
      return CompletableFuture.failedFuture(new TooManyWaitersException(waitersMax));
    }
    if (far) {
      run(() -> park(waiter));
    } else {
      park(waiter);
    }
    return waiter;
  }

  /** Steps a to c above; the waiter is LOOKING. */
  private void park(Waiter waiter) {
    while (!waiter.isDone()) {
      waiters.add(waiter);
      RuntimeException reason = closed;
      if (reason != null) {
        waiter.completeExceptionally(reason);
        return;
      }
      Changes found = history.after(waiter.scope, waiter.path, waiter.after, batchMax);
      if (found != null) {
        waiter.complete(found);
        return;
      }
      if (waiter.move(Waiter.Stage.LOOKING, Waiter.Stage.PARKED)) {
        return;
      }
      waiter.move(Waiter.Stage.TOLD, Waiter.Stage.LOOKING);
    }
  }

  /** Answers a group that was taken out, in tasks of bounded size. */
  private void wakeAll(Waiters.Group group, long revision, Changes answer) {
    List<Waiter> together = new ArrayList<>();
    // A woken waiter may enter another group: collect before waking, and read on before that.
    for (Waiter waiter = group.first(); waiter != null; waiter = waiter.next) {
      together.add(waiter);
    }
    for (int from = WAKE_TOGETHER_MAX; from < together.size(); from += WAKE_TOGETHER_MAX) {
      List<Waiter> part =
          together.subList(from, Math.min(from + WAKE_TOGETHER_MAX, together.size()));
      run(() -> part.forEach(waiter -> wake(waiter, revision, answer)));
    }
    together
        .subList(0, Math.min(WAKE_TOGETHER_MAX, together.size()))
        .forEach(waiter -> wake(waiter, revision, answer));
  }

  private void wake(Waiter waiter, long revision, Changes answer) {
    if (waiter.move(Waiter.Stage.LOOKING, Waiter.Stage.TOLD)) {
      return;
    }
    if (waiter.after < revision) {
      waiter.complete(answer);
    } else if (waiter.move(Waiter.Stage.PARKED, Waiter.Stage.LOOKING)) {
      park(waiter); // it waits for a later revision than the one that took it out
    }
  }

  private void run(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException closing) {
      task.run(); // better on the wrong thread than futures that never end
    }
  }

  /** How many futures wait. */
  public int parked() {
    return waiters.size();
  }

  /** How many paths are waited for; one counts again in each scope. */
  public int parkedPaths() {
    return waiters.paths();
  }

  /** How many events are kept. */
  public long events() {
    return history.window().events();
  }

  /** How much they keep in memory, roughly; what they share with the tree is counted, too. */
  public long bytes() {
    return history.window().bytes();
  }

  /** The oldest revision that can be asked for. */
  public long oldest() {
    return history.window().floor();
  }

  /** The newest revision appended. */
  public long newest() {
    return history.window().last();
  }

  /** Ends all futures, those given out and those still asked for, with this failure. */
  public void close(RuntimeException reason) {
    closed = reason;
    for (Waiters.Group group : waiters.takeAll()) {
      run(() -> failAll(group, reason));
    }
  }

  private static void failAll(Waiters.Group group, RuntimeException reason) {
    for (Waiter waiter = group.first(); waiter != null; waiter = waiter.next) {
      waiter.completeExceptionally(reason);
    }
  }

  @Override
  public void close() {
    close(new IllegalStateException("the event log is closed"));
  }
}

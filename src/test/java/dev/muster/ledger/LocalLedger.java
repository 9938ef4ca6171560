package dev.muster.ledger;

import dev.muster.core.Command;
import dev.muster.core.Entry;
import dev.muster.core.Limits;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.core.Step;
import dev.muster.watch.Changes;
import dev.muster.watch.EventLog;
import dev.muster.watch.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of one process without a log, for tests of what stands on a ledger. Commands are
 * applied at once, one by one; futures complete on the executor given ({@code Runnable::run}: on
 * the calling thread, before the call returns), never under the lock. Faults are switched on and
 * off by the test:
 *
 * <ul>
 *   <li>{@link #stall}: there is no quorum; submits and fresh reads hang until {@link #giveUp}
 *       fails them or {@link #resume} carries them out
 *   <li>{@link #holdBack}: this node lags; {@link #submitElsewhere} is another node's write, which
 *       this one sees after {@link #catchUp}
 * </ul>
 */
public final class LocalLedger implements Ledger, AutoCloseable {
  /** A submitted command that hangs. Given up as UNKNOWN, it is still carried out later. */
  private record Stalled(@Nullable Command command, CompletableFuture<Reply> reply) {}

  /** What was agreed on and is not seen here yet; nobody waits for another node's step. */
  private record HeldBack(Step step, @Nullable CompletableFuture<Reply> reply) {}

  private final Object lock = new Object();
  private final LongSupplier clockMillis;
  private final Executor executor;
  private final EventLog events;
  private final LiveState live;
  private final Queue<Runnable> afterLock = new ConcurrentLinkedQueue<>();

  // Guarded by the lock.
  private State agreed = State.EMPTY;
  private boolean stalled;
  private boolean heldBack;
  private boolean closed;
  private final Deque<Stalled> stalledCommands = new ArrayDeque<>();
  private final Deque<HeldBack> heldBackSteps = new ArrayDeque<>();

  /** On the calling thread, with the system's clock. */
  public LocalLedger() {
    this(System::currentTimeMillis, Runnable::run);
  }

  public LocalLedger(LongSupplier clockMillis, Executor executor) {
    this.clockMillis = clockMillis;
    this.executor = executor;
    Executor outsideLock = this::runOutsideLock;
    this.events = new EventLog(outsideLock);
    this.live = new LiveState(events, outsideLock);
  }

  /** What completes must not run under the lock: it may call this ledger, or wait for who does. */
  private void runOutsideLock(Runnable task) {
    if (Thread.holdsLock(lock)) {
      afterLock.add(task);
    } else {
      executor.execute(task);
    }
  }

  private void locked(Runnable work) {
    synchronized (lock) {
      work.run();
    }
    if (!Thread.holdsLock(lock)) {
      for (Runnable task = afterLock.poll(); task != null; task = afterLock.poll()) {
        executor.execute(task);
      }
    }
  }

  // ---- the ledger

  @Override
  public CompletableFuture<Reply> submit(Command command) {
    Limits.check(command);
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    locked(() -> enter(command, reply));
    return reply;
  }

  /** Hangs, or applies; {@code command} is absent for a barrier. */
  private void enter(@Nullable Command command, CompletableFuture<Reply> reply) {
    if (closed) {
      fail(reply, UnavailableException.Outcome.NOT_DONE);
    } else if (stalled) {
      stalledCommands.add(new Stalled(command, reply));
    } else {
      apply(command, reply);
    }
  }

  private @Nullable Reply apply(
      @Nullable Command command, @Nullable CompletableFuture<Reply> reply) {
    long position = agreed.applied() + 1;
    Step step =
        agreed.apply(
            position,
            new Entry(
                clockMillis.getAsLong(),
                "local",
                1,
                position,
                command == null ? List.of() : List.of(command)));
    agreed = step.state();
    HeldBack seen = new HeldBack(step, reply);
    if (heldBack) {
      heldBackSteps.add(seen);
    } else {
      live.publish(step);
      answer(seen);
    }
    return result(step);
  }

  private static @Nullable Reply result(Step step) {
    return step.replies().isEmpty() ? null : step.replies().get(0);
  }

  private void answer(HeldBack seen) {
    CompletableFuture<Reply> reply = seen.reply;
    if (reply != null) {
      Reply result = result(seen.step);
      runOutsideLock(() -> reply.complete(result));
    }
  }

  @Override
  public State local() {
    return live.local();
  }

  @Override
  public CompletableFuture<State> fresh() {
    CompletableFuture<Reply> barrier = new CompletableFuture<>();
    CompletableFuture<State> fresh = barrier.thenApply(done -> live.local());
    locked(() -> enter(null, barrier));
    return fresh;
  }

  @Override
  public CompletableFuture<State> at(long revision) {
    return live.at(revision);
  }

  @Override
  public CompletableFuture<Changes> changes(Scope scope, Path path, long afterRevision) {
    return live.changes(scope, path, afterRevision);
  }

  @Override
  public int parked() {
    return events.parked();
  }

  @Override
  public ClusterStatus status() {
    synchronized (lock) {
      return new ClusterStatus(
          "local",
          stalled ? null : "local",
          1,
          agreed.applied(),
          live.local().applied(),
          0,
          0,
          !stalled && !heldBack && !closed,
          List.of(new ClusterStatus.Member("local", true, null)));
    }
  }

  // ---- faults

  /** From now on submits and fresh reads hang. */
  public void stall() {
    locked(() -> stalled = true);
  }

  /** How many submits and fresh reads hang. */
  public int hanging() {
    synchronized (lock) {
      return (int) stalledCommands.stream().filter(entry -> !entry.reply.isDone()).count();
    }
  }

  /**
   * Fails what hangs. NOT_DONE is dropped; UNKNOWN is carried out by {@link #resume}, as a cluster
   * may do.
   */
  public void giveUp(UnavailableException.Outcome outcome) {
    locked(
        () -> {
          List.copyOf(stalledCommands).forEach(entry -> fail(entry.reply, outcome));
          if (outcome == UnavailableException.Outcome.NOT_DONE) {
            stalledCommands.clear();
          }
        });
  }

  private void fail(CompletableFuture<Reply> reply, UnavailableException.Outcome outcome) {
    runOutsideLock(
        () -> reply.completeExceptionally(new UnavailableException(outcome, "no quorum")));
  }

  /** There is a quorum again: carries out what hangs, in its order. */
  public void resume() {
    locked(
        () -> {
          stalled = false;
          List<Stalled> waiting = new ArrayList<>(stalledCommands);
          stalledCommands.clear();
          waiting.forEach(entry -> apply(entry.command, entry.reply));
        });
  }

  /** From now on this node sees nothing new; submits are agreed on, but do not complete. */
  public void holdBack() {
    locked(() -> heldBack = true);
  }

  /** Sees all that was agreed meanwhile. */
  public void catchUp() {
    locked(
        () -> {
          heldBack = false;
          for (HeldBack seen = heldBackSteps.poll(); seen != null; seen = heldBackSteps.poll()) {
            live.publish(seen.step);
            answer(seen);
          }
        });
  }

  /** Another node's write: agreed when this returns, seen here unless held back. */
  public Reply submitElsewhere(Command command) {
    Limits.check(command);
    List<Reply> replies = new ArrayList<>();
    locked(() -> replies.add(apply(command, null)));
    return replies.get(0);
  }

  /** This node is given a snapshot of what was agreed, instead of the steps. */
  public void restoreFromSnapshot() {
    locked(
        () -> {
          heldBack = false;
          live.restore(agreed);
          heldBackSteps.forEach(this::answer);
          heldBackSteps.clear();
        });
  }

  /** The state agreed on, seen by this node or not. */
  public State agreed() {
    synchronized (lock) {
      return agreed;
    }
  }

  /** Who waits here, for the tests of doors. */
  public LiveState live() {
    return live;
  }

  @Override
  public void close() {
    locked(
        () -> {
          closed = true;
          stalledCommands.forEach(entry -> fail(entry.reply, UnavailableException.Outcome.UNKNOWN));
          stalledCommands.clear();
          for (HeldBack seen : heldBackSteps) {
            if (seen.reply != null) {
              fail(seen.reply, UnavailableException.Outcome.UNKNOWN);
            }
          }
          heldBackSteps.clear();
          live.close();
        });
  }
}

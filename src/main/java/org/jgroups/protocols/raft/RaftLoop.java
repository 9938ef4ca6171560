package org.jgroups.protocols.raft;

import dev.muster.raft.log.NoSpaceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * One round of Raft's thread: takes what waits, appends all its proposals at once, so that they
 * share one force, lets time go by for the parts, and tells what is new. Raft's thread only, except
 * where a method says otherwise.
 */
@NullMarked
final class RaftLoop {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final GuardedRaft raft;
  private final Inbox inbox;
  private final Dispatcher dispatcher;
  private final Reporter reporter;
  private final List<Inbox.Request> taken = new ArrayList<>();
  private final List<LogEntry> proposed = new ArrayList<>();
  private long nextTickNanos;
  private boolean performing;
  private @Nullable HandOver handOver;

  RaftLoop(GuardedRaft raft, Inbox inbox, Dispatcher dispatcher, Reporter reporter) {
    this.raft = raft;
    this.inbox = inbox;
    this.dispatcher = dispatcher;
    this.reporter = reporter;
  }

  /** Before the thread runs. */
  void start() {
    inbox.clear();
    nextTickNanos = raft.nanoTime();
  }

  void round() throws InterruptedException {
    inbox.take(taken, Math.max(1, nextTickNanos - raft.nanoTime()));
    for (Inbox.Request request : taken) {
      perform(request);
    }
    taken.clear();
    finish();
  }

  /** For simulations, which have no thread: does what waits, and what comes of it, at once. */
  void runNow() {
    if (performing) {
      return;
    }
    performing = true;
    try {
      for (Inbox.Request next = inbox.poll(); next != null && !raft.isHalted(); ) {
        perform(next);
        finish();
        next = inbox.poll();
      }
    } finally {
      performing = false;
    }
  }

  private void perform(Inbox.Request request) {
    if (request instanceof Inbox.Proposal proposal) {
      if (proposal.entry().term() == raft.currentTerm() && raft.impl() instanceof GuardedLeader) {
        proposed.add(proposal.entry());
      }
    } else if (request instanceof Inbox.Task task) {
      task.action().run();
    } else if (request instanceof Inbox.Received received) {
      dispatcher.receive(received.message(), received.header());
    }
  }

  private void finish() {
    long now = raft.nanoTime();
    try {
      proposed.removeIf(entry -> entry.term() != raft.currentTerm()); // a new one may have begun
      if (raft.impl() instanceof GuardedLeader leader && !proposed.isEmpty()) {
        leader.append(List.copyOf(proposed));
      }
    } catch (NoSpaceException full) {
      raft.outOfSpace(full);
    }
    proposed.clear();
    if (now - nextTickNanos >= 0) {
      nextTickNanos = now + TICK_NANOS;
      tick(now);
    }
    if (raft.impl() instanceof GuardedLeader leader) {
      leader.flush();
    }
    if (handOver != null && handOver.isOver(raft.impl(), now)) {
      HandOver over = handOver;
      handOver = null;
      boolean done = over.isDone(raft.impl());
      raft.membership().leave();
      raft.setLeader(null);
      over.future().complete(done);
    }
    raft.progressed();
    reporter.report(now);
  }

  private void tick(long now) {
    reporter.tick();
    try {
      raft.membership().tick(now);
      raft.election().consider(now);
      raft.election().tick(now);
      if (raft.impl() instanceof GuardedLeader leader) {
        leader.tick(now);
      }
    } catch (NoSpaceException full) {
      raft.outOfSpace(full);
    }
    raft.snapshots().tick(now);
  }

  /** Any thread. See {@link GuardedRaft#handOver}. */
  CompletableFuture<Boolean> handOver(Duration timeout) {
    CompletableFuture<Boolean> future = new CompletableFuture<>();
    HandOver request = new HandOver(future, raft.nanoTime() + timeout.toNanos());
    raft.post(() -> handOver = request);
    return future.completeOnTimeout(false, 2 * timeout.toMillis() + 100, TimeUnit.MILLISECONDS);
  }

  private record HandOver(CompletableFuture<Boolean> future, long deadlineNanos) {
    boolean isDone(RaftImpl role) {
      return !(role instanceof GuardedLeader leader) || leader.canLeave();
    }

    boolean isOver(RaftImpl role, long now) {
      return isDone(role) || now - deadlineNanos > 0;
    }
  }
}

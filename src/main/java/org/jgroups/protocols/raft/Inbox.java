package org.jgroups.protocols.raft;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jgroups.Message;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * What waits for Raft's thread, in the order in which it came. Any thread adds and never blocks;
 * only Raft's takes. Bounded by kind: proposals by number and bytes, messages by number, and what
 * the parts ask of each other by their doing one thing at a time.
 */
@NullMarked
final class Inbox {
  /** Proposals that wait; more are refused. */
  static final int PROPOSALS_MAX = 1024;

  static final long PROPOSAL_BYTES_MAX = 64L << 20;

  /** Messages that wait; more are dropped, as a network may do. */
  static final int MESSAGES_MAX = 10_000;

  private static final int TAKEN_MAX = 1024;

  /** Something to do. */
  sealed interface Request {}

  /** An entry that was offered, with the term in which it was. */
  record Proposal(LogEntry entry) implements Request {}

  /** A message with a header of ours. */
  record Received(Message message, RaftHeader header) implements Request {}

  /** An action of one of the parts. */
  record Task(Runnable action) implements Request {}

  private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
  private final AtomicInteger proposals = new AtomicInteger();
  private final AtomicLong proposalBytes = new AtomicLong();
  private final AtomicInteger messages = new AtomicInteger();

  /** False when too many wait. */
  boolean propose(LogEntry entry) {
    int count = proposals.incrementAndGet();
    long bytes = proposalBytes.addAndGet(entry.length());
    if (count > PROPOSALS_MAX || bytes > PROPOSAL_BYTES_MAX) {
      release(entry);
      return false;
    }
    return requests.add(new Proposal(entry));
  }

  void receive(Message message, RaftHeader header) {
    if (messages.incrementAndGet() > MESSAGES_MAX) {
      messages.decrementAndGet();
    } else {
      requests.add(new Received(message, header));
    }
  }

  void post(Runnable action) {
    requests.add(new Task(action));
  }

  /** Waits for the first one, then takes what else is there. */
  void take(List<Request> into, long waitNanos) throws InterruptedException {
    Request first = requests.poll(waitNanos, TimeUnit.NANOSECONDS);
    if (first != null) {
      into.add(first);
      requests.drainTo(into, TAKEN_MAX);
      into.forEach(this::taken);
    }
  }

  @Nullable Request poll() {
    Request next = requests.poll();
    if (next != null) {
      taken(next);
    }
    return next;
  }

  boolean isEmpty() {
    return requests.isEmpty();
  }

  void clear() {
    while (poll() != null) {
      // counts down what it held
    }
  }

  private void taken(Request request) {
    if (request instanceof Proposal proposal) {
      release(proposal.entry);
    } else if (request instanceof Received) {
      messages.decrementAndGet();
    }
  }

  private void release(LogEntry entry) {
    proposals.decrementAndGet();
    proposalBytes.addAndGet(-entry.length());
  }
}

package dev.muster.raft;

import static dev.muster.ledger.UnavailableException.Outcome.NOT_DONE;
import static dev.muster.ledger.UnavailableException.Outcome.UNKNOWN;

import dev.muster.codec.EntryEncoder;
import dev.muster.core.Command;
import dev.muster.core.Entry;
import dev.muster.core.Limits;
import dev.muster.core.Proposer;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.core.Step;
import dev.muster.ledger.LedgerListener;
import dev.muster.ledger.UnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sees every command of this node through: gathers what waits into entries, hands them to whoever
 * leads, hands them over again when the leader changes or stays silent, and answers the callers
 * once this node has applied them. An entry may so reach the log more than once; the state applies
 * each (incarnation, sequence) once, in order, which is what makes handing over again safe.
 *
 * <p>There is no timer in the way of a command: the sender takes all that waits as soon as fewer
 * than {@link Limits#ENTRIES_IN_FLIGHT_MAX} entries are under way. An idle system answers at once,
 * a busy one shares its fsyncs.
 */
final class Proposals implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Proposals.class);

  /** Commands that may wait to be sent; more are refused at once. */
  static final int QUEUE_COMMANDS_MAX = 50_000;

  /** An entry that this node has not applied after this long is handed to the leader again. */
  static final Duration RESEND_AFTER = Duration.ofSeconds(2);

  /** The pause after an attempt to hand over an entry failed: no leader, or its queue was full. */
  private static final Duration RETRY_AFTER = Duration.ofMillis(20);

  /** The way to the leader. */
  interface Outlet {
    /** Whether somebody leads, as far as this node knows. Cheap. */
    boolean hasLeader();

    /**
     * Tries to get an entry into the leader's log. False: there is nobody to hand it to now;
     * nothing was sent. May block.
     */
    boolean handOver(byte[] entry);
  }

  private final String proposer;
  private final Outlet outlet;
  private final LongSupplier clockMillis;
  private final Executor completions;
  private final long timeoutNanos;
  private final LedgerListener listener;
  private final Thread sender;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Deque<Pending> queue = new ArrayDeque<>();
  private final Deque<Batch> inFlight = new ArrayDeque<>();
  private long incarnation;
  private long nextSequence = 1;
  private boolean handOverAgain;

  /** Nothing is handed over again before this: whoever rejected an entry needs a moment. */
  private long notBeforeNanos = System.nanoTime();

  private boolean closed;

  /**
   * @param incarnation higher than in any earlier run of this node
   * @param completions runs the callers' continuations; never Raft's thread
   * @param timeout after which a caller is told that the cluster is unavailable
   */
  Proposals(
      String proposer,
      long incarnation,
      Outlet outlet,
      LongSupplier clockMillis,
      Executor completions,
      Duration timeout,
      LedgerListener listener) {
    this.proposer = proposer;
    this.incarnation = incarnation;
    this.outlet = outlet;
    this.clockMillis = clockMillis;
    this.completions = completions;
    this.timeoutNanos = timeout.toNanos();
    this.listener = listener;
    this.sender = new Thread(this::sendLoop, "muster-proposals");
    sender.setDaemon(true);
  }

  void start() {
    sender.start();
  }

  /** Queues a command; see {@link dev.muster.ledger.Ledger#submit}. */
  CompletableFuture<Reply> submit(Command command) {
    Limits.check(command);
    Pending pending = new Pending(command, System.nanoTime());
    enqueue(pending);
    return pending.reply;
  }

  /** Completes once this node has applied an entry that was proposed after this call. */
  CompletableFuture<Reply> barrier() {
    Pending pending = new Pending(null, System.nanoTime());
    enqueue(pending);
    return pending.reply;
  }

  private void enqueue(Pending pending) {
    @Nullable String refusal = null;
    lock.lock();
    try {
      if (closed) {
        refusal = "this node is shutting down";
      } else if (queue.size() >= QUEUE_COMMANDS_MAX) {
        refusal = QUEUE_COMMANDS_MAX + " commands are waiting on this node already";
      } else {
        queue.addLast(pending);
        work.signal();
      }
    } finally {
      lock.unlock();
    }
    if (refusal != null) {
      fail(List.of(pending), NOT_DONE, refusal);
    }
  }

  // ---- the sender's thread

  private void sendLoop() {
    try {
      while (true) {
        List<Batch> toSend = awaitWork();
        if (toSend.isEmpty()) {
          return;
        }
        for (Batch batch : toSend) {
          if (!handOver(batch)) {
            handOverAgainLater();
            break;
          }
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean handOver(Batch batch) {
    try {
      return outlet.handOver(batch.entry);
    } catch (RuntimeException failed) {
      // This thread must not end: every command of this node would hang for ever.
      LOG.warn("could not hand an entry to the leader; trying again", failed);
      return false;
    }
  }

  /** What is to be handed over next, in order; empty when closed. */
  private List<Batch> awaitWork() throws InterruptedException {
    lock.lock();
    try {
      while (!closed) {
        long pauseNanos = notBeforeNanos - System.nanoTime();
        if (handOverAgain && !inFlight.isEmpty() && pauseNanos > 0) {
          work.awaitNanos(pauseNanos);
          continue;
        }
        if (handOverAgain && !inFlight.isEmpty()) {
          handOverAgain = false;
          long now = System.nanoTime();
          inFlight.forEach(batch -> batch.handedOverNanos = now);
          return List.copyOf(inFlight);
        }
        handOverAgain = false;
        if (queue.isEmpty() || inFlight.size() >= Limits.ENTRIES_IN_FLIGHT_MAX) {
          work.await();
        } else if (outlet.hasLeader()) {
          Batch batch = nextBatch();
          inFlight.addLast(batch);
          return List.of(batch);
        } else {
          // Not made into an entry yet: if nobody leads in time, the callers are told that nothing
          // happened.
          work.awaitNanos(RETRY_AFTER.toNanos());
        }
      }
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  private Batch nextBatch() {
    EntryEncoder encoder = new EntryEncoder();
    List<Pending> members = new ArrayList<>();
    while (!queue.isEmpty()
        && encoder.count() < Limits.ENTRY_COMMANDS_MAX
        && encoder.bytes() < Limits.ENTRY_BYTES_MAX) {
      Pending pending = queue.removeFirst();
      if (pending.command != null) {
        encoder.add(pending.command);
      }
      members.add(pending);
    }
    byte[] entry = encoder.finish(clockMillis.getAsLong(), proposer, incarnation, nextSequence);
    listener.batched(encoder.count(), entry.length);
    return new Batch(nextSequence++, entry, members, System.nanoTime());
  }

  @SuppressWarnings("WaitNotInLoop") // woken early, the sender just tries again earlier
  private void handOverAgainLater() throws InterruptedException {
    lock.lock();
    try {
      if (!closed) {
        work.awaitNanos(RETRY_AFTER.toNanos());
      }
      handOverAgain = true;
    } finally {
      lock.unlock();
    }
  }

  // ---- what becomes of entries

  /** This node has applied an entry. On Raft's thread, after the state was published. */
  void applied(Entry entry, Step step) {
    if (!entry.proposer().equals(proposer)) {
      return;
    }
    Batch done = null;
    boolean forgotten = false;
    lock.lock();
    try {
      if (entry.incarnation() != incarnation) {
        return;
      }
      if (step.verdict() == Proposer.Verdict.OUT_OF_ORDER) {
        handOverAgain = true;
        forgotten =
            entry.sequence() > 1
                && !inFlight.isEmpty()
                && inFlight.getFirst().sequence == entry.sequence()
                && !knows(step.state());
      } else if (step.verdict() == Proposer.Verdict.APPLIED) {
        Batch head = inFlight.peekFirst();
        if (head != null && head.sequence == entry.sequence()) {
          done = inFlight.removeFirst();
        }
      }
      work.signal();
    } finally {
      lock.unlock();
    }
    if (step.verdict() == Proposer.Verdict.STALE || forgotten) {
      startAnew(step.state());
    } else if (done != null) {
      answer(done, step.replies());
    }
  }

  /** Whether the state remembers what this run of the node has proposed. */
  private boolean knows(State state) {
    Proposer known = state.proposers().get(proposer);
    return known != null && known.incarnation() >= incarnation;
  }

  /**
   * This node's state was replaced by a snapshot that may hold entries under way; the answers to
   * them are in the state. On Raft's thread.
   */
  void restored(State state) {
    Proposer known = state.proposers().get(proposer);
    if (known == null) {
      return;
    }
    List<Batch> included = new ArrayList<>();
    lock.lock();
    try {
      if (known.incarnation() == incarnation) {
        while (!inFlight.isEmpty() && inFlight.getFirst().sequence <= known.sequence()) {
          included.add(inFlight.removeFirst());
        }
        work.signal();
      }
    } finally {
      lock.unlock();
    }
    if (known.incarnation() > incarnation) {
      startAnew(state);
    }
    for (Batch batch : included) {
      @Nullable List<Reply> replies = known.answersTo(batch.sequence);
      if (replies == null) {
        fail(batch.members, UNKNOWN, "the answer was lost while this node caught up");
      } else {
        answer(batch, replies);
      }
    }
  }

  /**
   * The state knows a later incarnation of this node (its clock went back and its directory was
   * emptied, or a second process runs under its name), or has forgotten it (see {@link
   * Limits#PROPOSERS_MAX}). What was under way is unknown; go on under a newer incarnation.
   */
  private void startAnew(State state) {
    List<Pending> lost = new ArrayList<>();
    Proposer known = state.proposers().get(proposer);
    lock.lock();
    try {
      if (known != null && known.incarnation() == incarnation) {
        return;
      }
      inFlight.forEach(batch -> lost.addAll(batch.members));
      inFlight.clear();
      incarnation = 1 + (known == null ? incarnation : Math.max(incarnation, known.incarnation()));
      nextSequence = 1;
      work.signal();
    } finally {
      lock.unlock();
    }
    fail(lost, UNKNOWN, "this node had to start a new incarnation");
  }

  private void answer(Batch batch, List<Reply> replies) {
    completions.execute(
        () -> {
          long now = System.nanoTime();
          Iterator<Reply> next = replies.iterator();
          for (Pending pending : batch.members) {
            if (pending.command == null) {
              pending.reply.complete(BARRIER_PASSED);
            } else {
              Reply reply = next.next();
              if (!pending.reply.isDone()) { // given up otherwise, and counted as that
                listener.answered(pending.command, reply, now - pending.submittedNanos);
              }
              pending.reply.complete(reply);
            }
          }
        });
  }

  private static final Reply BARRIER_PASSED = new Reply.Done(0, List.of());

  // ---- time and trouble

  /** There is a new leader: whatever is under way may be lost with the old one. */
  void leaderChanged() {
    handOverSoon();
  }

  /** The one who was taken for the leader did not take an entry. */
  void rejected() {
    lock.lock();
    try {
      notBeforeNanos = System.nanoTime() + RETRY_AFTER.toNanos();
    } finally {
      lock.unlock();
    }
    handOverSoon();
  }

  private void handOverSoon() {
    lock.lock();
    try {
      handOverAgain = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives up on what waits too long, and hands over again what stays unanswered; called a few times
   * a second.
   */
  void tick() {
    long now = System.nanoTime();
    List<Pending> neverSent = new ArrayList<>();
    List<Pending> sent = new ArrayList<>();
    lock.lock();
    try {
      while (!queue.isEmpty() && now - queue.getFirst().submittedNanos > timeoutNanos) {
        neverSent.add(queue.removeFirst());
      }
      for (Batch batch : inFlight) {
        // The members were queued in order: the last has waited least.
        for (Pending pending : batch.members) {
          if (now - pending.submittedNanos <= timeoutNanos) {
            break;
          }
          if (!pending.givenUp) {
            pending.givenUp = true;
            sent.add(pending);
          }
        }
        if (now - batch.handedOverNanos > RESEND_AFTER.toNanos()) {
          handOverAgain = true;
          work.signal();
        }
      }
    } finally {
      lock.unlock();
    }
    fail(neverSent, NOT_DONE, "no leader with a majority took the command in time");
    fail(sent, UNKNOWN, "no majority confirmed the command in time; it may still happen");
  }

  private void fail(List<Pending> pendings, UnavailableException.Outcome outcome, String message) {
    if (pendings.isEmpty()) {
      return;
    }
    completions.execute(
        () -> {
          for (Pending pending : pendings) {
            listener.unavailable(outcome);
            pending.reply.completeExceptionally(new UnavailableException(outcome, message));
          }
        });
  }

  /** How many commands wait to be put into an entry. */
  int queued() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** Refuses what waits, gives up on what is under way, and ends the sender. */
  @Override
  public void close() {
    List<Pending> neverSent;
    List<Pending> sent = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      neverSent = List.copyOf(queue);
      queue.clear();
      inFlight.forEach(batch -> sent.addAll(batch.members));
      inFlight.clear();
      work.signalAll();
    } finally {
      lock.unlock();
    }
    sender.interrupt();
    fail(neverSent, NOT_DONE, "this node is shutting down");
    fail(sent, UNKNOWN, "this node is shutting down; the command may still happen");
  }

  /** A caller who waits. Without a command: a barrier. */
  private static final class Pending {
    final @Nullable Command command;
    final long submittedNanos;
    final CompletableFuture<Reply> reply = new CompletableFuture<>();
    boolean givenUp;

    Pending(@Nullable Command command, long submittedNanos) {
      this.command = command;
      this.submittedNanos = submittedNanos;
    }
  }

  /** An entry under way. */
  private static final class Batch {
    final long sequence;
    final byte[] entry;
    final List<Pending> members;
    long handedOverNanos;

    Batch(long sequence, byte[] entry, List<Pending> members, long handedOverNanos) {
      this.sequence = sequence;
      this.entry = entry;
      this.members = members;
      this.handedOverNanos = handedOverNanos;
    }
  }
}

package dev.muster.raft.proposals;

import static dev.muster.ledger.UnavailableException.Outcome.NOT_DONE;
import static dev.muster.ledger.UnavailableException.Outcome.UNKNOWN;

import dev.muster.core.Command;
import dev.muster.core.Entry;
import dev.muster.core.Limits;
import dev.muster.core.Proposer;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.core.Step;
import dev.muster.ledger.LedgerListener;
import dev.muster.raft.Halt;
import java.time.Duration;
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
 *
 * <p>One lock guards what waits and what is under way. Nothing that takes long happens under it:
 * entries are encoded and handed over by the sender's thread, and callers are told by an executor.
 */
public final class Proposals implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Proposals.class);

  /** The pause after an attempt to hand over an entry failed: no leader, or its queue was full. */
  private static final Duration RETRY_AFTER = Duration.ofMillis(20);

  /** The way to the leader. */
  public interface Outlet {
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
  private final long timeoutNanos;
  private final LedgerListener listener;
  private final Callers callers;
  private final Batcher batcher;
  private final Halt halt;
  private final Thread sender;

  private final ReentrantLock lock = new ReentrantLock();

  /** There may be something to do for the sender, the only one who waits for it. */
  private final Condition work = lock.newCondition();

  private final Backlog backlog = new Backlog();
  private final EntriesUnderWay underWay;
  private boolean closed;

  /**
   * @param incarnation higher than in any earlier run of this node
   * @param completions runs the callers' continuations; never Raft's thread
   * @param timeout after which a caller is told that the cluster is unavailable
   * @param halt for a failure of the sender's thread, without which every command would hang
   */
  public Proposals(
      String proposer,
      long incarnation,
      Outlet outlet,
      LongSupplier clockMillis,
      Executor completions,
      Duration timeout,
      LedgerListener listener,
      Halt halt) {
    this.proposer = proposer;
    this.outlet = outlet;
    this.timeoutNanos = timeout.toNanos();
    this.listener = listener;
    this.callers = new Callers(completions, listener);
    this.batcher = new Batcher(proposer, clockMillis);
    this.underWay = new EntriesUnderWay(proposer, incarnation);
    this.halt = halt;
    this.sender = new Thread(this::sendLoop, "muster-proposals");
    sender.setDaemon(true);
  }

  public void start() {
    sender.start();
  }

  /** Queues a command; see {@link dev.muster.ledger.Ledger#submit}. */
  public CompletableFuture<Reply> submit(Command command) {
    Limits.check(command);
    return enqueue(new Pending(command, System.nanoTime()));
  }

  /** Completes once this node has applied an entry that was proposed after this call. */
  public CompletableFuture<Reply> barrier() {
    return enqueue(new Pending(null, System.nanoTime()));
  }

  private CompletableFuture<Reply> enqueue(Pending pending) {
    @Nullable String refusal = null;
    lock.lock();
    try {
      if (closed) {
        refusal = "this node is shutting down";
      } else if (backlog.add(pending)) {
        work.signal();
      } else {
        refusal = Backlog.WAITING_MAX + " commands are waiting on this node already";
      }
    } finally {
      lock.unlock();
    }
    if (refusal != null) {
      callers.giveUp(List.of(pending), NOT_DONE, refusal);
    }
    return pending.reply;
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
            sendAgainAfter(RETRY_AFTER);
            break;
          }
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (Throwable broken) {
      halt.halt(
          Halt.Reason.BUG,
          "the thread that hands this node's commands to the leader failed: " + broken,
          broken);
    }
  }

  private boolean handOver(Batch batch) {
    try {
      return outlet.handOver(batch.entry);
    } catch (RuntimeException failed) {
      LOG.warn("could not hand an entry to the leader; trying again", failed);
      return false;
    }
  }

  /** What is to be handed over next, in order; empty when closed. */
  private List<Batch> awaitWork() throws InterruptedException {
    while (true) {
      List<Pending> waiting;
      Batch.Tag tag;
      lock.lock();
      try {
        if (closed) {
          return List.of();
        }
        if (underWay.isToBeSentAgain()) {
          long now = System.nanoTime();
          long pauseNanos = underWay.pauseNanos(now);
          if (pauseNanos <= 0) {
            return underWay.sentAgain(now);
          }
          work.awaitNanos(pauseNanos);
          continue;
        }
        if (backlog.isEmpty() || underWay.isFull()) {
          work.await();
          continue;
        }
        if (!outlet.hasLeader()) {
          // Not made into an entry yet: if nobody leads in time, the callers are told that nothing
          // happened.
          work.awaitNanos(RETRY_AFTER.toNanos());
          continue;
        }
        waiting = backlog.first(Limits.ENTRY_COMMANDS_MAX);
        tag = underWay.next();
      } finally {
        lock.unlock();
      }
      Batcher.Packed packed = batcher.pack(tag, waiting);
      if (begin(tag, waiting, packed) && packed.batch() != null) {
        return List.of(packed.batch());
      }
    }
  }

  /**
   * Takes those who wait out of the backlog, where they have stayed so that they could be given up.
   * False if that, or a new incarnation, has come in between: nothing was sent, so look again.
   */
  private boolean begin(Batch.Tag tag, List<Pending> waiting, Batcher.Packed packed) {
    Batch batch = packed.batch();
    lock.lock();
    try {
      if (closed || !underWay.next().equals(tag) || !backlog.take(waiting, packed.taken())) {
        return false;
      }
      if (batch != null) {
        underWay.add(batch, System.nanoTime());
      }
    } finally {
      lock.unlock();
    }
    callers.failUnwritable(packed.unwritable());
    if (batch != null) {
      listener.batched(batch.commands, batch.entry.length);
    }
    return true;
  }

  // ---- what becomes of entries

  /** This node has applied an entry. On Raft's thread, after the state was published. */
  public void applied(Entry entry, Step step) {
    if (!entry.proposer().equals(proposer)) {
      return;
    }
    Batch done = null;
    List<Pending> lost = List.of();
    lock.lock();
    try {
      if (entry.incarnation() != underWay.next().incarnation()) {
        return;
      }
      if (underWay.isOver(entry, step)) {
        lost = underWay.startAnew(step.state());
      } else {
        done = underWay.applied(entry, step.verdict());
      }
      work.signal();
    } finally {
      lock.unlock();
    }
    if (done != null) {
      callers.answer(done, step.replies());
    }
    callers.giveUp(lost, UNKNOWN, "this node had to start a new incarnation");
  }

  /**
   * This node's state was replaced by a snapshot that may hold entries under way; the answers to
   * them are in the state. On Raft's thread.
   */
  public void restored(State state) {
    Proposer known = underWay.knownIn(state);
    if (known == null) {
      return;
    }
    List<Batch> included;
    List<Pending> lost = List.of();
    lock.lock();
    try {
      included = underWay.includedIn(known);
      // A later run of this node: its clock went back and its directory was emptied, or a second
      // process runs under its name.
      if (known.incarnation() > underWay.next().incarnation()) {
        lost = underWay.startAnew(state);
      }
      work.signal();
    } finally {
      lock.unlock();
    }
    for (Batch batch : included) {
      @Nullable List<Reply> replies = known.answersTo(batch.tag.sequence());
      if (replies == null) {
        callers.giveUp(batch.members, UNKNOWN, "the answer was lost while this node caught up");
      } else {
        callers.answer(batch, replies);
      }
    }
    callers.giveUp(lost, UNKNOWN, "this node had to start a new incarnation");
  }

  // ---- time and trouble

  /** There is a new leader: whatever is under way may be lost with the old one. */
  public void leaderChanged() {
    sendAgainAfter(Duration.ZERO);
  }

  /** The one who was taken for the leader did not take an entry, and needs a moment. */
  public void rejected() {
    sendAgainAfter(RETRY_AFTER);
  }

  private void sendAgainAfter(Duration pause) {
    lock.lock();
    try {
      underWay.sendAgain(System.nanoTime() + pause.toNanos());
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives up on what waits too long, and hands over again what stays unanswered; called a few times
   * a second.
   */
  public void tick() {
    long now = System.nanoTime();
    List<Pending> neverSent;
    List<Pending> sent;
    lock.lock();
    try {
      neverSent = backlog.giveUp(now, timeoutNanos);
      sent = underWay.giveUp(now, timeoutNanos);
      if (underWay.isSilent(now)) {
        underWay.sendAgain(now);
        work.signal();
      }
    } finally {
      lock.unlock();
    }
    callers.giveUp(neverSent, NOT_DONE, "no leader with a majority took the command in time");
    callers.giveUp(sent, UNKNOWN, "no majority confirmed the command in time; it may still happen");
  }

  /** Refuses what waits, gives up on what is under way, and ends the sender. */
  @Override
  public void close() {
    List<Pending> neverSent;
    List<Pending> sent;
    lock.lock();
    try {
      closed = true;
      neverSent = backlog.clear();
      sent = underWay.clear();
      work.signalAll();
    } finally {
      lock.unlock();
    }
    sender.interrupt();
    callers.giveUp(neverSent, NOT_DONE, "this node is shutting down");
    callers.giveUp(sent, UNKNOWN, "this node is shutting down; the command may still happen");
  }
}

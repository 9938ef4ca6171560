package org.jgroups.protocols.raft;

import dev.muster.raft.Halt;
import dev.muster.raft.RaftListener;
import dev.muster.raft.RaftStatus;
import dev.muster.raft.ReplicatedMachine;
import dev.muster.raft.log.DurableLog;
import dev.muster.raft.log.NoSpaceException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jgroups.Address;
import org.jgroups.Header;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.jgroups.View;
import org.jgroups.annotations.MBean;
import org.jgroups.conf.ClassConfigurator;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * jgroups-raft's RAFT with its data path and its election replaced by guarded ones: everything that
 * touches the log, the term, the vote or a role happens on one thread (Raft's), in rounds: see
 * {@link RaftLoop}. What remains of the superclass is its place in the stack, its members and its
 * start and stop. This class holds the shared indexes and joins the parts:
 *
 * <ul>
 *   <li>{@link SingleThreadedRaft}, {@link Inbox}, {@link RaftLoop}, {@link Dispatcher}: what comes
 *       in, in which order it is done, and by whom;
 *   <li>{@link LogAndMachine}: entries are written, then applied;
 *   <li>{@link GuardedLeader} with a {@link Peer} for each follower, and {@link GuardedFollower};
 *   <li>{@link Membership}, {@link Election}, {@link Abstention}: who is there, leads and votes;
 *   <li>{@link Recovery}, {@link Snapshots}, {@link SnapshotSender}, {@link SnapshotReceiver};
 *   <li>{@link Reporter}: status and listener; {@link Background}: the threads beside Raft's.
 * </ul>
 *
 * <p>The numbers of faults beside the overrides are those of the list in {@code docs/raft.md}.
 */
@NullMarked
@MBean(description = "Raft, guarded")
public class GuardedRaft extends SingleThreadedRaft {

  /** The longest entry that may be proposed. */
  public static final int ENTRY_BYTES_MAX = 4 << 20;

  private static final long NO_SPACE_MILLIS = 1_000;

  static {
    ClassConfigurator.addIfAbsent(RaftSignal.MAGIC_ID, RaftSignal.class);
  }

  private final Membership membership = new Membership(this);
  private final Election election = new Election(this);
  private final LogAndMachine entries = new LogAndMachine(this, progress);
  private final Recovery recovery = new Recovery(this, progress);
  private final SnapshotReceiver receiver = new SnapshotReceiver(this);
  private final Reporter reporter = new Reporter(this);
  private final RaftLoop loop = new RaftLoop(this, inbox, new Dispatcher(this, receiver), reporter);

  private @Nullable ReplicatedMachine machine;
  private @Nullable Background background;
  private @Nullable Snapshots snapshots;
  private LongSupplier clock = System::nanoTime;
  private long tailBytes = Snapshots.TAIL_BYTES;

  private volatile boolean accepting = true;
  private List<String> memberOrder = List.of();

  private long ledTerm;
  private long leaderHeardNanos;
  private long leaderCommit;

  public GuardedRaft() {
    setId(RAFT_ID); // ids go by exact class, and this one's messages are RAFT's
    impl = new GuardedFollower(this);
    maxLogCacheSize(0); // the log has its own, and is more than a Log
    dynamic_view_changes = false;
  }

  /** What committed entries are applied to. Before the start. */
  public GuardedRaft machine(ReplicatedMachine machine) {
    this.machine = machine;
    return this;
  }

  /** Who ends the process. Before the start. */
  public GuardedRaft halt(Halt halt) {
    haltBy(halt);
    return this;
  }

  /** Who is told of leaders. Before the start. */
  public GuardedRaft listener(RaftListener listener) {
    reporter.listener(listener);
    return this;
  }

  /** Whether this member votes. Before the start. */
  public GuardedRaft abstention(Abstention abstention) {
    recovery.abstention(abstention);
    return this;
  }

  /** How much of the log a snapshot leaves for slow followers. Before the start. */
  GuardedRaft tailBytes(long bytes) {
    this.tailBytes = bytes;
    return this;
  }

  /** Another clock than {@link System#nanoTime}, for simulations. Before the start. */
  GuardedRaft clock(LongSupplier nanoTime) {
    this.clock = nanoTime;
    return this;
  }

  /**
   * Offers an entry to the log. Never blocks; any thread. The machine sees the entry when it is
   * committed; when the leader or the term changes first, its outcome is unknown until then.
   *
   * @param entry not changed afterwards by anybody
   * @param expectedTerm the term in which the caller believes this member to lead
   * @return false when nothing was done: this member does not lead that term, is handing over, or
   *     has too much queued
   */
  public boolean propose(byte[] entry, long expectedTerm) {
    if (entry.length > ENTRY_BYTES_MAX) {
      throw new IllegalArgumentException(
          "an entry may have " + ENTRY_BYTES_MAX + " bytes, but has " + entry.length);
    }
    if (!accepting || isHalted() || !isLeader() || currentTerm() != expectedTerm) {
      return false;
    }
    return offer(new LogEntry(expectedTerm, entry));
  }

  /** What Raft's thread knew after its last round. Any thread, never blocks. */
  public RaftStatus status() {
    return reporter.status();
  }

  /**
   * Grows whenever Raft's thread gets on, several times a second even when idle: a watchdog that
   * sees it stand still for seconds knows that the thread hangs. Any thread.
   */
  public long progress() {
    return progress.get();
  }

  /**
   * Takes a snapshot and compacts the log. One at a time: a request while one is written gets that
   * one's result. Any thread.
   *
   * @return the index of the last entry that it includes
   */
  public CompletableFuture<Long> requestSnapshot() {
    CompletableFuture<Long> future = new CompletableFuture<>();
    post(() -> snapshots().request(future));
    return future;
  }

  /**
   * Prepares to leave: takes no more proposals, and waits until all of them are committed and one
   * live follower has the whole log; then says goodbye, so that one is elected at once. A member
   * that does not lead is ready at once. There is no way back. Any thread.
   *
   * @return whether everything was handed over; false when the time was up first
   */
  public CompletableFuture<Boolean> handOver(Duration timeout) {
    accepting = false;
    return loop.handOver(timeout);
  }

  // ---- Raft's thread -------------------------------------------------------------------------

  void setLeader(@Nullable Address leader) {
    raft_state.setLeader(leader);
    leaderHeardNanos = nanoTime();
  }

  /** Entries or a snapshot came from the leader of this term. */
  void leaderHeard(Address from) {
    if (leader() == null && liveMembers().contains(from)) {
      setLeader(from);
    }
    leaderHeardNanos = nanoTime();
  }

  void adoptTerm(long term) {
    currentTerm(term);
    leaderCommit = commit_index;
  }

  /** Nothing was written; what was sent may be on others. So this term must not go on here. */
  void outOfSpace(NoSpaceException full) {
    getLog().error("%s: %s", raft_id, full.getMessage());
    last_appended = log_impl.lastAppended();
    if (isLeader()) {
      setLeader(null);
    }
    election.backOff(nanoTime(), NO_SPACE_MILLIS);
  }

  // ---- what the superclass does otherwise ------------------------------------------------------

  @Override
  public void start() throws Exception {
    if (!(log_impl instanceof DurableLog) || machine == null || !recovery.hasAbstention()) {
      throw new IllegalStateException("log, machine and abstention must be set before the start");
    }
    if (!members().contains(raft_id)) {
      throw new IllegalStateException(
          "the id of this node, '" + raft_id + "', must be one of the members " + members());
    }
    memberOrder = members().stream().sorted().toList();
    if (!recovery.isRecovered()) {
      int place = memberOrder.indexOf(raft_id);
      snapshots = new Snapshots(this, maxLogSize(), place, memberOrder.size(), tailBytes);
    }
    background = new Background(this::fail, synchronous);
    loop.start();
    election.bePatient(nanoTime());
    beforeRunning();
    logUseFsync(log_impl.useFsync()); // as it was opened
    super.start();
    reporter.tick();
    reporter.publish(nanoTime());
  }

  /** Fault 3: nothing at or below the snapshot's index is applied again. */
  @Override
  public void initStateMachineFromLog() {
    if (recovery.isRecovered()) {
      commit_index = status().appliedIndex(); // connecting again: the machine has it all
    } else {
      recovery.fromLog();
    }
  }

  /**
   * Ends Raft's thread between two rounds: an interrupt while it writes would close its files. The
   * log stays open for another connect; {@link #destroy} closes it.
   */
  @Override
  public void stop() {
    endThread(() -> setLeader(null));
    background().close();
    Log open = log_impl;
    log_impl = null; // the superclass would close it
    try {
      super.stop();
    } finally {
      log_impl = open;
    }
    membership.disconnected();
  }

  @Override
  public void destroy() {
    super.destroy();
    receiver.abort();
    try {
      if (log_impl != null) {
        log_impl.close();
      }
    } catch (IOException e) {
      getLog().warn("%s: closing the log failed: %s", raft_id, e);
    }
  }

  @Override
  public void handleView(View newView) {
    view = newView;
    post(() -> membership.viewChanged(newView));
  }

  /** Roles are changed by Raft's thread only, through {@link #setLeader} and new terms. */
  @Override
  protected RAFT changeRole(Role role) {
    boolean leads = impl instanceof GuardedLeader;
    if (role == Role.Leader && !leads) {
      ledTerm = currentTerm();
      impl = new GuardedLeader(this);
      receiver.abort();
      impl.init();
      recovery.committedAsLeader();
    } else if (role != Role.Leader && leads) {
      impl.destroy();
      impl = new GuardedFollower(this);
    }
    return this;
  }

  @Override
  public CompletableFuture<Void> snapshotAsync() {
    return requestSnapshot().thenAccept(index -> {});
  }

  @Override
  RaftLoop loop() {
    return loop;
  }

  // ---- for the parts ------------------------------------------------------------------------

  DurableLog durableLog() {
    return (DurableLog) log_impl;
  }

  ReplicatedMachine machine() {
    return Objects.requireNonNull(machine);
  }

  Snapshots snapshots() {
    return Objects.requireNonNull(snapshots);
  }

  Background background() {
    return Objects.requireNonNull(background);
  }

  LogAndMachine entries() {
    return entries;
  }

  Recovery recovery() {
    return recovery;
  }

  Election election() {
    return election;
  }

  Membership membership() {
    return membership;
  }

  /** See {@link Membership#live}. */
  List<Address> liveMembers() {
    return membership.live();
  }

  /** All members in an order that all agree on. */
  List<String> memberOrder() {
    return memberOrder;
  }

  long leaderHeardNanos() {
    return leaderHeardNanos;
  }

  void leaderCommitHeard(long index) {
    leaderCommit = Math.max(leaderCommit, index);
  }

  /** What the leader of this term said to be committed, at least what is committed here. */
  long leaderCommit() {
    return leaderCommit;
  }

  /** Whether this member has led the current term before and stepped down: it may not again. */
  boolean hasLed() {
    return ledTerm == currentTerm();
  }

  /** The member id in an address; null for a stranger. */
  @Nullable String memberId(Address address) {
    return membership.idOf(address);
  }

  void send(Address to, @Nullable LogEntries entries, Header header) {
    down_prot.down(new ObjectMessage(to, entries).putHeader(id, header));
  }

  /** Not repeated when it is lost, and not held back by what is. */
  void ping(Address to) {
    RaftSignal ping =
        new RaftSignal(RaftSignal.Kind.PING, currentTerm()).flag(recovery.isAbstaining());
    down_prot.down(
        new ObjectMessage(to, (Object) null)
            .putHeader(id, ping)
            .setFlag(Message.Flag.OOB, Message.Flag.NO_RELIABILITY, Message.Flag.NO_FC));
  }

  void answer(Address to, AppendResult result) {
    result.commitIndex(commit_index);
    send(to, null, new AppendEntriesResponse(currentTerm(), result));
  }

  boolean isReceivingSnapshot() {
    return receiver.isReceiving();
  }

  long nanoTime() {
    return clock.getAsLong();
  }
}

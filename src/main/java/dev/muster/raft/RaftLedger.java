package dev.muster.raft;

import dev.muster.core.Command;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.ledger.ClusterStatus;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.LedgerListener;
import dev.muster.ledger.LiveState;
import dev.muster.ledger.Peers;
import dev.muster.raft.log.DirectoryLock;
import dev.muster.raft.log.LogOptions;
import dev.muster.raft.proposals.Proposals;
import dev.muster.watch.Changes;
import dev.muster.watch.EventLog;
import dev.muster.watch.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

/**
 * The ledger over Raft: one node of the cluster. Commands of this node go through {@link Proposals}
 * to whoever leads, and come back through {@link StateMachine} once a majority has them.
 */
public final class RaftLedger implements Ledger, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(RaftLedger.class);
  private static final Duration TIMEOUTS_EVERY = Duration.ofMillis(100);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** A follower that lacks more than this many positions is not caught up. */
  private static final long READY_LAG_MAX = 10_000;

  private final RaftConfig config;
  private final DirectoryLock lock;
  private final ExecutorService completions;
  private final Timers timers = new Timers();
  private final EventLog events;
  private final LiveState live;
  private final Proposals proposals;
  private final ChannelPeers peers;
  private final Checkpoints checkpoints;
  private final Watchdog watchdog;
  private final ClockCheck clocks;
  private final Stack stack;

  /** Who leads, and in which term. */
  private record Leadership(RaftListener.@Nullable Leader leader, long term) {}

  private volatile Leadership leadership = new Leadership(null, 0);

  /**
   * Starts this node: reads its log, joins the others. Returns once it is in touch with whoever is
   * there; a leader may come later.
   *
   * @param log how the log is kept
   * @param timeout how long a command may wait for a majority before its caller is told that the
   *     cluster is unavailable
   * @throws Exception with a message for the operator if the directory, the log or the network
   *     cannot be used
   */
  public static RaftLedger start(
      RaftConfig config, LogOptions log, Duration timeout, LedgerListener listener, Halt halt)
      throws Exception {
    java.nio.file.Path directory = config.directory().toAbsolutePath();
    Files.createDirectories(directory.getParent());
    // Before anything in the directory is looked at, or the directory is moved aside.
    DirectoryLock lock =
        DirectoryLock.acquire(
            directory.resolveSibling(directory.getFileName() + ".lock"), directory);
    RaftLedger ledger;
    try {
      ledger = new RaftLedger(config, log, timeout, listener, halt, lock);
    } catch (Exception failed) {
      lock.close();
      throw failed;
    }
    try {
      ledger.connect();
      return ledger;
    } catch (Exception failed) {
      ledger.close();
      throw failed;
    }
  }

  private RaftLedger(
      RaftConfig config,
      LogOptions log,
      Duration timeout,
      LedgerListener listener,
      Halt halt,
      DirectoryLock lock)
      throws Exception {
    this.config = config;
    this.lock = lock;
    Evidence.moveAside(config.directory());
    Files.createDirectories(config.directory());
    KnownMembers.check(config.directory(), config.members());
    Halt keepingEvidence = Evidence.keepOnDivergence(config.directory(), halt);
    this.completions = Executors.newFixedThreadPool(2, threads("muster-completions"));
    this.events = new EventLog(completions);
    this.live = new LiveState(events, completions);
    this.peers = new ChannelPeers(completions, config.raftId(), Stack::raftIdOf);
    this.proposals =
        new Proposals(
            config.raftId(),
            Incarnation.next(config.directory(), System.currentTimeMillis()),
            new ToLeader(),
            System::currentTimeMillis,
            completions,
            timeout,
            listener,
            keepingEvidence);
    DivergenceGuard divergence =
        new DivergenceGuard(config.raftId(), config.members(), this::leaderName, keepingEvidence);
    this.stack =
        Stack.open(
            config,
            log,
            new StateMachine(live, proposals, divergence, keepingEvidence),
            keepingEvidence,
            this::leaderChanged);
    this.checkpoints =
        new Checkpoints(
            divergence, peers, () -> stack.status().inTouch().values(), Stack::raftIdOf);
    this.watchdog = new Watchdog(stack::progress, keepingEvidence);
    this.clocks = new ClockCheck(config.raftId(), () -> live.local().timeMillis());
  }

  private void connect() throws Exception {
    peers.on(ChannelPeers.PROPOSE, this::proposeForOther);
    peers.on(ChannelPeers.REJECTED, (sender, content) -> proposals.rejected());
    checkpoints.listen();
    peers.channel(stack.channel());
    stack.connect();
    proposals.start();
    timers.every(TIMEOUTS_EVERY, "muster-timeouts", proposals::tick);
    timers.every(LOOK_EVERY, "muster-watchdog", watchdog::look);
    timers.every(LOOK_EVERY, "muster-clocks", clocks::look);
    timers.every(LOOK_EVERY, "muster-checkpoints", checkpoints::exchange);
  }

  // ---- the ledger

  @Override
  public CompletableFuture<Reply> submit(Command command) {
    return proposals.submit(command);
  }

  @Override
  public State local() {
    return live.local();
  }

  /**
   * A barrier that all reads waiting at this moment share: once this node has applied it, it has
   * applied all before it.
   */
  @Override
  public CompletableFuture<State> fresh() {
    return proposals.barrier().thenApply(passed -> live.local());
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

  /** Messages between the nodes. */
  public Peers peers() {
    return peers;
  }

  /** Raft's own view of itself, for meters. */
  public RaftStatus raftStatus() {
    return stack.status();
  }

  /** Takes a snapshot now; completes with the position of its last entry. */
  public CompletableFuture<Long> requestSnapshot() {
    return stack.requestSnapshot();
  }

  @Override
  public ClusterStatus status() {
    RaftStatus raft = stack.status();
    Leadership now = leadership;
    long lag = Math.max(0, raft.leaderCommitIndex() - raft.appliedIndex());
    return new ClusterStatus(
        config.raftId(),
        now.leader() == null ? null : now.leader().raftId(),
        Math.max(
            now.term(), raft.term()), // the first one is in the log, before any leader is known
        raft.commitIndex(),
        raft.appliedIndex(),
        raft.logBytes(),
        raft.snapshotBytes(),
        now.leader() != null && lag <= READY_LAG_MAX,
        members(raft));
  }

  private List<ClusterStatus.Member> members(RaftStatus raft) {
    List<ClusterStatus.Member> members = new ArrayList<>();
    for (String name : config.members()) {
      members.add(
          new ClusterStatus.Member(
              name,
              name.equals(config.raftId()) || raft.inTouch().containsKey(name),
              lagOf(name, raft)));
    }
    return members;
  }

  private @Nullable Long lagOf(String name, RaftStatus raft) {
    if (name.equals(config.raftId())) {
      return Math.max(0, raft.leaderCommitIndex() - raft.appliedIndex());
    }
    for (RaftStatus.Peer peer : raft.peers()) {
      if (peer.raftId().equals(name)) {
        return Math.max(0, raft.appendedIndex() - peer.matchIndex());
      }
    }
    return null;
  }

  // ---- between the nodes

  private @Nullable String leaderName() {
    RaftListener.Leader leader = leadership.leader();
    return leader == null ? null : leader.raftId();
  }

  private void leaderChanged(RaftListener.@Nullable Leader leader, long term) {
    leadership = new Leadership(leader, term);
    peers.leader(leader);
    if (leader == null) {
      LOG.infof("%s: no leader (term %d)", config.raftId(), term);
    } else {
      LOG.infof("%s: %s leads term %d", config.raftId(), leader.raftId(), term);
    }
    if (leader != null) {
      proposals.leaderChanged();
    }
  }

  /** Hands this node's entries to the leader, wherever it is. */
  private final class ToLeader implements Proposals.Outlet {
    @Override
    public boolean hasLeader() {
      return leadership.leader() != null;
    }

    @Override
    public boolean handOver(byte[] entry) {
      Leadership now = leadership;
      RaftListener.Leader leader = now.leader();
      if (leader == null) {
        return false;
      }
      return leader.raftId().equals(config.raftId())
          ? stack.propose(entry, now.term())
          : peers.send(leader.address(), ChannelPeers.PROPOSE, entry);
    }
  }

  private void proposeForOther(Address sender, byte[] entry) {
    if (!stack.propose(entry, leadership.term())) {
      peers.send(sender, ChannelPeers.REJECTED, new byte[0]);
    }
  }

  LiveState liveState() {
    return live;
  }

  Stack stack() {
    return stack;
  }

  // ---- the end

  /**
   * Hands leadership over, leaves the cluster, closes the log. Whoever still waits is told that
   * this node is unavailable.
   */
  @Override
  public void close() {
    timers.close();
    proposals.close();
    stack.close();
    live.close();
    events.close();
    completions.shutdown();
    try {
      if (!completions.awaitTermination(2, TimeUnit.SECONDS)) {
        LOG.warn("callers' continuations still run while this node closes");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    try {
      lock.close();
    } catch (IOException unexpected) {
      LOG.warn(
          "the directory's lock could not be released; the end of the process does it", unexpected);
    }
  }

  private static ThreadFactory threads(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}

package dev.muster.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Hurts a cluster of three under work, one fault at a time, and demands that it is whole again in
 * bounded time.
 */
final class Nemesis {
  /** Longer than FD_ALL3's timeout, so that there is another view and another leader by then. */
  private static final Duration LONG_PAUSE = Duration.ofSeconds(9);

  private static final Duration WRITES_WITHIN = Duration.ofSeconds(30);
  private static final int SOME_WRITES = 50;

  /** Exit code of a node that cannot read its log, see {@code dev.muster.raft.Halt.Reason}. */
  private static final int EXIT_UNREADABLE = 72;

  private final MusterCluster cluster;
  private final Workload workload;
  private final Random random;
  private final List<String> notes = new ArrayList<>();

  Nemesis(MusterCluster cluster, Workload workload, long seed) {
    this.cluster = cluster;
    this.workload = workload;
    this.random = new Random(seed);
  }

  /** All that can be done to it. */
  enum Fault {
    KILL_LEADER,
    KILL_FOLLOWER,
    KILL_ALL,
    PAUSE_LEADER,
    STOP_SUCCESSOR,
    STOP_LEADER,
    EMPTY_DATA,
    TORN_APPEND,
    TORN_RECORD,
    FLIPPED_BIT
  }

  /** What happened, a line each. */
  List<String> notes() {
    return notes;
  }

  /** Strikes once; returns when all nodes are ready and writes are acknowledged. */
  void strike(Fault fault) throws IOException {
    notes.add(fault + " begins");
    workload.nextPhase();
    workload.awaitProgress(SOME_WRITES, WRITES_WITHIN);
    long start = System.nanoTime();
    switch (fault) {
      case KILL_LEADER -> killAndRestart(cluster.leader());
      case KILL_FOLLOWER -> killAndRestart(follower());
      case KILL_ALL -> killAll();
      case PAUSE_LEADER -> pause(cluster.leader());
      case STOP_SUCCESSOR -> stopSuccessor(cluster.leader());
      case STOP_LEADER -> stop(cluster.leader());
      case EMPTY_DATA -> empty(follower());
      case TORN_APPEND -> tearAppend(follower());
      case TORN_RECORD -> tearRecord(follower());
      case FLIPPED_BIT -> flipBit(follower());
    }
    cluster.nodes().forEach(MusterProcess::awaitReady);
    workload.awaitProgress(SOME_WRITES, WRITES_WITHIN);
    notes.add("%s, whole after %d ms".formatted(fault, (System.nanoTime() - start) / 1_000_000));
  }

  private MusterProcess follower() {
    MusterProcess leader = cluster.leader();
    List<MusterProcess> followers =
        cluster.nodes().stream().filter(node -> node != leader).toList();
    return followers.get(random.nextInt(followers.size()));
  }

  private void killAndRestart(MusterProcess node) {
    node.kill();
    workload.awaitProgress(SOME_WRITES, WRITES_WITHIN);
    node.start();
  }

  private void killAll() {
    cluster.nodes().forEach(MusterProcess::kill);
    cluster.nodes().forEach(MusterProcess::start);
  }

  private void pause(MusterProcess node) {
    long end = System.nanoTime() + LONG_PAUSE.toNanos();
    node.pause();
    try {
      workload.awaitProgress(SOME_WRITES, WRITES_WITHIN);
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
    } finally {
      node.resume();
    }
  }

  /** A leader comes back from a freeze, and at that moment the one that took its place goes. */
  private void stopSuccessor(MusterProcess leader) {
    pause(leader);
    stop(cluster.leader());
  }

  private void stop(MusterProcess node) {
    int exit = node.stop();
    // 143: the JVM's own for a SIGTERM that was heard.
    if (exit != 0 && exit != 143) {
      throw new AssertionError(node.name() + " ended with " + exit + " on SIGTERM");
    }
    killAndRestart(node);
  }

  private void empty(MusterProcess node) {
    node.kill();
    node.emptyData();
    workload.awaitProgress(SOME_WRITES, WRITES_WITHIN);
    node.start();
  }

  private void tearAppend(MusterProcess node) throws IOException {
    node.kill();
    LogDamage.of(node.data()).tearAppend();
    node.start();
  }

  /**
   * The last record was forced and is damaged all the same: the node may have to give it back, but
   * it may also see by its stored commit index that it lies, and refuse.
   */
  private void tearRecord(MusterProcess node) throws IOException {
    node.kill();
    LogDamage.of(node.data()).tearLastRecord();
    startOrRefuse(node);
  }

  private void flipBit(MusterProcess node) throws IOException {
    node.kill();
    LogDamage.of(node.data()).flipBit();
    startOrRefuse(node);
  }

  /** A node may start on a damaged log only if it is right; else it says so, and is emptied. */
  private void startOrRefuse(MusterProcess node) {
    node.start();
    Await.until(
        MusterProcess.READY_WITHIN,
        () -> node.name() + " is ready or has refused",
        () -> !node.isAlive() || node.isReady());
    if (node.isAlive()) {
      return;
    }
    int exit = node.awaitExit();
    notes.add("  %s refused to start on its damaged log".formatted(node.name()));
    if (exit != EXIT_UNREADABLE) {
      throw new AssertionError(
          node.name() + " ended with " + exit + " on a damaged log:\n" + node.output());
    }
    node.emptyData();
    node.start();
  }
}

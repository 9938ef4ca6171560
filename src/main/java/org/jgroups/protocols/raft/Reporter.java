package org.jgroups.protocols.raft;

import dev.muster.raft.RaftListener;
import dev.muster.raft.RaftStatus;
import dev.muster.raft.log.SnapshotFile;
import java.util.List;
import java.util.Objects;
import org.jgroups.Address;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * What others learn of this member: its status, and who leads. Written by Raft's thread at the end
 * of each round.
 */
@NullMarked
final class Reporter {
  private final GuardedRaft raft;
  private RaftListener listener = (leader, term) -> {};
  private volatile @Nullable RaftStatus status;
  private long logBytes;
  private @Nullable Address toldLeader;
  private long toldTerm;

  Reporter(GuardedRaft raft) {
    this.raft = raft;
  }

  void listener(RaftListener listener) {
    this.listener = listener;
  }

  /** Any thread. */
  RaftStatus status() {
    return Objects.requireNonNull(status, "not started");
  }

  /** Asks the log for its size, which is too dear for every round. */
  void tick() {
    logBytes = raft.durableLog().sizeInBytes();
  }

  void report(long now) {
    tellLeader();
    publish(now);
  }

  private void tellLeader() {
    Address leader = raft.leader();
    long term = raft.currentTerm();
    if (Objects.equals(leader, toldLeader) && (leader == null || term == toldTerm)) {
      return;
    }
    toldLeader = leader;
    toldTerm = term;
    String leaderId = leader == null ? null : raft.memberId(leader);
    RaftListener.Leader told =
        leader == null || leaderId == null ? null : new RaftListener.Leader(leaderId, leader);
    raft.background().event(() -> listener.leaderChanged(told, term));
  }

  void publish(long now) {
    Address leader = raft.leader();
    var snapshot = raft.durableLog().snapshot();
    long commit = raft.commitIndex();
    GuardedLeader leading = raft.impl() instanceof GuardedLeader role ? role : null;
    status =
        new RaftStatus(
            raft.raftId(),
            leading != null,
            raft.currentTerm(),
            leader == null ? null : raft.memberId(leader),
            raft.recovery().isAbstaining(),
            commit,
            raft.last_appended,
            commit,
            leading != null ? commit : Math.max(raft.leaderCommit(), commit),
            raft.membership().inTouch(),
            leading != null ? leading.status(now) : List.of(),
            logBytes,
            snapshot.map(SnapshotFile::index).orElse(0L),
            snapshot.map(SnapshotFile::size).orElse(0L));
  }
}

package org.jgroups.protocols.raft;

import dev.muster.raft.log.DurableLog;
import dev.muster.raft.log.SnapshotFile;
import dev.muster.raft.log.SnapshotSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * How a member comes to have what the others have: its own log at the start, the leader's snapshot
 * later, and when it may vote again after it had nothing. Raft's thread only, once that runs.
 */
@NullMarked
final class Recovery {
  private final GuardedRaft raft;
  private final AtomicLong progress;
  private @Nullable Abstention abstention;
  private boolean recovered;

  /** What the leader of this term had committed when it first spoke to this life of the member. */
  private long caughtUpAt;

  private long caughtUpTerm;

  /** Who has told this life of the member its term; and of these, who abstains too. */
  private final Set<String> told = new HashSet<>();

  private final Set<String> toldAbstaining = new HashSet<>();
  private boolean oriented;

  Recovery(GuardedRaft raft, AtomicLong progress) {
    this.raft = raft;
    this.progress = progress;
  }

  void abstention(Abstention abstention) {
    this.abstention = abstention;
  }

  boolean hasAbstention() {
    return abstention != null;
  }

  boolean isRecovered() {
    return recovered;
  }

  /** Fault 3: nothing at or below the snapshot's index is applied again. */
  void fromLog() {
    DurableLog log = raft.durableLog();
    long stored = raft.commit_index;
    raft.commit_index = 0;
    if (log.snapshot().isPresent()) {
      restore();
    }
    for (long i = raft.commit_index + 1; i <= raft.last_appended; i++) {
      raft.snapshots().appended(i, raft.entries().get(i).length());
    }
    raft.entries().commitTo(stored);
    recovered = true;
  }

  /** A complete snapshot of the leader's takes the place of log and machine. */
  void install(SnapshotSink received) {
    long index = received.index();
    raft.durableLog().installSnapshot(received);
    restore();
    raft.last_appended = raft.durableLog().lastAppended();
    raft.durableLog().commitIndex(raft.commit_index);
    raft.num_snapshot_received++;
    raft.snapshots().installed();
    raft.getLog().info("%s: installed the leader's snapshot of entry %d", raft.raftId(), index);
  }

  /** The machine gets the newest snapshot, and the commit index is the snapshot's. */
  private void restore() {
    SnapshotFile snapshot = raft.durableLog().snapshot().orElseThrow();
    try (var in = new ProgressStream(snapshot.open(), progress)) {
      raft.machine().restore(snapshot.index(), in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    raft.commit_index = snapshot.index();
  }

  boolean isAbstaining() {
    return Objects.requireNonNull(abstention).abstaining();
  }

  /** A member says in which term it is. What it says is younger than this member's former lives. */
  void heardTerm(String member, long term, boolean abstains) {
    if (oriented || !isAbstaining()) {
      return;
    }
    told.add(member);
    if (abstains) {
      toldAbstaining.add(member);
    } else {
      toldAbstaining.remove(member);
    }
    if (term > raft.currentTerm()) {
      raft.adoptTerm(term);
    }
    int members = raft.members().size();
    oriented =
        told.size() == members - 1
            || told.size() - toldAbstaining.size() > members - raft.majority();
  }

  /**
   * Whether this member may be in an older term than its former life was: it must neither take nor
   * acknowledge entries, since their leader may have been replaced with its help.
   */
  boolean isDisoriented() {
    return isAbstaining() && !oriented && raft.members().size() > 1;
  }

  /** Follower: see {@link Abstention} for when it knows all that it may have forgotten. */
  void heardLeaderCommit(long leaderCommit) {
    if (isAbstaining()) {
      if (caughtUpTerm != raft.currentTerm()) {
        caughtUpTerm = raft.currentTerm();
        caughtUpAt = leaderCommit;
      }
      if (raft.commitIndex() >= caughtUpAt) {
        endAbstentionInOwnTerm();
      }
    }
  }

  /** Leader: it was elected by all members, or it does not abstain. */
  void committedAsLeader() {
    if (isAbstaining() && raft.impl() instanceof GuardedLeader) {
      endAbstentionInOwnTerm();
    }
  }

  private void endAbstentionInOwnTerm() {
    if (!isDisoriented() && raft.durableLog().termAt(raft.commitIndex()) == raft.currentTerm()) {
      if (raft.votedFor() == null) {
        raft.votedFor(raft.leader()); // a former life may have: see Abstention
      }
      try {
        Objects.requireNonNull(abstention).end();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

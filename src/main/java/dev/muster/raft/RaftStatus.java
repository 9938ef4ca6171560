package dev.muster.raft;

import java.util.List;
import java.util.Map;
import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

/**
 * What Raft's thread knew at the end of its last round: for meters, readiness and the cluster page.
 * Consistent in itself; a few milliseconds old on an idle node.
 *
 * @param raftId this member
 * @param leader whether this member leads {@code term}
 * @param leaderId the member that leads, as far as this one knows
 * @param abstaining whether this member still withholds its vote (see {@code Abstention})
 * @param leaderCommitIndex the highest commit index heard of in this term: own lag is the
 *     difference to {@code appliedIndex}
 * @param inTouch where the members are that were heard lately, itself included once it has joined
 * @param peers the other members in touch; empty unless this member leads
 * @param logBytes what the log occupies
 * @param snapshotIndex the last entry in the newest snapshot; 0 without one
 */
public record RaftStatus(
    String raftId,
    boolean leader,
    long term,
    @Nullable String leaderId,
    boolean abstaining,
    long commitIndex,
    long appendedIndex,
    long appliedIndex,
    long leaderCommitIndex,
    Map<String, Address> inTouch,
    List<Peer> peers,
    long logBytes,
    long snapshotIndex,
    long snapshotBytes) {

  /**
   * A follower, as its leader sees it.
   *
   * @param matchIndex up to where its log is known to equal the leader's, durably
   * @param progress how it is fed
   * @param silentMillis how long ago it answered last
   */
  public record Peer(String raftId, long matchIndex, Progress progress, long silentMillis) {}

  /** How a leader feeds a follower. */
  public enum Progress {
    /** Looking for the point up to which the logs agree. */
    PROBE,
    /** Sending entries ahead of the acknowledgements. */
    REPLICATE,
    /** Sending a snapshot, because the log no longer has what the follower lacks. */
    SNAPSHOT
  }
}

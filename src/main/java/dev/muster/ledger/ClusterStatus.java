package dev.muster.ledger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the cluster does, as one node sees it.
 *
 * @param node this node's name
 * @param leader the leader's name; absent while none is known
 * @param term Raft's term
 * @param commitPosition the newest position of the log known to be committed
 * @param appliedPosition the newest position this node has applied
 * @param members all members of the cluster; what is unknown of one here is absent
 */
public record ClusterStatus(
    String node,
    @Nullable String leader,
    long term,
    long commitPosition,
    long appliedPosition,
    long logBytes,
    long snapshotBytes,
    boolean ready,
    List<Member> members) {
  public ClusterStatus {
    members = List.copyOf(members);
  }

  public boolean isLeader() {
    return node.equals(leader);
  }

  /**
   * One member.
   *
   * @param reachable whether this node is in touch with it now
   * @param lag how many positions of the leader's log it lacks; known to the leader only
   */
  public record Member(String name, boolean reachable, @Nullable Long lag) {}
}

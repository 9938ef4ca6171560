package dev.muster.raft;

import java.nio.file.Path;
import java.util.List;

/**
 * One member's place in the cluster. With a single member nothing listens on the network.
 *
 * @param raftId this member; one of {@code members}
 * @param members the ids of all members, the same on every node: one, three or five of them
 * @param bindAddress the address Raft listens on (unused by a single member)
 * @param port the port Raft listens on; 0 for any free one
 * @param initialHosts where members are found at start: {@code host:port}
 * @param directory the log, the vote and the snapshots
 * @param snapshotLogBytes the log size that starts a snapshot
 */
public record RaftConfig(
    String raftId,
    List<String> members,
    String bindAddress,
    int port,
    List<String> initialHosts,
    Path directory,
    long snapshotLogBytes) {

  /** More members cost every write and win nothing. */
  public static final int MEMBERS_MAX = 7;

  public static final long SNAPSHOT_LOG_BYTES = 64L << 20;

  public RaftConfig {
    members = members.stream().sorted().toList();
    initialHosts = List.copyOf(initialHosts);
    check(
        !members.isEmpty() && members.size() <= MEMBERS_MAX,
        "members must name 1 to " + MEMBERS_MAX + " nodes, but names " + members.size());
    check(
        members.stream().distinct().count() == members.size(),
        "members must be distinct, but are " + members);
    check(
        members.contains(raftId),
        "the id of this node, '" + raftId + "', must be one of the members " + members);
    check(
        members.stream().allMatch(id -> id.matches("[A-Za-z0-9._-]{1,64}")),
        "a member's id must be 1 to 64 of A-Z a-z 0-9 . _ - but members are " + members);
    check(port >= 0 && port <= 65_535, "port must be 0 to 65535, but is " + port);
    check(
        members.size() == 1 || !initialHosts.isEmpty(),
        "with several members initial hosts are needed: host:port of each");
    check(snapshotLogBytes > 0, "snapshotLogBytes must be positive, but is " + snapshotLogBytes);
  }

  /** One node that is its own cluster: no network. */
  public static RaftConfig single(String raftId, Path directory) {
    return new RaftConfig(
        raftId, List.of(raftId), "127.0.0.1", 0, List.of(), directory, SNAPSHOT_LOG_BYTES);
  }

  private static void check(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}

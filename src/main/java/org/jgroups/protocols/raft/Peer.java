package org.jgroups.protocols.raft;

import dev.muster.raft.RaftStatus.Progress;
import java.util.ArrayDeque;
import org.jgroups.Address;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * A follower, as its leader sees it: etcd's "progress" (raft/tracker). Its window bounds what a
 * follower that hangs can hold in the leader's memory and in the stack's credits, so that it cannot
 * hold up the others (fault 8). Raft's thread only.
 */
@NullMarked
final class Peer {
  /** Entries sent ahead of the acknowledgements: several chunks, and well below UFC's credits. */
  static final long WINDOW_BYTES = 8L << 20;

  static final int WINDOW_MESSAGES = 256;

  final Address address;
  final String raftId;

  /** Up to here its log is known to be the leader's, durably. */
  long match;

  /** What it gets next. */
  long next;

  /** The commit index that it was told last. */
  long toldCommit;

  /** It claims to have committed what its leader does not have: nothing that it says counts. */
  boolean contradicts;

  Progress progress = Progress.REPLICATE;
  long sentNanos;
  long heardNanos;

  /** When its match index moved last, or the window was empty. */
  long progressNanos;

  @Nullable SnapshotSender snapshot;
  private final ArrayDeque<Sent> window = new ArrayDeque<>();
  private long windowBytes;

  private record Sent(long lastIndex, long bytes) {}

  Peer(Address address, String raftId, long next, long nowNanos) {
    this.address = address;
    this.raftId = raftId;
    this.next = next;
    this.heardNanos = nowNanos;
    this.progressNanos = nowNanos;
    this.sentNanos = nowNanos;
  }

  boolean hasRoom() {
    return progress == Progress.REPLICATE
        && windowBytes < WINDOW_BYTES
        && window.size() < WINDOW_MESSAGES;
  }

  boolean waits() {
    return !window.isEmpty();
  }

  void sent(long lastIndex, long bytes, long nowNanos) {
    if (window.isEmpty()) {
      progressNanos = nowNanos;
    }
    window.add(new Sent(lastIndex, bytes));
    windowBytes += bytes;
    next = lastIndex + 1;
  }

  /** It has everything up to {@code index}. */
  void matched(long index, long nowNanos) {
    if (index > match) {
      match = index;
      progressNanos = nowNanos;
    }
    next = Math.max(next, match + 1);
    for (Sent first = window.peek(); first != null && first.lastIndex <= match; ) {
      windowBytes -= first.bytes;
      window.remove();
      first = window.peek();
    }
  }

  /** Goes back to where the logs may agree, and asks before it sends again. */
  void probe(long next) {
    progress = Progress.PROBE;
    this.next = Math.max(match + 1, next);
    window.clear();
    windowBytes = 0;
    endSnapshot();
  }

  void endSnapshot() {
    if (snapshot != null) {
      snapshot.end();
      snapshot = null;
    }
  }
}

package org.jgroups.protocols.raft;

import dev.muster.raft.log.SnapshotFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jgroups.BytesMessage;
import org.jspecify.annotations.NullMarked;

/**
 * One transfer of a snapshot file to one follower: a chunk, its acknowledgement, the next chunk.
 * Reads off Raft's thread, so the leader goes on replicating meanwhile (fault 11). A lost message
 * is sent again after a while; a file that is gone, or a new leader, starts a new transfer.
 */
@NullMarked
final class SnapshotSender {
  static final int CHUNK_BYTES = 2 << 20;
  private static final long RESEND_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final GuardedRaft raft;
  private final Peer peer;
  private final SnapshotFile snapshot;
  private final long term;
  private long offset;
  private long sentNanos;
  private boolean started;
  private volatile boolean ended;

  SnapshotSender(GuardedRaft raft, Peer peer, SnapshotFile snapshot, long term) {
    this.raft = raft;
    this.peer = peer;
    this.snapshot = snapshot;
    this.term = term;
  }

  long index() {
    return snapshot.index();
  }

  void end() {
    ended = true;
  }

  void tick(long now) {
    if (!started || now - sentNanos > RESEND_NANOS) {
      started = true;
      sendChunk();
    }
  }

  /** The follower says how much it holds, whatever we sent: that is where we go on. */
  void acknowledged(long index, long held) {
    if (index == snapshot.index() && held >= 0 && held <= snapshot.size() && held != offset) {
      offset = held;
      sendChunk();
    }
  }

  private void sendChunk() {
    sentNanos = raft.nanoTime();
    long from = offset;
    raft.background().transfer(() -> readAndSend(from));
  }

  private void readAndSend(long from) {
    if (ended) {
      return;
    }
    try {
      ByteBuffer chunk = snapshot.read(from, CHUNK_BYTES);
      RaftSignal header =
          new RaftSignal(RaftSignal.Kind.SNAPSHOT_CHUNK, term)
              .entry(snapshot.index(), snapshot.term())
              .part(from, snapshot.size());
      raft.getDownProtocol()
          .down(
              new BytesMessage(
                      peer.address,
                      chunk.array(),
                      chunk.arrayOffset() + chunk.position(),
                      chunk.remaining())
                  .putHeader(raft.getId(), header));
    } catch (IOException gone) {
      // Replaced by a newer one meanwhile, most likely. A disk that fails shows in the log too.
      raft.getLog().warn("snapshot %d cannot be read, beginning again: %s", index(), gone);
      raft.post(
          () -> {
            if (peer.snapshot == this) {
              peer.endSnapshot();
            }
          });
    }
  }
}

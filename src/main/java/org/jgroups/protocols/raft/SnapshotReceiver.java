package org.jgroups.protocols.raft;

import dev.muster.raft.log.NoSpaceException;
import dev.muster.raft.log.SnapshotSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot that arrives in chunks: staged in a file off Raft's thread, installed on it when it is
 * complete. Another leader or another snapshot begins anew. Fields are of Raft's thread.
 */
@NullMarked
final class SnapshotReceiver {
  private final GuardedRaft raft;
  private @Nullable Staged staged;
  private int sinks;

  SnapshotReceiver(GuardedRaft raft) {
    this.raft = raft;
  }

  /** {@code busy} while the other thread has the sink. */
  private static final class Staged {
    final Address leader;
    final long term;
    final SnapshotSink sink;
    final long size;
    long held;
    boolean busy;

    Staged(Address leader, long term, SnapshotSink sink, long size) {
      this.leader = leader;
      this.term = term;
      this.sink = sink;
      this.size = size;
    }

    boolean is(Address from, RaftSignal chunk) {
      return leader.equals(from)
          && term == chunk.currTerm()
          && sink.index() == chunk.index
          && sink.term() == chunk.logTerm
          && size == chunk.size;
    }
  }

  void chunk(Message message, RaftSignal chunk) {
    Address from = message.src();
    if (chunk.index <= raft.commitIndex()) {
      // Fault 6: a stale snapshot would take this member back. What is committed matches.
      abort();
      raft.answer(from, new AppendResult(AppendResult.Result.OK, raft.commitIndex()));
      return;
    }
    try {
      Staged current = staged;
      if (current == null || !current.is(from, chunk)) {
        abort();
        if (sinks > 0 || raft.snapshots().isWriting()) {
          return; // one at a time: the leader sends again after a while
        }
        current =
            new Staged(
                from,
                chunk.currTerm(),
                raft.durableLog().beginSnapshot(chunk.index, chunk.logTerm),
                chunk.size);
        staged = current;
        sinks++;
      }
      if (current.busy) {
        return; // its acknowledgement is on the way
      }
      if (chunk.offset != current.held || current.held + message.getLength() > current.size) {
        acknowledge(current);
        return;
      }
      current.busy = true;
      Staged writing = current;
      raft.background().transfer(() -> write(writing, message));
    } catch (NoSpaceException full) {
      noSpace(full);
    }
  }

  private void write(Staged writing, Message message) {
    try {
      writing.sink.write(message.getArray(), message.getOffset(), message.getLength());
      raft.post(() -> written(writing, message.getLength()));
    } catch (NoSpaceException full) {
      raft.post(
          () -> {
            writing.busy = false;
            abort();
            noSpace(full);
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void written(Staged writing, int bytes) {
    writing.busy = false;
    if (writing != staged) {
      close(writing); // aborted meanwhile
      return;
    }
    writing.held += bytes;
    if (writing.held < writing.size) {
      acknowledge(writing);
      return;
    }
    staged = null;
    if (writing.term != raft.currentTerm() || writing.sink.index() <= raft.commitIndex()) {
      close(writing);
      return;
    }
    raft.recovery().install(writing.sink);
    sinks--;
    raft.answer(writing.leader, new AppendResult(AppendResult.Result.OK, raft.commitIndex()));
  }

  private void acknowledge(Staged current) {
    raft.send(
        current.leader,
        null,
        new RaftSignal(RaftSignal.Kind.SNAPSHOT_ACK, raft.currentTerm())
            .entry(current.sink.index(), current.sink.term())
            .part(current.held, current.size));
  }

  /** Drops what has arrived: the leader changed, or the disk is full. */
  void abort() {
    Staged current = staged;
    staged = null;
    if (current != null && !current.busy) {
      close(current);
    }
  }

  /** Whether the log has a snapshot of ours open. */
  boolean isReceiving() {
    return sinks > 0;
  }

  private void close(Staged over) {
    over.sink.close();
    sinks--;
  }

  /** The leader sends again after a while. */
  private void noSpace(NoSpaceException full) {
    raft.getLog().error("%s: cannot receive a snapshot: %s", raft.raftId(), full.getMessage());
  }
}

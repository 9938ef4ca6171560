package dev.muster.raft;

import dev.muster.codec.EntryCodec;
import dev.muster.codec.SnapshotCodec;
import dev.muster.codec.UnreadableException;
import dev.muster.core.Entry;
import dev.muster.core.State;
import dev.muster.core.Step;
import dev.muster.ledger.LiveState;
import dev.muster.raft.proposals.Proposals;
import java.io.IOException;
import java.io.InputStream;

/** Stands between Raft's bytes and the core. Called by one thread only: Raft's. */
final class StateMachine implements ReplicatedMachine {
  private final LiveState live;
  private final Proposals proposals;
  private final DivergenceGuard divergence;
  private final Halt halt;

  StateMachine(LiveState live, Proposals proposals, DivergenceGuard divergence, Halt halt) {
    this.live = live;
    this.proposals = proposals;
    this.divergence = divergence;
    this.halt = halt;
  }

  @Override
  public void apply(long index, byte[] buffer, int offset, int length) {
    Entry entry;
    try {
      entry = EntryCodec.decode(index, buffer, offset, length);
    } catch (UnreadableException unreadable) {
      halt.halt(
          Halt.Reason.UNREADABLE, "the log cannot be read: " + unreadable.getMessage(), unreadable);
      throw unreadable;
    }
    Step step = live.local().apply(index, entry);
    live.publish(step);
    divergence.applied(index, step.state().chain());
    proposals.applied(entry, step);
  }

  @Override
  public Picture snapshot() {
    State state = live.local();
    return out -> SnapshotCodec.write(state, out);
  }

  @Override
  public void restore(long index, InputStream in) throws IOException {
    State state = SnapshotCodec.read(in);
    if (state.applied() > index) {
      throw new IOException(
          "the snapshot at entry "
              + index
              + " holds entry "
              + state.applied()
              + ": it is not what its name says");
    }
    live.restore(state);
    divergence.restored();
    proposals.restored(state);
  }
}

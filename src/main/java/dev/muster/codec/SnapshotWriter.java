package dev.muster.codec;

import dev.muster.core.Node;
import dev.muster.core.Proposer;
import dev.muster.core.Session;
import dev.muster.core.State;
import java.io.IOException;
import java.util.Map;

/**
 * Writes a state's items (see {@link SnapshotWire}) as blocks of whole items. Where a block ends
 * depends on the items alone, so that the same state makes the same blocks.
 */
final class SnapshotWriter {
  private static final int BLOCK_BYTES = 64 << 10;

  /** Takes blocks, in order. The array is only lent. */
  interface Blocks {
    void accept(byte[] content, int length) throws IOException;
  }

  private final Blocks blocks;
  private final Output out = new Output(2 * BLOCK_BYTES);

  private SnapshotWriter(Blocks blocks) {
    this.blocks = blocks;
  }

  static void write(State state, Blocks blocks) throws IOException {
    SnapshotWriter writer = new SnapshotWriter(blocks);
    writer.state(state);
    writer.passOn();
  }

  private void state(State state) throws IOException {
    SnapshotWire.HEAD.write(out, SnapshotWire.Head.of(state));
    out.varint(state.sessions().size());
    for (Session session : state.sessions().values()) {
      SnapshotWire.SESSION.write(out, session);
      itemEnds();
    }
    out.varint(state.proposers().size());
    for (Map.Entry<String, Proposer> proposer : state.proposers().entrySet()) {
      SnapshotWire.PROPOSER.write(
          out, new SnapshotWire.Named(proposer.getKey(), proposer.getValue()));
      itemEnds();
    }
    node("", state.tree().root());
  }

  private void node(String name, Node node) throws IOException {
    SnapshotWire.LEAF.write(out, SnapshotWire.Leaf.of(name, node));
    itemEnds();
    if (!node.children().isEmpty()) {
      for (Map.Entry<String, Node> child : node.children().entrySet()) {
        node(child.getKey(), child.getValue());
      }
    }
  }

  private void itemEnds() throws IOException {
    if (out.size() >= BLOCK_BYTES) {
      passOn();
    }
  }

  private void passOn() throws IOException {
    if (out.size() > 0) {
      blocks.accept(out.buffer(), out.size());
      out.clear();
    }
  }
}

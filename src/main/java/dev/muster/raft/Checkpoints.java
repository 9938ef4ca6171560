package dev.muster.raft;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

/**
 * Carries what {@link DivergenceGuard} compares between the nodes: every node tells the others what
 * its hash is, and while one is in dispute asks them for theirs at that position.
 */
final class Checkpoints {
  private final DivergenceGuard guard;
  private final ChannelPeers peers;
  private final Supplier<Collection<Address>> inTouch;
  private final Function<Address, @Nullable String> names;

  /**
   * @param inTouch where messages for those who are there go
   * @param names the member id in an address; null for a stranger
   */
  Checkpoints(
      DivergenceGuard guard,
      ChannelPeers peers,
      Supplier<Collection<Address>> inTouch,
      Function<Address, @Nullable String> names) {
    this.guard = guard;
    this.peers = peers;
    this.inTouch = inTouch;
    this.names = names;
  }

  void listen() {
    peers.on(ChannelPeers.CHECKPOINT, this::told);
    peers.on(ChannelPeers.CHECKPOINT_ASKED, this::asked);
  }

  /** Called once a second. Sends, and so may block. */
  void exchange() {
    guard.look();
    Collection<Address> others = inTouch.get();
    DivergenceGuard.Report newest = guard.newest();
    if (newest != null) {
      peers.sendToOthers(others, ChannelPeers.CHECKPOINT, encode(newest));
    }
    OptionalLong disputed = guard.disputed();
    if (disputed.isPresent()) {
      byte[] position = ByteBuffer.allocate(Long.BYTES).putLong(disputed.getAsLong()).array();
      peers.sendToOthers(others, ChannelPeers.CHECKPOINT_ASKED, position);
    }
  }

  private void told(Address sender, byte[] content) {
    String member = names.apply(sender);
    if (member != null) {
      guard.reported(member, decode(content));
    }
  }

  private void asked(Address sender, byte[] content) {
    DivergenceGuard.Report own = guard.at(ByteBuffer.wrap(content).getLong());
    if (own != null) {
      peers.send(sender, ChannelPeers.CHECKPOINT, encode(own));
    }
  }

  private static byte[] encode(DivergenceGuard.Report report) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(report.position())
        .putLong(report.chain())
        .array();
  }

  private static DivergenceGuard.Report decode(byte[] content) {
    ByteBuffer buffer = ByteBuffer.wrap(content);
    return new DivergenceGuard.Report(buffer.getLong(), buffer.getLong());
  }
}

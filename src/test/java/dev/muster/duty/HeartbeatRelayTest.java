package dev.muster.duty;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.muster.core.Command;
import dev.muster.ledger.LocalLedger;
import dev.muster.ledger.MemoryPeers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeartbeatRelayTest {
  private final LocalLedger log = new LocalLedger(() -> 1_000, Runnable::run);
  private final LeadingLedger ledger = new LeadingLedger(log, "n1");
  private final SessionExpiry expiry = new SessionExpiry(ledger);
  private final Network network = new Network();
  private final HeartbeatRelay leader = new HeartbeatRelay(ledger, network, expiry);
  private final HeartbeatRelay follower =
      new HeartbeatRelay(ledger, network, new SessionExpiry(ledger));

  @AfterEach
  void close() {
    leader.close();
    follower.close();
    log.close();
  }

  @Test
  void whatAnotherNodeHearsReachesTheLeader() {
    leader.listen();
    ledger.open(1, 2_000);
    expiry.begin(new Tenure(1));
    expiry.tick(0);
    expiry.tick(1_500);
    assertEquals(OptionalLong.of(500), leader.millisLeft(1));
    follower.heard(1);
    follower.heard(1);
    follower.flush();
    assertEquals(List.of(8), network.sizes);
    assertEquals(OptionalLong.of(2_000), leader.millisLeft(1));
    assertEquals(OptionalLong.empty(), follower.millisLeft(1));
    assertEquals(OptionalLong.empty(), leader.millisLeft(2));
  }

  @Test
  void whatNobodyOpenedIsNotKept() {
    network.leading = false;
    for (long id = 1; id < 1_000; id++) {
      follower.heard(id);
    }
    assertEquals(0, follower.waiting());
  }

  @Test
  void whatIsHeardWhileNobodyLeadsIsKeptForTheNextLeader() {
    network.leading = false;
    ledger.open(1, 2_000);
    follower.heard(1);
    follower.flush();
    assertEquals(1, follower.waiting());
    network.leading = true;
    follower.flush();
    assertEquals(List.of(8), network.sizes);
    assertEquals(0, follower.waiting());
  }

  @Test
  void whatEndedMeanwhileIsForgotten() {
    ledger.open(1, 2_000);
    follower.heard(1);
    ledger.done(new Command.CloseSessions(List.of(), List.of(1L)));
    follower.flush();
    assertEquals(0, follower.waiting());
    assertEquals(List.of(), network.sizes);
  }

  @Test
  void manySessionsAreFewMessages() {
    for (long id = 1; id <= HeartbeatRelay.IDS_PER_MESSAGE_MAX + 1; id++) {
      ledger.open(id, 2_000);
      follower.heard(id);
    }
    follower.flush();
    assertEquals(List.of(8 * HeartbeatRelay.IDS_PER_MESSAGE_MAX, 8), network.sizes);
  }

  @Test
  void aFlushEndsHoweverManyAreHeardMeanwhile() {
    ledger.open(1, 2_000);
    network.whileSending = () -> follower.heard(1);
    follower.heard(1);
    follower.flush();
    assertEquals(List.of(8), network.sizes);
    assertEquals(1, follower.waiting());
  }

  @Test
  void aMalformedMessageDoesNothing() {
    leader.listen();
    network.handler.accept(new byte[] {1, 2, 3});
    network.handler.accept(ByteBuffer.allocate(9).putLong(5).array());
    assertEquals(0, expiry.known());
  }

  /** All nodes' messages reach whoever listens. */
  private static final class Network extends MemoryPeers {
    final List<Integer> sizes = new ArrayList<>();
    boolean leading = true;
    Consumer<byte[]> handler = message -> {};
    Runnable whileSending = () -> {};

    Network() {
      super("n1");
    }

    @Override
    public boolean toLeader(Topic topic, byte[] message) {
      if (leading) {
        sizes.add(message.length);
        whileSending.run();
        handler.accept(message);
      }
      return leading;
    }

    @Override
    public void onMessage(Topic topic, Consumer<byte[]> newHandler) {
      handler = newHandler;
    }
  }
}

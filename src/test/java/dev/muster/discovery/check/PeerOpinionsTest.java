package dev.muster.discovery.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.coordination.Sessions;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Path;
import dev.muster.discovery.Discovery;
import dev.muster.discovery.Health;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.Registration;
import dev.muster.discovery.check.SecondOpinions.Question;
import dev.muster.duty.MemoryHeartbeats;
import dev.muster.ledger.LocalLedger;
import dev.muster.ledger.MemoryPeers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerOpinionsTest {
  private static final InstanceKey KEY = new InstanceKey("shop", "cart", "cart-1");
  private static final Duration WITHIN = Duration.ofSeconds(5);

  private final LocalLedger ledger = new LocalLedger();
  private final MemoryPeers here = new MemoryPeers("n1");
  private final MemoryPeers there = here.join("n2");
  private final PeerOpinions asking = new PeerOpinions(here, ledger, Prober.NONE);
  private ProbeResult found = ProbeResult.critical("refused");
  private Prober.Target probed;

  PeerOpinionsTest() {
    var unused =
        new PeerOpinions(
            there,
            ledger,
            (target, spec) -> {
              probed = target;
              return CompletableFuture.completedFuture(found);
            });
  }

  @BeforeEach
  void register() {
    Change ensure = new Change.Ensure(Path.of("/services/shop"), Life.persistent());
    ledger.submit(new Command.Transact(List.of(), List.of(ensure))).join();
    MemoryHeartbeats heartbeats = new MemoryHeartbeats();
    new Discovery(
            ledger,
            new Sessions(ledger, heartbeats),
            heartbeats,
            AddressPolicy.of(List.of("10.0.0.0/8")),
            () -> 0)
        .register(
            KEY,
            Registration.of("10.0.0.1", 80).with(List.of(new CheckSpec.Tcp(CheckTerms.of("tcp")))))
        .join();
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private Question question() {
    return new Question(
        KEY, ledger.local().tree().find(KEY.path()).stat().createdRevision(), "tcp");
  }

  private ProbeResult ask(Question question) throws Exception {
    return asking.ask("n2", question, WITHIN).get(10, TimeUnit.SECONDS);
  }

  @Test
  void theOtherNodeProbesWhatItKnows() throws Exception {
    assertEquals(ProbeResult.critical("refused"), ask(question()));
    assertEquals(new Prober.Target("10.0.0.1", 80), probed);
    found = new ProbeResult.Found(Health.WARNING, "slow");
    assertEquals(found, ask(question()));
    found = new ProbeResult.NotAsked("too busy");
    assertEquals(found, ask(question()));
  }

  @Test
  void aNodeThatKnowsAnotherRegistrationOrNoSuchCheckHasNotAsked() throws Exception {
    Question known = question();
    for (Question other :
        List.of(
            new Question(KEY, known.createdRevision() + 1, "tcp"),
            new Question(KEY, known.createdRevision(), "web"),
            new Question(new InstanceKey("shop", "cart", "none"), 1, "tcp"))) {
      assertInstanceOf(ProbeResult.NotAsked.class, ask(other), other.toString());
    }
    assertNull(probed);
  }

  @Test
  void aNodeThatIsGoneHasNotAsked() throws Exception {
    there.leave();
    ProbeResult.NotAsked nobody = assertInstanceOf(ProbeResult.NotAsked.class, ask(question()));
    assertTrue(nobody.reason().contains("n2"), nobody.reason());
  }
}

package dev.muster.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.duty.SessionExpiry;
import dev.muster.duty.Tenure;
import dev.muster.ledger.ForwardingLedger;
import dev.muster.ledger.UnavailableException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Protections when writes are lost, operators are quick, leaders change, and failures overlap. */
class ProtectionFaultsTest extends LeaseWorld {
  private static final Path ALONE = InstanceKey.servicePath("default", "alone");
  private static final Path ALSO = InstanceKey.servicePath("default", "also");
  private static final Path SPREAD = InstanceKey.servicePath("default", "spread");
  private static final Path EAST = Zones.PROTECTED.child("east");

  /** Changes that get lost for as long as there is something here. */
  private Predicate<Change> lost = change -> false;

  private void leadOverALineThatLoses() {
    lead();
    ForwardingLedger line =
        new ForwardingLedger(ledger) {
          @Override
          public CompletableFuture<Reply> submit(Command command) {
            return command instanceof Command.Transact transact
                    && transact.changes().stream().anyMatch(lost)
                ? CompletableFuture.failedFuture(
                    new UnavailableException(UnavailableException.Outcome.UNKNOWN, "no quorum"))
                : super.submit(command);
          }
        };
    Tenure tenure = new Tenure(ledger.local().tree().find(Tenure.PATH).stat().modifiedRevision());
    leases = new Leases(line, new Verdicts(line, () -> clock), () -> clock);
    expiry = new SessionExpiry(line, leases);
    now = 0;
    leases.begin(tenure);
    expiry.begin(tenure);
    tick();
  }

  private void register(Path service, long from, long to, String zone) {
    for (long id = from; id <= to; id++) {
      String fields = ",\"zone\":\"" + zone + "\",\"graceSeconds\":20";
      register(service.child("i" + id), id, "lease", "own", fields);
    }
  }

  private Node find(Path path) {
    return ledger.local().tree().find(path);
  }

  private long served(Path service) {
    return InstanceKey.instances(find(service)).values().stream()
        .filter(node -> InstanceStatus.isServed(node, Health.PASSING))
        .count();
  }

  /** Two services are in the east alone; of a third, a few instances are. */
  private void registerThree() {
    register(ALONE, 1, 18, "east");
    register(ALSO, 21, 38, "east");
    register(SPREAD, 41, 44, "east");
    register(SPREAD, 141, 160, "west");
  }

  @Test
  void aZoneIsProtectedThoughAllThatFellSilentIsOfProtectedServices() {
    registerThree();
    lead();
    run(10_000);
    die(1, 38);
    run(5_000);
    die(41, 44);
    run(TTL + 66_000);
    assertNotNull(find(EAST));
    assertEquals(24, served(SPREAD), "those of the third service, too");
  }

  @Test
  void whatIsKeptAlreadyIsLostToItsZoneAlsoUnderANewLeader() {
    registerThree();
    lead();
    run(10_000);
    die(1, 18);
    run(TTL + 3_000);
    assertNull(find(EAST), "one service is not a zone");
    die(21, 44);
    lead();
    run(TTL + 66_000);
    assertNotNull(find(EAST));
    assertEquals(24, served(SPREAD));
  }

  @Test
  void theEndOfAProtectionIsWrittenAgainWhenItGotLost() {
    register(1, 10, "20");
    leadOverALineThatLoses();
    run(10_000);
    die(1, 8);
    run(TTL + 6_000);
    assertNotNull(guard());
    lost = Change.Delete.class::isInstance;
    for (long id = 1; id <= 8; id++) {
      alive.add(id);
    }
    run(2 * TTL + 5_000);
    assertNotNull(guard(), "it got lost");
    lost = change -> false;
    run(2_000);
    assertNull(guard());
  }

  @Test
  void aProtectionThatGotLostIsWrittenAgain() {
    register(1, 10, "20");
    leadOverALineThatLoses();
    run(10_000);
    lost = change -> change.path().equals(Protection.pathOf(PATH));
    die(1, 8);
    run(TTL + 6_000);
    assertNull(guard());
    assertEquals(10, served(PATH), "what is not written is decided nevertheless");
    lost = change -> false;
    run(2_000);
    assertNotNull(guard());
    assertEquals(8, kept());
  }

  @Test
  void somebodyMayEndItWhileMarksAreStillWritten() {
    register(1, 8_000, "20");
    lead();
    run(10_000);
    die(1, 8_000);
    long end = now + TTL + 6_000;
    while (guard() == null && now < end) {
      run(STEP);
    }
    assertTrue(kept() < 8_000, "not all are written");
    new Protections(ledger).endOfService("default", SERVICE).join();
    run(30_000);
    assertNull(guard());
    assertEquals(0, instances().count(), "all have had their grace");
  }

  @Test
  void itEndsInTimeThoughMarksCannotBeWritten() {
    register(1, 10, "20");
    leadOverALineThatLoses();
    run(10_000);
    die(1, 8);
    run(TTL + 6_000);
    lost = Change.SetAttributes.class::isInstance;
    die(9, 9);
    run(DiscoveryLimits.PROTECTION_MILLIS_DEFAULT + 60_000);
    assertNull(guard());
    assertEquals(1, instances().count());
  }

  @Test
  void anInstanceOfAnotherServiceIsNotServedOnBecauseItsSessionIs() {
    register(1, 3, "20");
    for (long session = 51; session <= 58; session++) {
      done(new Command.OpenSession(session, TTL, "host", Bytes.EMPTY));
      alive.add(session);
      bind(PATH.child("b" + session), session);
    }
    bind(ALSO.child("x"), 51);
    register(ALSO, 201, 220, "");
    lead();
    run(10_000);
    die(51, 58);
    run(TTL + 5_000);
    assertNotNull(guard());
    assertFalse(InstanceStatus.isKept(find(ALSO.child("x"))));
    assertEquals(Health.CRITICAL, InstanceStatus.health(find(ALSO.child("x"))));
  }

  private void bind(Path instance, long session) {
    done(
        new Command.Transact(
            List.of(),
            List.of(
                new Change.Ensure(instance.parent(), Life.container()),
                new Change.Create(
                    instance,
                    Bytes.utf8("{\"address\":\"10.0.0.1\",\"port\":1}"),
                    Change.attributes(Map.of()),
                    new Life.Ephemeral(session),
                    false))));
  }

  @Test
  void whoIsHeardOfAgainDoesNotWaitForAllWhoFellSilent() {
    set(PATH, "{\"protectionThreshold\":1.0}");
    register(1, 1, "60");
    register(1_001, 9_000, "60");
    lead();
    run(10_000);
    die(1, 1);
    run(TTL + 3_000);
    assertEquals(Health.CRITICAL, health(1));
    die(1_001, 9_000);
    long end = now + 2 * TTL;
    while (served() == 8_000 && now < end) {
      run(STEP);
    }
    alive.add(1L);
    expiry.heard(1);
    run(STEP);
    assertEquals(Health.PASSING, health(1));
    assertTrue(served() > 1, "the others wait");
  }
}

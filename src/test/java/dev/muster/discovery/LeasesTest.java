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
import dev.muster.core.State;
import dev.muster.duty.SessionExpiry;
import dev.muster.duty.Tenure;
import dev.muster.ledger.LocalLedger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

/** The life of leases, by a clock of the test's, on a log of its own. */
class LeasesTest {
  private static final long TTL = 15_000;
  private static final long STEP = 250;
  private static final String SERVICE = "shop";
  private static final Path PATH = InstanceKey.servicePath("default", SERVICE);

  private long clock = 1_000_000;
  private final LocalLedger ledger = new LocalLedger(() -> clock, Runnable::run);
  private final Verdicts verdicts = new Verdicts(ledger, () -> clock);
  private Leases leases = new Leases(ledger, verdicts, () -> clock);
  private SessionExpiry expiry = new SessionExpiry(ledger, leases);
  private final Set<Long> alive = new TreeSet<>();
  private long now;
  private int terms;

  LeasesTest() {
    done(
        new Command.Transact(
            List.of(),
            List.of(
                new Change.Ensure(Path.of("/services"), Life.persistent()),
                new Change.Ensure(Path.of("/services/default"), Life.persistent()),
                new Change.Ensure(PATH, Life.container()))));
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private void done(Command command) {
    Reply reply = ledger.submitElsewhere(command);
    assertTrue(reply instanceof Reply.Done, () -> command + ": " + reply);
  }

  /** A new leader, who knows nothing. */
  private void lead() {
    leases = new Leases(ledger, verdicts, () -> clock);
    expiry = new SessionExpiry(ledger, leases);
    State state = ledger.local();
    Node last = state.tree().find(Tenure.PATH);
    done(
        new Command.Transact(
            List.of(),
            List.of(
                new Change.Ensure(Tenure.PATH.parent(), Life.persistent()),
                new Change.Put(
                    Tenure.PATH, Bytes.utf8("leader " + terms++), Change.attributes(Map.of())))));
    assertTrue(last == null || terms > 1);
    Tenure tenure = new Tenure(ledger.local().tree().find(Tenure.PATH).stat().modifiedRevision());
    now = 0;
    expiry.begin(tenure);
    leases.begin(tenure);
    tick();
  }

  private void tick() {
    expiry.tick(now);
    leases.tick(now);
  }

  /** Time passes, and whoever is alive is heard of. */
  private void run(long millis) {
    for (long end = now + millis; now < end; ) {
      now += STEP;
      clock += STEP;
      if (now % 5_000 == 0) {
        alive.forEach(expiry::heard);
      }
      tick();
    }
  }

  private void register(long from, long to, String graceSeconds) {
    for (long id = from; id <= to; id++) {
      register(id, "lease", "own", graceSeconds);
    }
  }

  private void register(long id, String attribute, String value, String graceSeconds) {
    done(new Command.OpenSession(id, TTL, "test", Bytes.EMPTY));
    String grace = graceSeconds.isEmpty() ? "" : ",\"graceSeconds\":" + graceSeconds;
    done(
        new Command.Transact(
            List.of(),
            List.of(
                new Change.Create(
                    PATH.child("i" + id),
                    Bytes.utf8("{\"address\":\"10.0.0.1\",\"port\":1" + grace + "}"),
                    TreePMap.singleton(attribute, value),
                    new Life.Ephemeral(id),
                    false))));
    alive.add(id);
  }

  private void die(long from, long to) {
    for (long id = from; id <= to; id++) {
      alive.remove(id);
    }
  }

  private Node node(long id) {
    return ledger.local().tree().find(PATH.child("i" + id));
  }

  private Health health(long id) {
    return InstanceStatus.health(node(id));
  }

  private long kept() {
    return instances().filter(InstanceStatus::isKept).count();
  }

  private long served() {
    return instances().filter(node -> InstanceStatus.isServed(node, Health.PASSING)).count();
  }

  private java.util.stream.Stream<Node> instances() {
    return InstanceKey.instances(ledger.local().tree().find(PATH)).values().stream();
  }

  private Node guard() {
    return ledger.local().tree().find(Protection.pathOf(PATH));
  }

  private void set(String settings) {
    done(
        new Command.Transact(
            List.of(),
            List.of(
                new Change.Put(
                    PATH.child(ServiceSettings.NODE),
                    Bytes.utf8(settings),
                    Change.attributes(Map.of())))));
  }

  // ---- one lapses

  @Test
  void aSilentInstanceBecomesCriticalAndIsRemovedAfterItsGrace() {
    register(1, 10, "30");
    lead();
    run(10_000);
    die(1, 1);
    run(TTL + 1_500);
    assertEquals(Health.CRITICAL, health(1));
    InstanceStatus.HealthChange change = InstanceStatus.of(node(1)).history().get(0);
    assertEquals("lease", change.component());
    assertEquals("not heard of for 15 s", change.reason());
    run(25_000);
    assertNotNull(node(1));
    long revision = node(1).stat().modifiedRevision();
    run(1_000);
    assertEquals(revision, node(1).stat().modifiedRevision(), "it is written once");
    run(6_000);
    assertNull(node(1));
    assertEquals(9, served());
    assertNull(guard());
  }

  @Test
  void whoIsHeardOfWithinTheGracePassesAgain() {
    register(1, 10, "");
    lead();
    run(10_000);
    die(1, 1);
    run(TTL + 1_500);
    assertEquals(Health.CRITICAL, health(1));
    alive.add(1L);
    run(6_000);
    assertEquals(Health.PASSING, health(1));
    run(5 * TTL);
    assertEquals(Health.PASSING, health(1));
  }

  @Test
  void withoutGraceItIsRemovedAtOnceAndOneThatSaidNothingHasItsTtl() {
    register(1, 1, "0");
    register(2, 10, "");
    lead();
    run(10_000);
    die(1, 2);
    run(TTL + 2_000);
    assertNull(node(1));
    assertEquals(Health.CRITICAL, health(2));
    run(TTL);
    assertNull(node(2));
  }

  @Test
  void anInstanceThatIsBoundEndsWithItsSessionAtOnce() {
    register(1, "x", "y", "");
    register(2, 10, "");
    lead();
    run(10_000);
    die(1, 1);
    run(TTL + 2_000);
    assertNull(node(1));
  }

  @Test
  void aNewLeaderClearsWhatTheLastOneMarked() {
    register(1, 10, "600");
    lead();
    run(10_000);
    die(1, 1);
    run(TTL + 1_500);
    assertEquals(Health.CRITICAL, health(1));
    lead();
    alive.add(1L);
    run(6_000);
    assertEquals(Health.PASSING, health(1));
  }

  @Test
  void whatAnInstanceSaysItselfIsNoLapse() {
    register(1, 10, "");
    lead();
    InstanceKey key = new InstanceKey("default", SERVICE, "i1");
    long created = node(1).stat().createdRevision();
    verdicts
        .report(new Verdicts.Finding(key, created, InstanceStatus.LEASE, Health.CRITICAL, "full"))
        .join();
    run(3 * TTL);
    assertEquals(Health.CRITICAL, health(1));
  }

  @Test
  void whoComesAndGoesTooOftenIsNotBelievedAtOnce() {
    register(1, 10, "600");
    lead();
    for (int i = 0; i < 3; i++) {
      alive.add(1L);
      run(10_000);
      assertEquals(Health.PASSING, health(1), "round " + i);
      die(1, 1);
      run(TTL + 10_000);
      assertEquals(Health.CRITICAL, health(1), "round " + i);
    }
    alive.add(1L);
    run(10_000);
    assertEquals(Health.PASSING, health(1), "five changes are not too many");
    die(1, 1);
    run(TTL + 10_000);
    alive.add(1L);
    run(40_000);
    assertEquals(Health.CRITICAL, health(1));
    run(30_000);
    assertEquals(Health.PASSING, health(1), "well for a minute");
  }

  // ---- many lapse

  @Test
  void aServiceThatLosesMostOfItselfAtOnceIsProtected() {
    register(1, 100, "");
    lead();
    run(10_000);
    die(1, 60);
    run(TTL + 3_000);
    assertEquals(60, kept());
    assertEquals(100, served());
    Node guard = guard();
    assertNotNull(guard);
    Protection protection = Protection.of(ledger.local().tree().find(PATH));
    assertEquals(60, protection.lost());
    assertEquals(100, protection.of());
    assertEquals(1, leases.protectedServices());
    run(10 * TTL);
    assertEquals(100, served(), "nobody ends while it stands");
  }

  @Test
  void theMarkComesInTheSameRevisionAsTheProtection() {
    register(1, 10, "");
    lead();
    run(10_000);
    die(1, 10);
    run(TTL + 3_000);
    assertEquals(guard().stat().createdRevision(), node(1).stat().modifiedRevision());
  }

  @Test
  void thoseThatLapsedJustBeforeAreKeptToo() {
    register(1, 10, "60");
    lead();
    run(10_000);
    die(1, 4);
    run(5_000);
    die(5, 8);
    run(TTL - 5_000 + 2_000);
    assertEquals(4, instances().filter(n -> InstanceStatus.health(n) == Health.CRITICAL).count());
    assertEquals(6, served());
    run(5_000);
    assertEquals(8, kept());
    assertEquals(10, served());
  }

  @Test
  void whenEnoughAreHeardOfAgainTheRestHasItsGraceFromThen() {
    register(1, 10, "20");
    lead();
    run(10_000);
    die(1, 8);
    run(20 * TTL);
    assertEquals(8, kept());
    for (long id = 1; id <= 6; id++) {
      alive.add(id);
    }
    run(8_000);
    assertNull(guard());
    assertEquals(0, kept());
    assertEquals(8, served());
    assertNotNull(node(7));
    run(10_000);
    assertNotNull(node(7));
    run(15_000);
    assertNull(node(7));
    assertEquals(8, served());
  }

  @Test
  void somebodyMayEndItAndItDoesNotComeBackForTheSameLosses() {
    register(1, 10, "20");
    lead();
    run(10_000);
    die(1, 8);
    run(3 * TTL);
    done(new Command.Transact(List.of(), List.of(new Change.Delete(Protection.pathOf(PATH)))));
    run(3_000);
    assertEquals(2, served());
    run(30_000);
    assertNull(guard());
    assertEquals(2, instances().count());
  }

  @Test
  void itEndsAtTheLatestWhenItHasLastedForTooLong() {
    register(1, 10, "20");
    lead();
    run(10_000);
    die(1, 8);
    run(3 * TTL);
    clock += DiscoveryLimits.PROTECTION_MILLIS_DEFAULT;
    run(40_000);
    assertEquals(2, instances().count());
    assertNull(guard());
  }

  @Test
  void aNewLeaderGoesOnWithAProtectionThatStands() {
    register(1, 10, "");
    lead();
    run(10_000);
    die(1, 8);
    run(2 * TTL);
    assertEquals(8, kept());
    lead();
    run(10 * TTL);
    assertEquals(8, kept());
    assertEquals(10, served());
    for (long id = 1; id <= 8; id++) {
      alive.add(id);
    }
    run(10_000);
    assertEquals(0, kept());
    assertNull(guard());
    assertEquals(10, served());
  }

  @Test
  void boundInstancesAreKeptAsWell() {
    for (long id = 1; id <= 10; id++) {
      register(id, "x", "y", "");
    }
    lead();
    run(10_000);
    die(1, 8);
    run(4 * TTL);
    assertEquals(8, kept());
    assertEquals(10, served());
  }

  @Test
  void aFewInstancesAreNeverProtectedAndSettingsDecide() {
    register(1, 2, "0");
    lead();
    run(10_000);
    die(1, 2);
    run(TTL + 3_000);
    assertEquals(0, instances().count());
    set("{\"protectionThreshold\":1}");
    register(11, 20, "0");
    run(10_000);
    die(11, 20);
    run(TTL + 3_000);
    assertEquals(0, instances().count());
    set("{\"protectionThreshold\":0.2}");
    register(21, 30, "0");
    run(10_000);
    die(21, 23);
    run(TTL + 3_000);
    assertEquals(3, kept());
  }

  @Test
  void whoWasNotServedIsNotKept() {
    register(1, 10, "");
    lead();
    done(
        new Command.Transact(
            List.of(),
            List.of(
                new Change.SetAttributes(
                    PATH.child("i1"), node(1).attributes().plus("draining", "1")))));
    run(10_000);
    die(1, 9);
    run(3 * TTL);
    assertNull(node(1));
    assertEquals(8, kept());
  }

  @Test
  void aProtectionIsReadAsItWasWritten() {
    Protection protection = new Protection(1, 2, 3, 0.5, 4);
    assertEquals(
        "{\"sinceMillis\":1,\"lost\":2,\"of\":3,\"threshold\":0.5,\"untilMillis\":4}",
        new String(protection.encode().array(), StandardCharsets.UTF_8));
    assertFalse(Protection.isDue(2, 2, 0.5));
    assertTrue(Protection.isDue(2, 3, 0.5));
    assertFalse(Protection.isDue(5, 10, 0.5));
    assertFalse(Protection.isDue(10, 10, 1));
  }
}

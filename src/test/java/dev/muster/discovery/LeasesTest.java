package dev.muster.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Node;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The life of leases. */
class LeasesTest extends LeaseWorld {
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
    assertEquals(10, served(), "those that come back later are waited for");
    run(TTL);
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
  void whoComesBackWithinATtlIsServedThroughout() {
    register(1, 10, "0");
    lead();
    run(10_000);
    die(1, 8);
    run(5 * TTL);
    for (long id = 1; id <= 8; id++) {
      alive.add(id);
      run(1_750);
      assertEquals(10, served(), "after " + id);
    }
    run(2 * TTL);
    assertEquals(10, served());
    assertEquals(0, kept());
    assertNull(guard());
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
  void whatSomebodyEndedDoesNotComeBackWithANewLeader() {
    register(1, 10, "20");
    lead();
    run(10_000);
    die(1, 8);
    run(3 * TTL);
    lead();
    run(2_000);
    done(new Command.Transact(List.of(), List.of(new Change.Delete(Protection.pathOf(PATH)))));
    run(TTL + 3_000);
    assertNull(guard());
    assertEquals(2, served());
    run(30_000);
    assertEquals(2, instances().count());
  }

  @Test
  void whoIsHeardOfWhileADutyBeginsIsNews() {
    register(1, 10, "600");
    lead();
    run(10_000);
    die(1, 1);
    run(TTL + 3_000);
    assertEquals(Health.CRITICAL, health(1));
    alive.add(1L);
    lead(() -> expiry.heard(1));
    tick();
    assertEquals(Health.PASSING, health(1));
  }

  @Test
  void itEndsAtTheLatestWhenItHasLastedForTooLong() {
    register(1, 10, "20");
    lead();
    run(10_000);
    die(1, 8);
    run(3 * TTL);
    clock += 2 * DiscoveryLimits.PROTECTION_MILLIS_DEFAULT; // somebody sets the clock
    run(40_000);
    assertEquals(10, instances().count());
    run(DiscoveryLimits.PROTECTION_MILLIS_DEFAULT);
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
  void aNewLeaderEndsAProtectionThatNobodyNeedsAnyMore() {
    register(1, 10, "");
    lead();
    run(10_000);
    die(1, 8);
    run(2 * TTL);
    assertNotNull(guard());
    lead();
    for (long id = 1; id <= 8; id++) {
      alive.add(id);
    }
    run(10_000);
    assertNull(guard());
    assertEquals(0, kept());
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
  void boundInstancesThatAreGoneAlreadyCountAsLost() {
    for (long id = 1; id <= 20; id++) {
      register(id, "x", "y", "");
    }
    lead();
    run(10_000);
    die(1, 9);
    run(5_000);
    die(10, 12);
    run(TTL + 3_000);
    assertNotNull(guard(), "twelve of twenty are most of them");
    assertEquals(3, kept());
    assertEquals(11, served());
  }

  @Test
  void whoRegistersAgainIsNotLost() {
    register(1, 10, "");
    lead();
    run(10_000);
    die(1, 5);
    run(5_000);
    die(6, 8);
    run(TTL - 5_000 + 2_000);
    for (long id = 1; id <= 5; id++) {
      assertEquals(Health.CRITICAL, health(id));
      restart(id);
    }
    run(5_000);
    assertEquals(7, served());
    assertNull(guard());
  }

  @Test
  void aFewInstancesAreNeverProtectedAndSettingsDecide() {
    register(1, 2, "0");
    lead();
    run(10_000);
    die(1, 2);
    run(TTL + 3_000);
    assertEquals(0, instances().count());
    set(PATH, "{\"protectionThreshold\":1}");
    register(11, 20, "0");
    run(10_000);
    die(11, 20);
    run(TTL + 3_000);
    assertEquals(0, instances().count());
    set(PATH, "{\"protectionThreshold\":0.2}");
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
    assertEquals(protection, Protection.decode(protection.encode()));
  }

  @Test
  void protectionIsDueWhenMoreThanItsShareIsLost() {
    assertFalse(new FailureDomain.Terms(3, 1, 0.5, 1).areMet(2, 1, 2));
    assertTrue(new FailureDomain.Terms(3, 1, 0.5, 1).areMet(2, 1, 3));
    assertFalse(new FailureDomain.Terms(3, 1, 0.5, 1).areMet(5, 1, 10));
    assertFalse(new FailureDomain.Terms(3, 1, 1, 1).areMet(10, 1, 10));
    assertFalse(new FailureDomain.Terms(5, 2, 0.8, 1).areMet(9, 1, 10));
    assertFalse(new FailureDomain.Terms(5, 2, 0.8, 1).areMet(8, 2, 10));
    assertTrue(new FailureDomain.Terms(5, 2, 0.8, 1).areMet(9, 2, 10));
  }
}

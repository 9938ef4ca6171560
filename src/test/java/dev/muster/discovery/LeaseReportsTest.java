package dev.muster.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What instances tell of themselves, to nodes that lag. */
class LeaseReportsTest extends LeaseWorld {
  private final InterleavedLedger lagging = new InterleavedLedger(ledger);
  private final LeaseReports elsewhere =
      new LeaseReports(lagging, new Verdicts(lagging, () -> clock), () -> clock);
  private final LeaseReports here = new LeaseReports(ledger, verdicts, () -> clock);
  private final InstanceKey key = new InstanceKey("default", SERVICE, "i1");

  @Test
  void whatANodeDoesNotKnowYetIsNotTakenForNoNews() {
    register(1, 1, "");
    lagging.lag();
    assertTrue(tell(here, "warn", "slow").isNews());
    assertEquals(Health.WARNING, health(1));
    assertTrue(tell(elsewhere, "pass", "").isNews());
    assertEquals(Health.PASSING, health(1));
    assertFalse(tell(elsewhere, "pass", "").isNews());
  }

  private LeaseReports.Heard tell(LeaseReports node, String status, String output) {
    return node.tell(key, LeaseReports.Told.of(status, output)).join();
  }

  @Test
  void aGoodWordOfOneThatComesAndGoesCountsLater() {
    register(1, 1, "");
    for (int i = 0; i < 3; i++) {
      assertEquals(new LeaseReports.Heard(true, 0), tell(here, "fail", "full"));
      clock += 1_000;
      if (i < 2) {
        assertEquals(new LeaseReports.Heard(true, 0), tell(here, "pass", ""));
        clock += 1_000;
      }
    }
    assertEquals(new LeaseReports.Heard(true, 0), tell(here, "pass", ""), "the sixth change");
    assertEquals(new LeaseReports.Heard(true, 0), tell(here, "fail", "full"), "told at once");
    clock += 1_000;
    assertEquals(new LeaseReports.Heard(false, 59_000), tell(here, "pass", ""));
    assertEquals(new LeaseReports.Heard(false, 59_000), tell(here, "warn", ""));
    assertEquals(Health.CRITICAL, health(1));
    clock += 58_999;
    assertEquals(new LeaseReports.Heard(false, 1), tell(here, "pass", ""));
    clock += 1;
    assertEquals(new LeaseReports.Heard(true, 0), tell(here, "pass", ""));
    assertEquals(Health.PASSING, health(1));
  }

  @Test
  void whatItSaidHoldsThroughASilence() {
    register(1, 1, "60");
    lead();
    run(10_000);
    tell(here, "warn", "queue is 80 % full");
    die(1, 1);
    run(TTL + 3_000);
    assertEquals(Health.CRITICAL, health(1));
    alive.add(1L);
    run(10_000);
    assertEquals(Health.WARNING, health(1));
    tell(here, "pass", "");
    assertEquals(Health.PASSING, health(1));
  }

  @Test
  void aClockThatIsSetBackHoldsNobodyBackForLonger() {
    register(1, 1, "");
    for (int i = 0; i < 7; i++) {
      tell(here, i % 2 == 0 ? "fail" : "pass", "");
      clock += 1_000;
    }
    clock -= 30_000;
    assertEquals(60_000, tell(here, "pass", "").heldBackMillis(), "not 90 s");
    clock -= 3_600_000;
    assertEquals(0, tell(here, "pass", "").heldBackMillis());
    assertEquals(Health.PASSING, health(1));
  }

  @Test
  void aWordThatWasWrittenAsTheLeaseIsStillOne() {
    register(1, 1, "");
    InstanceKey key = new InstanceKey("default", SERVICE, "i1");
    long created = node(1).stat().createdRevision();
    verdicts
        .report(
            new Verdicts.Finding(
                key, created, InstanceStatus.LEASE, Health.WARNING, "queue is full"))
        .join();
    assertEquals(Health.WARNING, InstanceStatus.of(node(1)).health(InstanceStatus.HEARTBEAT));
    tell(here, "pass", "");
    assertEquals(Health.PASSING, health(1));
  }

  @Test
  void whoHasRegisteredWithAnotherNodeIsKnown() {
    lagging.lag();
    register(1, 1, "");
    assertTrue(tell(elsewhere, "fail", "full").isNews());
    assertEquals(Health.CRITICAL, health(1));
  }
}

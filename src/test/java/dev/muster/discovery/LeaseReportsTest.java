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
    assertTrue(here.tell(key, LeaseReports.Told.of("warn", "slow")).join());
    assertEquals(Health.WARNING, health(1));
    assertTrue(elsewhere.tell(key, LeaseReports.Told.of("pass", "")).join());
    assertEquals(Health.PASSING, health(1));
    assertFalse(elsewhere.tell(key, LeaseReports.Told.of("pass", "")).join());
  }

  @Test
  void whoHasRegisteredWithAnotherNodeIsKnown() {
    lagging.lag();
    register(1, 1, "");
    assertTrue(elsewhere.tell(key, LeaseReports.Told.of("fail", "full")).join());
    assertEquals(Health.CRITICAL, health(1));
  }
}

package dev.muster.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.discovery.InstanceStatus.HealthChange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlapDampingTest {
  private static final long NOW = 10_000_000;

  private static List<HealthChange> changes(int count, long agoMillis) {
    List<HealthChange> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Health health = i % 2 == 0 ? Health.CRITICAL : Health.PASSING;
      changes.add(new HealthChange(NOW - agoMillis, health, "lease", "x"));
    }
    return changes;
  }

  @Test
  void sixChangesWithinFiveMinutesAreFlapping() {
    assertFalse(FlapDamping.isFlapping(changes(5, 0), NOW));
    assertTrue(FlapDamping.isFlapping(changes(6, 300_000), NOW));
    assertFalse(FlapDamping.isFlapping(changes(6, 300_001), NOW));
  }

  @Test
  void theHoldDoublesWithEachFurtherChangeUpToABound() {
    assertEquals(0, FlapDamping.holdMillis(changes(5, 0), NOW));
    assertEquals(30_000, FlapDamping.holdMillis(changes(6, 0), NOW));
    assertEquals(60_000, FlapDamping.holdMillis(changes(7, 0), NOW));
    assertEquals(240_000, FlapDamping.holdMillis(changes(9, 0), NOW));
    assertEquals(300_000, FlapDamping.holdMillis(changes(10, 0), NOW));
    assertEquals(300_000, FlapDamping.holdMillis(changes(100, 0), NOW));
    assertTrue(DiscoveryLimits.HISTORY_MAX >= 10, "the history tells as many");
  }
}

package dev.muster.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Limits;
import dev.muster.discovery.InstanceStatus.HealthChange;
import dev.muster.discovery.InstanceStatus.Kept;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstanceStatusTest {
  private static final String WEB = InstanceStatus.CHECK + "web";

  @Test
  void theVerdictIsTheWorstOfAll() {
    InstanceStatus status =
        InstanceStatus.none()
            .with(WEB, Health.CRITICAL, "refused", 10)
            .with(InstanceStatus.LEASE, Health.WARNING, "disk", 20)
            .with(WEB, Health.PASSING, "200", 30);
    assertEquals(Health.WARNING, status.health());
    assertEquals(Health.PASSING, status.health(WEB));
    assertEquals(
        List.of(
            new HealthChange(10, Health.CRITICAL, WEB, "refused"),
            new HealthChange(30, Health.WARNING, WEB, "200")),
        status.history());
  }

  @Test
  void whatIsAsBeforeChangesNothing() {
    InstanceStatus status = InstanceStatus.none().with(WEB, Health.CRITICAL, "refused", 10);
    assertSame(status, status.with(WEB, Health.CRITICAL, "still refused", 20));
    assertSame(InstanceStatus.none(), InstanceStatus.none().with(WEB, Health.PASSING, "fine", 20));
  }

  @Test
  void isReadAsItWasWritten() {
    InstanceStatus status =
        InstanceStatus.none()
            .with(WEB, Health.CRITICAL, "refused \"quoted\"", 10)
            .withDraining(99L)
            .withMaintenance("new disk")
            .withKept(Kept.ZONE);
    var attributes = status.in(Lifetime.own(7).attributes());
    assertEquals("own", attributes.get("lease"));
    assertEquals(status, InstanceStatus.of(attributes));
    InstanceStatus well =
        status.with(WEB, Health.PASSING, "", 20).withDraining(null).withMaintenance(null);
    assertEquals(Health.PASSING, well.health());
    var cleared = well.in(attributes);
    assertFalse(cleared.containsKey("health"), cleared.toString());
    assertFalse(cleared.containsKey("kept"), "who is well needs no keeping: " + cleared);
    assertEquals(well, InstanceStatus.of(cleared));
  }

  @Test
  void fitsTheAttributesOfANodeWhateverIsTold() {
    InstanceStatus status = InstanceStatus.none().withMaintenance("\"".repeat(100));
    for (int i = 0; i < 200; i++) {
      String component =
          i % 9 == 0 ? InstanceStatus.LEASE : InstanceStatus.CHECK + "c".repeat(62) + i % 9;
      String output = ("\"" + (char) 7 + "\u20ac").repeat(400);
      status =
          status.with(
              component, i / 9 % 2 == 0 ? Health.CRITICAL : Health.PASSING, output, Long.MAX_VALUE);
    }
    assertEquals(DiscoveryLimits.HISTORY_MAX, status.history().size());
    int bytes = 0;
    for (Map.Entry<String, String> attribute : status.attributes().entrySet()) {
      bytes += Texts.utf8Length(attribute.getKey()) + Texts.utf8Length(attribute.getValue());
    }
    assertTrue(bytes < Limits.NODE_ATTRIBUTES_BYTES_MAX, bytes + " bytes");
    assertNotNull(InstanceStatus.of(status.attributes()));
  }
}

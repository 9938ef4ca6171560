package dev.muster.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CheckMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final CheckMeters meters = new CheckMeters(registry);

  @Test
  void probesAreTimedByTypeAndOutcome() {
    meters.probed("http", "passing", TimeUnit.MILLISECONDS.toNanos(3));
    meters.probed("http", "passing", TimeUnit.MILLISECONDS.toNanos(4));
    meters.probed("http", "critical", TimeUnit.MILLISECONDS.toNanos(5));
    meters.disputed();
    var passing =
        registry.get("muster.checks.probes").tag("type", "http").tag("outcome", "passing").timer();
    assertEquals(2, passing.count());
    assertEquals(7, passing.totalTime(TimeUnit.MILLISECONDS), 1e-6);
    assertEquals(
        1, registry.get("muster.checks.probes").tag("outcome", "critical").timer().count());
    assertEquals(1, registry.get("muster.checks.disputed").counter().count());
  }
}

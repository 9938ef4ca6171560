package dev.muster.observe;

import dev.muster.discovery.Leases;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of what becomes of instances that are not heard of. */
public final class LeaseMeters {
  private LeaseMeters() {}

  /** Shows the alarms that services, or zones, lost most of themselves at once. */
  public static void gauges(MeterRegistry registry, Leases leases) {
    Gauge.builder("muster.services.protected", leases, Leases::protectedServices)
        .description(
            "Services whose last known good instances are served on, as the leader decides; 0"
                + " elsewhere")
        .register(registry);
    Gauge.builder("muster.zones.protected", leases, Leases::protectedZones)
        .description(
            "Zones that fell silent as a whole, whose instances are served on, as the leader decides;"
                + " 0 elsewhere")
        .register(registry);
  }
}

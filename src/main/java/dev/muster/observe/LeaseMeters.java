package dev.muster.observe;

import dev.muster.discovery.Leases;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Meters of what becomes of instances that are not heard of. */
public final class LeaseMeters {
  private LeaseMeters() {}

  /** Shows the alarm that services lost most of themselves at once. */
  public static void gauges(MeterRegistry registry, Leases leases) {
    Gauge.builder("muster.services.protected", leases, Leases::protectedServices)
        .description(
            "Services whose last known good instances are served on, as the leader decides; 0"
                + " elsewhere")
        .register(registry);
  }
}

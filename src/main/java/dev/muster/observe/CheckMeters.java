package dev.muster.observe;

import dev.muster.discovery.check.CheckListener;
import dev.muster.discovery.check.CheckRunner;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Meters of the active checks that this node runs. */
@Singleton
public class CheckMeters implements CheckListener {
  private record Key(String type, String outcome) {}

  private final MeterRegistry registry;
  private final Map<Key, Timer> probes = new ConcurrentHashMap<>();
  private final Counter disputed;

  CheckMeters(MeterRegistry registry) {
    this.registry = registry;
    this.disputed =
        Counter.builder("muster.checks.disputed")
            .description("Verdicts that were not written, since another node did not agree")
            .register(registry);
  }

  /** Shows what a runner has to do. */
  public static void gauges(MeterRegistry registry, CheckRunner runner) {
    Gauge.builder("muster.checks.owned", runner, CheckRunner::owned)
        .description("Active checks that this node runs")
        .register(registry);
    Gauge.builder("muster.checks.under.way", runner, CheckRunner::underWay)
        .description("Probes of this node that wait for an answer")
        .register(registry);
  }

  @Override
  public void probed(String type, String outcome, long nanos) {
    probes
        .computeIfAbsent(
            new Key(type, outcome),
            key ->
                Timer.builder("muster.checks.probes")
                    .description("Probes of this node, by the check's type and what was found")
                    .tag("type", key.type)
                    .tag("outcome", key.outcome)
                    .register(registry))
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void disputed() {
    disputed.increment();
  }
}

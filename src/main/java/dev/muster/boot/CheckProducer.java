package dev.muster.boot;

import dev.muster.discovery.Verdicts;
import dev.muster.discovery.check.AddressPolicy;
import dev.muster.discovery.check.CheckListener;
import dev.muster.discovery.check.CheckRunner;
import dev.muster.discovery.check.PeerOpinions;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.Peers;
import dev.muster.observe.CheckMeters;
import dev.muster.probe.VertxProber;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Makes and starts what runs active checks, if the operator has allowed addresses for them. */
class CheckProducer {
  private static final Logger LOG = Logger.getLogger("muster");

  /** What makes this node's share of the probes; empty where there are none. */
  static final class Checks {
    final @Nullable VertxProber prober;
    final @Nullable CheckRunner runner;

    Checks(@Nullable VertxProber prober, @Nullable CheckRunner runner) {
      this.prober = prober;
      this.runner = runner;
    }
  }

  @Produces
  @Singleton
  AddressPolicy policy(MusterConfig config) {
    try {
      return AddressPolicy.of(config.checks().allow().orElse(List.of()));
    } catch (IllegalArgumentException wrong) {
      throw new CannotStartException(
          StartFailures.CONFIGURATION,
          "the configuration is wrong: " + StartFailures.oneLine(wrong),
          wrong);
    }
  }

  @Produces
  @Singleton
  Checks checks(
      Ledger ledger,
      Peers peers,
      AddressPolicy policy,
      Verdicts verdicts,
      CheckListener listener,
      MeterRegistry registry) {
    if (policy.isNone()) {
      return new Checks(null, null);
    }
    VertxProber prober = new VertxProber(policy);
    CheckRunner runner =
        new CheckRunner(
            ledger,
            prober,
            verdicts,
            new PeerOpinions(peers, ledger, prober),
            listener,
            System::currentTimeMillis,
            () -> ThreadLocalRandom.current().nextDouble());
    CheckMeters.gauges(registry, runner);
    return new Checks(prober, runner);
  }

  void start(@Observes StartupEvent event, Checks checks) {
    if (checks.runner != null) {
      LOG.info("active health checks run");
      checks.runner.start();
    }
  }

  void close(@Disposes Checks checks) {
    if (checks.runner != null) {
      checks.runner.close();
    }
    if (checks.prober != null) {
      checks.prober.close();
    }
  }
}

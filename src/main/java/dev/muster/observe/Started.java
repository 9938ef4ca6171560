package dev.muster.observe;

import dev.muster.ledger.Ledger;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Started: the node has read its log and snapshots, and answers from what it knows. */
@Singleton
@Startup
public class Started implements HealthCheck {
  private final Ledger ledger;
  private volatile boolean started;

  Started(Ledger ledger) {
    this.ledger = ledger;
  }

  void on(@Observes StartupEvent event) {
    started = true;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("started")
        .status(started)
        .withData("applied", ledger.local().applied())
        .build();
  }
}

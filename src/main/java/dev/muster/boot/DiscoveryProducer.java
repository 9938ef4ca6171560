package dev.muster.boot;

import dev.muster.coordination.Sessions;
import dev.muster.discovery.Discovery;
import dev.muster.discovery.Draining;
import dev.muster.discovery.Hosts;
import dev.muster.discovery.LeaseReports;
import dev.muster.discovery.Protections;
import dev.muster.discovery.Services;
import dev.muster.discovery.Verdicts;
import dev.muster.discovery.Zones;
import dev.muster.discovery.check.AddressPolicy;
import dev.muster.duty.Heartbeats;
import dev.muster.ledger.Ledger;
import dev.muster.tree.RawTree;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes the services of presence: sessions, discovery, and the raw tree. */
class DiscoveryProducer {
  @Produces
  @Singleton
  Sessions sessions(Ledger ledger, Heartbeats heartbeats) {
    return new Sessions(ledger, heartbeats);
  }

  @Produces
  @Singleton
  Discovery discovery(
      Ledger ledger, Sessions sessions, Heartbeats heartbeats, AddressPolicy policy) {
    return new Discovery(ledger, sessions, heartbeats, policy, System::currentTimeMillis);
  }

  @Produces
  @Singleton
  Services services(Ledger ledger) {
    return new Services(ledger);
  }

  @Produces
  @Singleton
  Verdicts verdicts(Ledger ledger) {
    return new Verdicts(ledger, System::currentTimeMillis);
  }

  @Produces
  @Singleton
  Draining draining(Ledger ledger, Verdicts verdicts) {
    return new Draining(ledger, verdicts, System::currentTimeMillis);
  }

  @Produces
  @Singleton
  Hosts hosts(Ledger ledger, Verdicts verdicts) {
    return new Hosts(ledger, verdicts, Infrastructure.getDefaultWorkerPool());
  }

  @Produces
  @Singleton
  LeaseReports leaseReports(Ledger ledger, Verdicts verdicts) {
    return new LeaseReports(ledger, verdicts, System::currentTimeMillis);
  }

  @Produces
  @Singleton
  Protections protections(Ledger ledger) {
    return new Protections(ledger);
  }

  @Produces
  @Singleton
  Zones zones() {
    return new Zones();
  }

  @Produces
  @Singleton
  RawTree rawTree(Ledger ledger) {
    return new RawTree(ledger);
  }
}

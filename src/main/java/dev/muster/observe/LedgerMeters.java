package dev.muster.observe;

import dev.muster.ledger.ClusterStatus;
import dev.muster.ledger.Ledger;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.util.function.ToDoubleFunction;

/** Meters of what this node has applied, read from the ledger when they are scraped. */
@Singleton
@Startup
public class LedgerMeters {
  LedgerMeters(MeterRegistry registry, Ledger ledger) {
    gauge(registry, ledger, "muster.revision", "Revision of the state", l -> l.local().revision());
    gauge(
        registry,
        ledger,
        "muster.applied",
        "Newest position of the log applied here",
        l -> l.local().applied());
    gauge(
        registry,
        ledger,
        "muster.committed",
        "Newest position of the log known to be committed",
        l -> l.status().commitPosition());
    gauge(
        registry,
        ledger,
        "muster.tree.nodes",
        "Nodes in the tree",
        l -> l.local().tree().root().subtreeNodes());
    gauge(
        registry,
        ledger,
        "muster.tree.bytes",
        "What the tree weighs against the data budget",
        l -> l.local().tree().root().subtreeBytes());
    gauge(
        registry,
        ledger,
        "muster.tree.budget.bytes",
        "The cluster's data budget",
        l -> l.local().settings().dataBudgetBytes());
    gauge(
        registry,
        ledger,
        "muster.clock.behind.seconds",
        "How far this node's clock is behind the cluster's time, the newest of any entry",
        l -> Math.max(0, l.local().timeMillis() - System.currentTimeMillis()) / 1_000.0);
    gauge(registry, ledger, "muster.sessions", "Sessions open", l -> l.local().sessions().size());
    gauge(
        registry,
        ledger,
        "muster.ready",
        "1 if a leader is known and this node has caught up",
        l -> l.status().ready() ? 1 : 0);
    gauge(
        registry,
        ledger,
        "muster.leader",
        "1 if this node leads",
        l -> l.status().isLeader() ? 1 : 0);
    gauge(
        registry,
        ledger,
        "muster.watchers.parked",
        "Long polls, streams and other watchers that wait on this node",
        Ledger::parked);
    gauge(registry, ledger, "muster.log.bytes", "Size of the log", l -> l.status().logBytes());
    gauge(
        registry,
        ledger,
        "muster.snapshot.bytes",
        "Size of the newest snapshot",
        l -> l.status().snapshotBytes());
    for (ClusterStatus.Member member : ledger.status().members()) {
      Gauge.builder("muster.member.lag", ledger, l -> lagOf(l, member.name()))
          .description("Positions of the log that a member lacks; not a number where unknown")
          .tag("member", member.name())
          .register(registry);
    }
  }

  private static double lagOf(Ledger ledger, String name) {
    for (ClusterStatus.Member member : ledger.status().members()) {
      Long lag = member.lag();
      if (member.name().equals(name) && lag != null) {
        return lag;
      }
    }
    return Double.NaN;
  }

  private static void gauge(
      MeterRegistry registry,
      Ledger ledger,
      String name,
      String description,
      ToDoubleFunction<Ledger> value) {
    Gauge.builder(name, ledger, value).description(description).register(registry);
  }
}

package dev.muster.boot;

import dev.muster.config.HistoryReaper;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.Leases;
import dev.muster.discovery.Verdicts;
import dev.muster.duty.Duties;
import dev.muster.duty.HeartbeatRelay;
import dev.muster.duty.Heartbeats;
import dev.muster.duty.NodeReaper;
import dev.muster.duty.SessionExpiry;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.LedgerListener;
import dev.muster.ledger.Peers;
import dev.muster.observe.LeaseMeters;
import dev.muster.raft.RaftConfig;
import dev.muster.raft.RaftLedger;
import dev.muster.raft.log.LogOptions;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;

/** Makes the replicated log, what the leader does unasked, and the way of heartbeats to it. */
class LedgerProducer {
  private static final Logger LOG = Logger.getLogger("muster");

  /** This node of the cluster: its ledger and its duties, which begin and end together. */
  static final class ClusterNode {
    final RaftLedger ledger;
    final HeartbeatRelay heartbeats;
    final Leases leases;
    final Duties duties;

    ClusterNode(RaftLedger ledger) {
      this.ledger = ledger;
      this.leases =
          new Leases(
              ledger, new Verdicts(ledger, System::currentTimeMillis), System::currentTimeMillis);
      SessionExpiry expiry = new SessionExpiry(ledger, leases);
      this.heartbeats = new HeartbeatRelay(ledger, ledger.peers(), expiry);
      this.duties =
          new Duties(
              ledger,
              List.of(
                  leases, // before what tells it of sessions
                  expiry,
                  new NodeReaper(
                      ledger,
                      path -> path.isAtOrUnder(InstanceKey.SERVICES),
                      System::currentTimeMillis),
                  new HistoryReaper(ledger, System::currentTimeMillis)));
      heartbeats.start();
      duties.start();
    }

    void close() {
      duties.close();
      heartbeats.close();
      ledger.close();
    }
  }

  @Produces
  @Singleton
  ClusterNode node(MusterConfig config, LedgerListener listener, MeterRegistry registry) {
    RaftConfig raft;
    try {
      raft = ClusterMembers.raftConfig(config);
    } catch (IllegalArgumentException wrong) {
      throw new CannotStartException(
          StartFailures.CONFIGURATION,
          "the configuration is wrong: " + StartFailures.oneLine(wrong),
          wrong);
    }
    FreePorts.checkHttp(ConfigProvider.getConfig());
    FreePorts.checkRaft(raft);
    LOG.infof(
        "%s: data in %s, %s",
        raft.raftId(),
        raft.directory().toAbsolutePath(),
        raft.members().size() == 1 ? "a cluster of its own" : "members " + raft.members());
    try {
      ClusterNode node =
          new ClusterNode(
              RaftLedger.start(
                  raft,
                  LogOptions.defaults().withFsyncListener(listener::forced),
                  config.request().timeout(),
                  listener,
                  new ProcessHalt()));
      LeaseMeters.gauges(registry, node.leases);
      return node;
    } catch (Exception failed) {
      throw StartFailures.ofNode(
          failed, raft.directory().toAbsolutePath(), raft.bindAddress() + ":" + raft.port());
    }
  }

  void close(@Disposes ClusterNode node) {
    node.close();
  }

  @Produces
  @Singleton
  @Typed(Ledger.class)
  Ledger ledger(ClusterNode node) {
    return node.ledger;
  }

  @Produces
  @Singleton
  @Typed(Peers.class)
  Peers peers(ClusterNode node) {
    return node.ledger.peers();
  }

  @Produces
  @Singleton
  @Typed(Heartbeats.class)
  HeartbeatRelay heartbeats(ClusterNode node) {
    return node.heartbeats;
  }
}

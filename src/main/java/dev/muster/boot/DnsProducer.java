package dev.muster.boot;

import dev.muster.door.dns.DnsListener;
import dev.muster.door.dns.DnsServer;
import dev.muster.door.dns.DnsSettings;
import dev.muster.ledger.Ledger;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Makes and starts the DNS door, if it is switched on. */
class DnsProducer {
  private static final Logger LOG = Logger.getLogger("muster");
  private static final long LISTEN_SECONDS = 10;

  /** The door; empty where it is off. */
  static final class Dns {
    final @Nullable DnsServer server;
    final @Nullable DnsSettings settings;

    Dns(@Nullable DnsServer server, @Nullable DnsSettings settings) {
      this.server = server;
      this.settings = settings;
    }
  }

  @Produces
  @Singleton
  Dns dns(MusterConfig config, Vertx vertx, Ledger ledger, MeterRegistry registry) {
    MusterConfig.Dns dns = config.dns();
    if (!dns.enabled()) {
      return new Dns(null, null);
    }
    try {
      DnsSettings settings =
          DnsSettings.of(
              dns.address(),
              dns.port(),
              dns.domain(),
              (int) Math.min(dns.ttl().toSeconds(), Integer.MAX_VALUE),
              dns.udpPayloadMax());
      return new Dns(
          new DnsServer(
              vertx,
              ledger,
              settings,
              () -> ThreadLocalRandom.current().nextDouble(),
              new Meters(registry)),
          settings);
    } catch (IllegalArgumentException wrong) {
      throw new CannotStartException(
          StartFailures.CONFIGURATION,
          "the configuration is wrong: " + StartFailures.oneLine(wrong),
          wrong);
    }
  }

  void start(@Observes StartupEvent event, Dns dns) throws InterruptedException {
    DnsServer server = dns.server;
    DnsSettings settings = dns.settings;
    if (server == null || settings == null) {
      return;
    }
    String where = settings.address() + " port " + settings.port();
    try {
      Integer port =
          server
              .listen()
              .toCompletionStage()
              .toCompletableFuture()
              .get(LISTEN_SECONDS, TimeUnit.SECONDS);
      LOG.infof("DNS for %s at %s port %d", settings.domain(), settings.address(), port);
    } catch (ExecutionException | TimeoutException failed) {
      throw new CannotStartException(
          StartFailures.CONFIGURATION,
          "DNS cannot listen at "
              + where
              + ": "
              + StartFailures.oneLine(failed.getCause() == null ? failed : failed.getCause())
              + "; see muster.dns.address and muster.dns.port",
          failed);
    }
  }

  void close(@Disposes Dns dns) {
    if (dns.server != null) {
      dns.server.close();
    }
  }

  /** Counts queries by what is bounded: not by name, and not by who asks. */
  private static final class Meters implements DnsListener {
    private record Key(String transport, String type, String rcode) {}

    private final MeterRegistry registry;
    private final Map<Key, Counter> queries = new ConcurrentHashMap<>();

    Meters(MeterRegistry registry) {
      this.registry = registry;
    }

    @Override
    public void answered(String transport, String type, String rcode) {
      queries.computeIfAbsent(new Key(transport, type, rcode), this::counter).increment();
    }

    @Override
    public void dropped(String transport) {
      answered(transport, "none", "DROPPED");
    }

    private Counter counter(Key key) {
      return Counter.builder("muster.dns.queries")
          .description("DNS queries by transport, type and response code")
          .tag("transport", key.transport)
          .tag("type", key.type)
          .tag("rcode", key.rcode)
          .register(registry);
    }
  }
}

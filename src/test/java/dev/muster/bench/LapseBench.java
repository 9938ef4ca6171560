package dev.muster.bench;

import dev.muster.bench.Load.Requests;
import dev.muster.bench.Load.Result;
import dev.muster.cluster.Fleet;
import dev.muster.cluster.MusterClient;
import dev.muster.cluster.MusterCluster;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/**
 * What writes of configuration feel of 100,000 leases that end together. Three nodes of the
 * packaged jar; in each round, the latencies of a steady stream of writes while all leases last and
 * nobody heartbeats, and then from their end until the last of them is gone. How to run it: {@code
 * docs/performance.md}.
 */
public final class LapseBench {
  private static final int TTL_SECONDS = 30;
  private static final int WRITES_PER_SECOND = Integer.getInteger("bench.writes-per-second", 200);
  private static final int LEASES = Integer.getInteger("bench.leases", 100_000);
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
  private static final int SERVICES = 50;
  private static final int CONNECTIONS = 64;
  private static final int KEYS = 1_000;
  private static final int VALUE_CHARS = 150;
  private static final Duration WARM = Duration.ofSeconds(Long.getLong("bench.warm-seconds", 30));
  private static final Duration SETTLE = Duration.ofSeconds(5);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration GONE_WITHIN = Duration.ofMinutes(5);
  private static final String NAMESPACE = "/api/v1/namespaces/bench";

  private final MusterClient admin = new MusterClient(Duration.ofSeconds(30));
  private final AtomicLong values = new AtomicLong();
  private final MusterCluster cluster;

  private LapseBench(MusterCluster cluster) {
    this.cluster = cluster;
  }

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "bench-");
    try (MusterCluster cluster =
            new MusterCluster(3, directory.resolve("data"), directory.resolve("logs"));
        Load load = new Load()) {
      String options = System.getProperty("bench.jvm", "");
      if (!options.isBlank()) {
        cluster.jvm(options.split(" +"));
      }
      cluster.start();
      new LapseBench(cluster).run(load);
    } finally {
      LoadBench.delete(directory);
    }
  }

  /** One round. */
  private record Round(Result before, Result meanwhile, double endingSeconds) {
    double ratio(double percentile) {
      return meanwhile.latencies().percentileMillis(percentile)
          / before.latencies().percentileMillis(percentile);
    }
  }

  private void run(Load load) throws Exception {
    List<URI> nodes = cluster.uris();
    admin.putJson(nodes.get(0), NAMESPACE, Map.of()).expect(201);
    List<Connection> connections = load.connect(nodes, CONNECTIONS);
    load.run(connections, WARM, writes(nodes));
    print(
        "%d leases, %d writes/s, Java %d", LEASES, WRITES_PER_SECOND, Runtime.version().feature());
    List<Round> rounds = new ArrayList<>();
    // The first one warms up what it measures.
    for (int i = 0; i <= ROUNDS; i++) {
      Round round = round(load, connections);
      print("%s: %s", i == 0 ? "warm-up" : "round " + i, text(round));
      if (i > 0) {
        rounds.add(round);
      }
    }
    print(
        "medians: writes p50 %.1f ms, p99 %.1f ms before; p50 %.1f ms, p99 %.1f ms meanwhile;"
            + " ratio of p99 %.2f; all gone %.1f s after the ttl; writes not acknowledged: %d",
        median(rounds, round -> round.before.latencies().percentileMillis(50)),
        median(rounds, round -> round.before.latencies().percentileMillis(99)),
        median(rounds, round -> round.meanwhile.latencies().percentileMillis(50)),
        median(rounds, round -> round.meanwhile.latencies().percentileMillis(99)),
        median(rounds, round -> round.ratio(99)),
        median(rounds, Round::endingSeconds),
        rounds.stream().mapToInt(r -> r.before.failed() + r.meanwhile.failed()).sum());
  }

  private Round round(Load load, List<Connection> connections) throws Exception {
    Fleet.Size size = new Fleet.Size(2, SERVICES, LEASES / SERVICES / 2, 0, TTL_SECONDS, 0);
    try (Fleet fleet = new Fleet(size, cluster.uris())) {
      long begun = System.nanoTime();
      fleet.prepare("{\"protectionThreshold\": 1.0}").start();
      print("registered within %.1f s", (System.nanoTime() - begun) / 1e9);
      long firstEndNanos = System.nanoTime() + size.ttl().toNanos();
      fleet.silenceTogether();
      long lastEndNanos = System.nanoTime() + size.ttl().toNanos();
      return round(load, connections, firstEndNanos, lastEndNanos);
    }
  }

  /** While nobody heartbeats: until the first one ends, and from then on until the last one has. */
  private Round round(
      Load load, List<Connection> connections, long firstEndNanos, long lastEndNanos)
      throws Exception {
    List<URI> nodes = cluster.uris();
    try (Paced paced = new Paced(load, connections, WRITES_PER_SECOND, writes(nodes))) {
      pauseUntil(System.nanoTime() + SETTLE.toNanos());
      paced.take();
      pauseUntil(firstEndNanos - SETTLE.toNanos());
      Result before = paced.take();
      if (sessions() != LEASES) {
        throw new AssertionError(sessions() + " leases while all should last");
      }
      awaitSessions(LEASES - 1, lastEndNanos);
      paced.take();
      awaitSessions(0, lastEndNanos);
      Result meanwhile = paced.take();
      return new Round(before, meanwhile, (System.nanoTime() - lastEndNanos) / 1e9);
    }
  }

  private void awaitSessions(int max, long endNanos) throws IOException {
    while (sessions() > max) {
      if (System.nanoTime() - endNanos > GONE_WITHIN.toNanos()) {
        throw new AssertionError(sessions() + " leases have not ended");
      }
      pauseUntil(System.nanoTime() + LOOK_EVERY.toNanos());
    }
  }

  private int sessions() throws IOException {
    return admin
        .get(cluster.uris().get(0), "/api/v1/cluster")
        .expect(200)
        .json()
        .path("sessions")
        .asInt();
  }

  private static void pauseUntil(long nanos) {
    while (System.nanoTime() < nanos) {
      LockSupport.parkNanos(nanos - System.nanoTime());
    }
  }

  private Requests writes(List<URI> nodes) {
    return (connection, number) ->
        Connection.encode(
            "PUT",
            nodes.get(connection % nodes.size()),
            NAMESPACE + "/configs/key-" + number % KEYS,
            value(),
            "Content-Type",
            "text/plain");
  }

  /** Never the same twice, since an unchanged value is not written. */
  private String value() {
    String number = Long.toString(values.incrementAndGet());
    return number + "v".repeat(VALUE_CHARS - number.length());
  }

  private static String text(Round round) {
    return String.format(
        Locale.ROOT,
        "before %d writes, p50 %.1f ms, p99 %.1f ms; meanwhile %d, p50 %.1f ms, p99 %.1f ms;"
            + " all gone %.1f s after the ttl; failed %d, %d (%d)",
        round.before.latencies().count(),
        round.before.latencies().percentileMillis(50),
        round.before.latencies().percentileMillis(99),
        round.meanwhile.latencies().count(),
        round.meanwhile.latencies().percentileMillis(50),
        round.meanwhile.latencies().percentileMillis(99),
        round.endingSeconds,
        round.before.failed(),
        round.meanwhile.failed(),
        round.meanwhile.firstFailure());
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> measured) {
    return Latencies.median(rounds.stream().mapToDouble(measured).toArray());
  }

  private static void print(String format, Object... arguments) {
    System.out.println(String.format(Locale.ROOT, format, arguments));
  }
}

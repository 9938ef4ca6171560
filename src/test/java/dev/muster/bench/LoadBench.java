package dev.muster.bench;

import dev.muster.bench.Load.Requests;
import dev.muster.cluster.MusterClient;
import dev.muster.cluster.MusterCluster;
import dev.muster.cluster.MusterProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/**
 * Starts one node and three nodes of the packaged jar and prints what they can do over HTTP, the
 * client included. Arguments choose what to measure: {@code writes reads effective parked publish
 * failover start}, all without; {@code one} and {@code three} how many nodes; {@code quick} makes
 * rounds short. How to run it: {@code docs/performance.md}.
 */
public final class LoadBench {
  private static final String NAMESPACE = "/api/v1/namespaces/bench";
  private static final String ITEMS = NAMESPACE + "/configs/";
  private static final String ITEM = ITEMS + "read.yaml";
  private static final Set<String> ALL =
      Set.of("writes", "reads", "effective", "parked", "publish", "failover", "start");
  private static final String EFFECTIVE = NAMESPACE + "/effective/shop?profile=prod";
  private static final int PUBLISHES = 200;
  private static final int KEYS = 1_000;
  private static final int VALUE_CHARS = 150;
  private static final List<Integer> IN_FLIGHT = List.of(1, 64, 512);
  private static final Duration CHANGES_EVERY = Duration.ofMillis(50);
  private static final Duration QUIET = Duration.ofMillis(500);

  private final Set<String> chosen;
  private final int rounds;
  private final Duration round;
  private final Duration warm;
  private final List<Integer> sizes;
  private final Path directory;
  private final MusterClient admin = new MusterClient(Duration.ofSeconds(30));
  private final AtomicLong values = new AtomicLong();

  private LoadBench(Set<String> arguments) throws IOException {
    boolean quick = arguments.remove("quick");
    boolean one = arguments.remove("one");
    boolean three = arguments.remove("three");
    sizes = one == three ? List.of(1, 3) : List.of(one ? 1 : 3);
    warm = Duration.ofSeconds(Long.getLong("bench.warm-seconds", quick ? 6 : 90));
    chosen = arguments.isEmpty() ? ALL : arguments;
    rounds = quick ? 3 : 5;
    round = Duration.ofSeconds(quick ? 3 : 8);
    directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "bench-");
  }

  public static void main(String[] arguments) throws Exception {
    LoadBench bench = new LoadBench(new TreeSet<>(List.of(arguments)));
    try {
      bench.start();
      for (int size : bench.sizes) {
        bench.measure(size);
      }
    } finally {
      delete(bench.directory);
    }
  }

  private void measure(int size) throws Exception {
    try (MusterCluster cluster = cluster(size);
        Load load = new Load()) {
      cluster.start();
      URI first = cluster.uris().get(0);
      admin.putJson(first, NAMESPACE, Map.of()).expect(201);
      admin.put(first, ITEM, value(), "Content-Type", "text/plain").expect(201);
      String title = size == 1 ? "one node" : size + " nodes";
      print("%n%s, %s", title, java());
      warmUp(load, cluster);
      if (chosen.contains("writes")) {
        writes(load, cluster);
      }
      if (chosen.contains("reads")) {
        reads(load, cluster);
      }
      if (chosen.contains("effective")) {
        effective(load, cluster);
      }
      if (chosen.contains("parked")) {
        parked(load, cluster);
      }
      if (chosen.contains("publish")) {
        publish(load, cluster);
      }
      if (chosen.contains("failover") && size > 1) {
        failover(cluster);
      }
      for (MusterProcess node : cluster.nodes()) {
        print("resident memory of %s in the end: %.0f MB", node.name(), megabytes(node));
      }
    }
  }

  private void warmUp(Load load, MusterCluster cluster) throws Exception {
    // Long and at full load: until it is compiled, a request costs the nodes ten times as much.
    List<Connection> connections = load.connect(cluster.uris(), 512);
    List<Long> writesPerSecond = new ArrayList<>();
    long end = System.nanoTime() + warm.toNanos();
    do {
      writesPerSecond.add((long) load.run(connections, round, writes(cluster.uris())).perSecond());
      load.run(connections, round.dividedBy(4), gets(cluster.uris(), ITEM));
      load.run(connections, round.dividedBy(4), gets(cluster.uris(), "/api/v1/ping"));
    } while (System.nanoTime() < end);
    load.close(connections);
    print("writes/s while warming up, 512 in flight: %s", writesPerSecond);
  }

  private void writes(Load load, MusterCluster cluster) throws Exception {
    print(
        "durable writes (PUT of %d bytes)   per s      p50      p95      p99   failed"
            + "  CPU each: nodes, client",
        VALUE_CHARS);
    for (int inFlight : IN_FLIGHT) {
      List<Measured> results = new ArrayList<>();
      List<Connection> connections = load.connect(cluster.uris(), inFlight);
      for (int i = 0; i < rounds; i++) {
        results.add(measured(load, connections, writes(cluster.uris()), cluster));
      }
      load.close(connections);
      print(
          "%9d in flight %22.0f %7.2f %8.2f %8.2f ms %5d %8.0f %8.0f us",
          inFlight,
          median(results, result -> result.load().perSecond()),
          median(results, result -> result.load().latencies().percentileMillis(50)),
          median(results, result -> result.load().latencies().percentileMillis(95)),
          median(results, result -> result.load().latencies().percentileMillis(99)),
          results.stream().mapToInt(result -> result.load().failed()).sum(),
          median(results, Measured::nodesMicros),
          median(results, Measured::clientMicros));
    }
  }

  private void reads(Load load, MusterCluster cluster) throws Exception {
    againstPing("GETs of one config", ITEM, load, cluster);
  }

  /** Four layers of fifty properties with references, first unchanged, then changed meanwhile. */
  private void effective(Load load, MusterCluster cluster) throws Exception {
    URI first = cluster.uris().get(0);
    for (String layer :
        List.of(
            "application.properties",
            "application-prod.properties",
            "shop/application.properties",
            "shop/application-prod.properties")) {
      publishLayer(first, layer);
    }
    againstPing("effective configurations", EFFECTIVE, load, cluster);
    try (Repeated changes =
        new Repeated(
            CHANGES_EVERY, () -> publishLayer(first, "shop/application-prod.properties"))) {
      againstPing("the same, changed 20 times a second", EFFECTIVE, load, cluster);
      changes.demandSuccess();
    }
  }

  private void publishLayer(URI node, String layer) throws IOException {
    StringBuilder text = new StringBuilder("number=" + values.incrementAndGet() + "\n");
    for (int i = 0; i < 50; i++) {
      String key = layer.startsWith("shop/") ? "shop.feature" : "common.setting";
      String value = i % 5 == 0 ? "${common.setting-1}/path-" + i : "value-" + i;
      text.append(key).append('-').append(i).append('=').append(value).append('\n');
    }
    admin
        .put(node, ITEMS + layer, text.toString(), "Content-Type", "text/x-java-properties")
        .expect(200, 201);
  }

  private void againstPing(String title, String path, Load load, MusterCluster cluster)
      throws Exception {
    List<Measured> gets = new ArrayList<>();
    List<Measured> pings = new ArrayList<>();
    // One node only: what one node serves is the question, and the client needs its share.
    List<URI> node = cluster.uris().subList(0, 1);
    List<Connection> connections = load.connect(node, 64);
    for (int i = 0; i < rounds; i++) {
      pings.add(measured(load, connections, gets(node, "/api/v1/ping"), cluster));
      gets.add(measured(load, connections, gets(node, path), cluster));
    }
    load.close(connections);
    double ping = median(pings, result -> result.load().perSecond());
    double get = median(gets, result -> result.load().perSecond());
    print(
        "%s, 64 in flight, one node: %.0f/s, p99 %.2f ms; trivial endpoint %.0f/s;"
            + " %.2f of it; CPU each %.0f us, trivial %.0f us, client %.0f us; failed %d",
        title,
        get,
        median(gets, result -> result.load().latencies().percentileMillis(99)),
        ping,
        get / ping,
        median(gets, Measured::nodesMicros),
        median(pings, Measured::nodesMicros),
        median(gets, Measured::clientMicros),
        gets.stream().mapToInt(result -> result.load().failed()).sum());
  }

  private Measured measured(
      Load load, List<Connection> connections, Requests requests, MusterCluster cluster)
      throws Exception {
    return Measured.of(load, connections, round, requests, cluster);
  }

  private void parked(Load load, MusterCluster cluster) throws Exception {
    Parked parked = new Parked(load, cluster, ITEM);
    List<Parked.Result> results = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      results.add(parked.round(value()));
    }
    print(
        "%d parked long polls: the last told after %.0f ms; heap %.1f KiB each, and %.1f KiB for"
            + " its connection; failed %d",
        Parked.POLLS,
        median(results, Parked.Result::lastMillis),
        median(results, Parked.Result::pollBytes) / 1024,
        median(results, Parked.Result::connectionBytes) / 1024,
        results.stream().mapToInt(Parked.Result::failed).sum());
  }

  private void publish(Load load, MusterCluster cluster) throws Exception {
    Latencies latencies = new Parked(load, cluster, ITEM).publishes(PUBLISHES, this::value);
    print(
        "publish until the last of %d clients has it: p50 %.0f ms, p99 %.0f ms (%d publishes)",
        Parked.CLIENTS,
        latencies.percentileMillis(50),
        latencies.percentileMillis(99),
        latencies.count());
  }

  private void failover(MusterCluster cluster) throws Exception {
    List<Double> gaps = new ArrayList<>();
    Failover failover = new Failover(cluster, ITEMS);
    for (int i = 0; i < rounds; i++) {
      gaps.add(failover.round());
    }
    print(
        "failover, kill -9 of the leader: no write acknowledged for %.0f ms (median of %d), %.0f ms"
            + " at most",
        median(gaps, Double::doubleValue),
        rounds,
        gaps.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
  }

  private void start() throws Exception {
    if (!chosen.contains("start")) {
      return;
    }
    List<Double> cold = new ArrayList<>();
    List<Double> again = new ArrayList<>();
    List<Double> resident = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      Path data = directory.resolve("start-" + i);
      try (MusterProcess node = new MusterProcess("n1", data, directory.resolve("logs"))) {
        cold.add(startMillis(node));
        Thread.sleep(QUIET.toMillis());
        resident.add(megabytes(node));
        node.kill();
        again.add(startMillis(node));
      }
    }
    print(
        "start of one node, %s: ready after %.2f s on an empty directory, %.2f s after a kill;"
            + " resident %.0f MB",
        java(),
        median(cold, Double::doubleValue) / 1e3,
        median(again, Double::doubleValue) / 1e3,
        median(resident, Double::doubleValue));
  }

  private static double startMillis(MusterProcess node) {
    long start = System.nanoTime();
    node.start().awaitReady();
    return (System.nanoTime() - start) / 1e6;
  }

  private MusterCluster cluster(int size) {
    MusterCluster cluster =
        new MusterCluster(size, directory.resolve("data-" + size), directory.resolve("logs"));
    String options = System.getProperty("bench.jvm", "");
    return options.isBlank() ? cluster : cluster.jvm(options.split(" +"));
  }

  private Requests writes(List<URI> nodes) {
    return (connection, number) ->
        Connection.encode(
            "PUT",
            nodes.get(connection % nodes.size()),
            ITEMS + "key-" + number % KEYS,
            value(),
            "Content-Type",
            "text/plain");
  }

  private static Requests gets(List<URI> nodes, String path) {
    return Load.same(nodes, i -> Connection.encode("GET", nodes.get(i), path, null));
  }

  /** Never the same twice, since an unchanged value is not written. */
  private String value() {
    String number = Long.toString(values.incrementAndGet());
    return number + "v".repeat(VALUE_CHARS - number.length());
  }

  private static <T> double median(List<T> results, ToDoubleFunction<T> measured) {
    return Latencies.median(results, measured);
  }

  private static double megabytes(MusterProcess node) throws IOException {
    return Jvm.residentBytes(node.pid()) / 1e6;
  }

  private static String java() {
    return "Java " + Runtime.version().feature();
  }

  static void print(String format, Object... arguments) {
    System.out.println(String.format(java.util.Locale.ROOT, format, arguments));
  }

  /** Deletes a directory with all that is in it. */
  static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}

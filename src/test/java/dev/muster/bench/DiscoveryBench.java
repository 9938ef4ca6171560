package dev.muster.bench;

import static dev.muster.bench.Latencies.median;
import static dev.muster.bench.LoadBench.print;

import dev.muster.bench.Load.Requests;
import dev.muster.cluster.MusterClient;
import dev.muster.cluster.MusterCluster;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * As {@link LoadBench}, of service discovery. Arguments choose what to measure: {@code register
 * heartbeats queries polls gone million}, all without; {@code one} and {@code three} how many
 * nodes; {@code quick} makes rounds short. How to run it: {@code docs/performance.md}.
 */
public final class DiscoveryBench {
  private static final Set<String> ALL =
      Set.of("register", "heartbeats", "queries", "polls", "gone", "million");
  private static final String NAMESPACE = Instances.NAMESPACE;
  private static final int IN_FLIGHT = 64;
  private static final int BULKS_IN_FLIGHT = 8;
  private static final int KEPT = 10_000;
  private static final int QUERIED = 50;
  private static final String QUERIED_SERVICE = NAMESPACE + "/services/queried";
  private static final String FIT = QUERIED_SERVICE + "/instances?health=passing";
  private static final Duration CHANGES_EVERY = Duration.ofMillis(50);

  private final Set<String> chosen;
  private final int rounds;
  private final Duration round;
  private final Duration warm;
  private final boolean quick;
  private final List<Integer> sizes;
  private final Path directory;
  private final MusterClient admin = new MusterClient(Duration.ofSeconds(30));
  private final AtomicInteger numbers = new AtomicInteger();

  private DiscoveryBench(Set<String> arguments) throws Exception {
    quick = arguments.remove("quick");
    boolean one = arguments.remove("one");
    boolean three = arguments.remove("three");
    sizes = one == three ? List.of(1, 3) : List.of(one ? 1 : 3);
    chosen = arguments.isEmpty() ? ALL : arguments;
    if (!ALL.containsAll(chosen)) {
      throw new IllegalArgumentException("choose some of " + ALL + ", not " + chosen);
    }
    warm = Duration.ofSeconds(Long.getLong("bench.warm-seconds", quick ? 6 : 60));
    rounds = quick ? 3 : 5;
    round = Duration.ofSeconds(quick ? 2 : 5);
    directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "bench-");
  }

  public static void main(String[] arguments) throws Exception {
    DiscoveryBench bench = new DiscoveryBench(new TreeSet<>(List.of(arguments)));
    try {
      for (int size : bench.sizes) {
        bench.measure(size);
      }
      if (bench.chosen.contains("million")) {
        new Million(bench.directory, bench.quick).run();
      }
    } finally {
      LoadBench.delete(bench.directory);
    }
  }

  private void measure(int size) throws Exception {
    if (chosen.equals(Set.of("million"))) {
      return;
    }
    try (MusterCluster cluster =
            new MusterCluster(size, directory.resolve("data-" + size), directory.resolve("logs"));
        Load load = new Load()) {
      cluster.jvm(System.getProperty("bench.jvm", "-Xmx1500m").split(" +")).start();
      Instances instances = new Instances(cluster.uris(), admin);
      instances.createNamespace();
      print("%n%s, Java %d", size == 1 ? "one node" : size + " nodes", java());
      warmUp(load, cluster, instances);
      if (chosen.contains("register")) {
        registrations(load, cluster, instances);
      }
      if (chosen.contains("heartbeats")) {
        heartbeats(load, cluster, instances);
      }
      if (chosen.contains("queries")) {
        queries(load, cluster);
      }
      if (chosen.contains("polls")) {
        polls(load, cluster);
      }
      if (chosen.contains("gone") && size > 1) {
        new Departure(load, cluster, admin).run(quick ? 3 : 10);
      }
    }
  }

  private static int java() {
    return Runtime.version().feature();
  }

  // ---- rounds

  /** As in production, most of what warms up are heartbeats and reads; registrations are few. */
  private void warmUp(Load load, MusterCluster cluster, Instances instances) throws Exception {
    List<Connection> connections = load.connect(cluster.uris(), IN_FLIGHT);
    List<Long> perSecond = new ArrayList<>();
    long end = System.nanoTime() + warm.toNanos();
    do {
      int from = numbers.get();
      var registered = load.run(connections, round, (c, n) -> register(instances, c));
      perSecond.add((long) registered.perSecond());
      int known = numbers.get() - from;
      load.run(connections, round.dividedBy(2), (c, n) -> instances.renew(c, from + n % known));
      load.run(
          connections,
          round.dividedBy(4),
          Load.same(
              cluster.uris(),
              i ->
                  Connection.encode(
                      "GET",
                      cluster.uris().get(i),
                      NAMESPACE + "/services/" + Instances.service(from) + "/instances",
                      null)));
      deregister(load, connections, instances, from);
    } while (System.nanoTime() < end);
    load.close(connections);
    print("registrations/s while warming up: %s", perSecond);
  }

  private Buffer register(Instances instances, int connection) {
    return instances.register(connection, numbers.getAndIncrement());
  }

  private Buffer registerMany(Instances instances, int connection) {
    return instances.registerMany(connection, numbers.getAndAdd(Instances.BULK));
  }

  /** All that were registered since a number; so that rounds begin alike. */
  private void deregister(Load load, List<Connection> connections, Instances instances, int from)
      throws Exception {
    while (instances.count() > KEPT) {
      AtomicInteger next = new AtomicInteger(from);
      int all = numbers.get();
      load.run(
          connections,
          Duration.ofSeconds(1 + (all - from) / 20_000),
          (c, n) ->
              instances.deregisterMany(
                  c, from + (next.getAndAdd(Instances.BULK) - from) % Math.max(1, all - from)));
    }
  }

  private Measured measured(
      Load load, List<Connection> connections, Requests requests, MusterCluster cluster)
      throws Exception {
    return Measured.of(load, connections, round, requests, cluster);
  }

  private static void heading(String title) {
    print("%-46s   per s      p50      p99   failed  per core-second of the nodes", title);
  }

  /**
   * @param each how many are in one request
   */
  private static void row(String name, List<Measured> results, int each) {
    print(
        "%-44s %9.0f %8.2f %8.2f ms %5d %9.0f",
        name,
        each * median(results, Measured::perSecond),
        median(results, result -> result.load().latencies().percentileMillis(50)),
        median(results, result -> result.load().latencies().percentileMillis(99)),
        results.stream().mapToInt(result -> result.load().failed()).sum(),
        each * 1e6 / median(results, Measured::nodesMicros));
  }

  // ---- registrations and heartbeats

  private void registrations(Load load, MusterCluster cluster, Instances instances)
      throws Exception {
    List<Measured> single = new ArrayList<>();
    List<Measured> bulk = new ArrayList<>();
    List<Connection> many = load.connect(cluster.uris(), IN_FLIGHT);
    List<Connection> few = load.connect(cluster.uris(), BULKS_IN_FLIGHT);
    for (int i = 0; i < rounds; i++) {
      int from = numbers.get();
      long before = instances.count();
      Measured singles = measured(load, many, (c, n) -> register(instances, c), cluster);
      single.add(singles);
      bulk.add(measured(load, few, (c, n) -> registerMany(instances, c), cluster));
      demandThere(instances, before + numbers.get() - from - singles.load().failed());
      deregister(load, few, instances, from);
    }
    load.close(many);
    load.close(few);
    heading("registrations of new instances, all nodes");
    row("single, " + IN_FLIGHT + " in flight", single, 1);
    row("500 in a request, " + BULKS_IN_FLIGHT + " in flight", bulk, Instances.BULK);
  }

  /** An answer to a bulk says nothing of what became of each. */
  private static void demandThere(Instances instances, long expected) throws Exception {
    long there = instances.count();
    if (there < expected) {
      throw new IllegalStateException(
          there + " instances are registered, not at least " + expected);
    }
  }

  private void heartbeats(Load load, MusterCluster cluster, Instances instances) throws Exception {
    int from = numbers.getAndAdd(KEPT);
    List<Connection> many = load.connect(cluster.uris(), IN_FLIGHT);
    List<Connection> few = load.connect(cluster.uris(), BULKS_IN_FLIGHT);
    for (int i = 0; i < KEPT; i += Instances.BULK) {
      instances.demandRegistered(from + i);
    }
    List<Measured> single = new ArrayList<>();
    List<Measured> bulk = new ArrayList<>();
    List<Measured> pings = new ArrayList<>();
    Requests ping = gets(cluster.uris(), "/api/v1/ping");
    for (int i = 0; i < rounds; i++) {
      pings.add(measured(load, many, ping, cluster));
      single.add(measured(load, many, (c, n) -> instances.renew(c, from + n % KEPT), cluster));
      bulk.add(
          measured(
              load,
              few,
              (c, n) -> instances.renewMany(c, from + n * Instances.BULK % KEPT),
              cluster));
    }
    load.close(many);
    load.close(few);
    heading("heartbeats of " + KEPT + " instances, all nodes");
    row("single, " + IN_FLIGHT + " in flight", single, 1);
    row("500 in a request, " + BULKS_IN_FLIGHT + " in flight", bulk, Instances.BULK);
    row("trivial endpoint, in turns", pings, 1);
    instances.demandRenewed(from);
  }

  // ---- queries

  private static Requests gets(List<URI> nodes, String path, String... headers) {
    return Load.same(nodes, i -> Connection.encode("GET", nodes.get(i), path, null, headers));
  }

  private void registerQueried(URI node) throws Exception {
    for (int i = 0; i < QUERIED; i++) {
      registerQueried(node, i, i);
    }
  }

  private void registerQueried(URI node, int instance, int build) throws Exception {
    admin
        .put(
            node,
            QUERIED_SERVICE + "/instances/instance-" + instance,
            Instances.body(build, Instances.TTL_SECONDS),
            "Content-Type",
            "application/json")
        .expect(200, 201);
  }

  /** From one node: what one serves is the question, and the client needs its share. */
  private void queries(Load load, MusterCluster cluster) throws Exception {
    List<URI> node = cluster.uris().subList(0, 1);
    registerQueried(node.get(0));
    Map<String, String> paths = new LinkedHashMap<>();
    paths.put("trivial endpoint, in turns", "/api/v1/ping");
    paths.put("plain", FIT);
    paths.put("selector", FIT + "&where=version%3D2.1%2C%21tag.canary");
    paths.put("nearest first, spilling over", FIT + "&zone=eu-1a&region=eu-1&spillBelow=3");
    paths.put("compact", FIT + "&form=compact");
    heading("lists of " + QUERIED + " instances, one node, 64 in flight");
    inTurns(load, cluster, node, paths);
    heading("the same while one of them changes 20 times a second");
    AtomicInteger builds = new AtomicInteger(1_000);
    try (Repeated changes =
        new Repeated(
            CHANGES_EVERY, () -> registerQueried(node.get(0), 0, builds.incrementAndGet()))) {
      inTurns(load, cluster, node, paths);
      changes.demandSuccess();
    }
  }

  private void inTurns(Load load, MusterCluster cluster, List<URI> node, Map<String, String> paths)
      throws Exception {
    Map<String, List<Measured>> results = new LinkedHashMap<>();
    List<Connection> connections = load.connect(node, IN_FLIGHT);
    for (int i = 0; i < rounds; i++) {
      for (Map.Entry<String, String> path : paths.entrySet()) {
        results
            .computeIfAbsent(path.getKey(), name -> new ArrayList<>())
            .add(measured(load, connections, gets(node, path.getValue()), cluster));
      }
    }
    load.close(connections);
    results.forEach((name, all) -> row(name, all, 1));
  }

  // ---- what it costs to know who follows

  /**
   * The same question, answered with 304, by those who are counted by address, by those who are
   * known by name, and of one instance, whose readers nobody counts.
   */
  private void polls(Load load, MusterCluster cluster) throws Exception {
    List<URI> node = cluster.uris().subList(0, 1);
    registerQueried(node.get(0));
    String instance = QUERIED_SERVICE + "/instances/instance-0";
    String listTag = admin.get(node.get(0), FIT).expect(200).etag();
    String instanceTag = admin.get(node.get(0), instance).expect(200).etag();
    List<Measured> uncounted = new ArrayList<>();
    List<Measured> unnamed = new ArrayList<>();
    List<Measured> named = new ArrayList<>();
    List<Connection> connections = load.connect(node, IN_FLIGHT);
    Requests byName =
        (c, n) ->
            Connection.encode(
                "GET",
                node.get(0),
                FIT,
                null,
                "If-None-Match",
                listTag,
                "Muster-Client",
                "client-" + c);
    // Made anew each time as those with names are, so that the client costs as much.
    Requests byAddress =
        (c, n) -> Connection.encode("GET", node.get(0), FIT, null, "If-None-Match", listTag);
    Requests ofOne =
        (c, n) ->
            Connection.encode("GET", node.get(0), instance, null, "If-None-Match", instanceTag);
    for (int i = 0; i < rounds; i++) {
      uncounted.add(measured(load, connections, ofOne, cluster));
      unnamed.add(measured(load, connections, byAddress, cluster));
      named.add(measured(load, connections, byName, cluster));
    }
    load.close(connections);
    heading("polls answered with 304, one node, 64 in flight");
    row("one instance: nobody is counted", uncounted, 1);
    row("list, counted by address", unnamed, 1);
    row("list, with a Muster-Client", named, 1);
  }
}

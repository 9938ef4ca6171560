package dev.muster.bench;

import static dev.muster.bench.LoadBench.print;

import dev.muster.cluster.MusterClient;
import dev.muster.cluster.MusterCluster;
import dev.muster.cluster.MusterProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What a node keeps in memory of a million instances, and what it costs that they are there. */
final class Million {
  private static final int IN_FLIGHT = 4;
  private static final Duration QUIET = Duration.ofSeconds(20);
  private static final Duration SETTLED_AFTER = Duration.ofSeconds(10);
  private static final Duration REGISTERED_WITHIN = Duration.ofMinutes(20);

  /** 10,000 heartbeats a second, in bulks. */
  private static final Duration BULK_EVERY = Duration.ofMillis(50);

  private final Path directory;
  private final int count;
  private final MusterClient admin = new MusterClient(Duration.ofSeconds(60));

  Million(Path directory, boolean quick) {
    this.directory = directory;
    this.count = quick ? 100_000 : 1_000_000;
  }

  void run() throws Exception {
    try (MusterCluster cluster =
            new MusterCluster(1, directory.resolve("million"), directory.resolve("logs"));
        Load load = new Load()) {
      cluster.jvm(System.getProperty("bench.million-jvm", "-Xmx6g").split(" +")).start();
      MusterProcess node = cluster.nodes().get(0);
      Instances instances = new Instances(cluster.uris(), admin);
      instances.createNamespace();
      print("%n%,d instances, each with a lease of its own, one node", count);
      idle("without any", cluster);
      long before = Jvm.liveHeapBytes(node.pid());
      long begun = System.nanoTime();
      register(load, cluster, instances);
      double seconds = (System.nanoTime() - begun) / 1e9;
      print("registered in bulks within %.0f s: %.0f/s", seconds, count / seconds);
      Thread.sleep(SETTLED_AFTER.toMillis());
      long after = Jvm.liveHeapBytes(node.pid());
      print(
          "heap for each: %.0f bytes; resident memory %.0f MB",
          (after - before) / (double) count, Jvm.residentBytes(node.pid()) / 1e6);
      idle("idle, all leases kept", cluster);
      AtomicInteger next = new AtomicInteger();
      try (Repeated beats =
          new Repeated(
              BULK_EVERY, () -> instances.demandRenewed(next.getAndAdd(Instances.BULK) % count))) {
        Thread.sleep(SETTLED_AFTER.toMillis());
        int from = next.get();
        long start = System.nanoTime();
        idle("heartbeats in bulks", cluster);
        beats.demandSuccess();
        print("  of %.0f heartbeats/s", (next.get() - from) / ((System.nanoTime() - start) / 1e9));
      }
      print("start again: ready after %.1f s", restartSeconds(node));
      if (instances.count() != count) {
        throw new IllegalStateException(instances.count() + " are there");
      }
    }
  }

  private void register(Load load, MusterCluster cluster, Instances instances) throws Exception {
    AtomicInteger next = new AtomicInteger();
    List<Connection> connections = load.connect(cluster.uris(), IN_FLIGHT);
    long end = System.nanoTime() + REGISTERED_WITHIN.toNanos();
    while (next.get() < count && System.nanoTime() < end) {
      load.run(
          connections,
          Duration.ofSeconds(2),
          // What is there already is registered again by who comes too late in a round.
          (c, n) ->
              instances.registerMany(
                  c, Math.min(next.getAndAdd(Instances.BULK), count - Instances.BULK)));
    }
    load.close(connections);
    long there = instances.count();
    if (there != count) {
      throw new IllegalStateException(there + " instances are registered, not " + count);
    }
  }

  /** The share of one core that the node takes while nobody asks it anything else. */
  private static void idle(String what, MusterCluster cluster) throws Exception {
    long before = Jvm.cpuNanos(Measured.handles(cluster));
    long start = System.nanoTime();
    Thread.sleep(QUIET.toMillis());
    double share =
        (Jvm.cpuNanos(Measured.handles(cluster)) - before) / (double) (System.nanoTime() - start);
    print("%-30s %.1f %% of a core", what, 100 * share);
  }

  private static double restartSeconds(MusterProcess node) {
    node.kill();
    long start = System.nanoTime();
    node.start().awaitReady();
    return (System.nanoTime() - start) / 1e9;
  }
}

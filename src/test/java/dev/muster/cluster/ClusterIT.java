package dev.muster.cluster;

import static org.junit.jupiter.api.Assertions.fail;

import dev.muster.cluster.Nemesis.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three real processes under work while one fault after the other strikes them. At the end: no
 * acknowledged write is lost, none was applied twice, the replicas are byte-identical, no watcher
 * missed a change or saw one twice or out of order, no reader went back, and the history of all
 * operations is linearizable.
 *
 * <p>{@code -Dmuster.seed=N} repeats the order of faults of an earlier run; {@code -Psoak} lets
 * faults strike at random for {@code -Dmuster.soak.minutes} (10).
 */
class ClusterIT {
  private static final int VIOLATIONS_SHOWN = 20;

  private final long seed = Long.getLong("muster.seed", System.nanoTime());
  private final Path logs = Path.of("target", "cluster-logs", "ClusterIT-" + seed);

  @TempDir Path data;

  @Test
  void keepsItsPromisesThroughEveryFault() throws Exception {
    List<Fault> faults = new ArrayList<>(Arrays.asList(Fault.values()));
    Collections.shuffle(faults, new Random(seed));
    run(
        nemesis -> {
          for (Fault fault : faults) {
            nemesis.strike(fault);
          }
        });
  }

  @Test
  @Tag("soak")
  void keepsItsPromisesForLong() throws Exception {
    Random random = new Random(seed);
    List<Fault> faults = List.of(Fault.values());
    long end =
        System.nanoTime() + Duration.ofMinutes(Long.getLong("muster.soak.minutes", 10)).toNanos();
    run(
        nemesis -> {
          while (System.nanoTime() < end) {
            nemesis.strike(faults.get(random.nextInt(faults.size())));
          }
        });
  }

  private interface Strikes {
    void on(Nemesis nemesis) throws IOException;
  }

  private void run(Strikes strikes) throws Exception {
    try (MusterCluster cluster =
        new MusterCluster(3, data, logs).jvm("-Xmx256m", "-XX:TieredStopAtLevel=1")) {
      // So small that every node takes many snapshots, and lives from them after its restarts.
      cluster.nodes().forEach(node -> node.set("muster.data.snapshot-log-bytes", "200000"));
      cluster.start();
      Workload workload = new Workload(cluster.uris(), seed);
      workload.start();
      Nemesis nemesis = new Nemesis(cluster, workload, seed);
      try {
        strikes.on(nemesis);
        long last = workload.finish();
        List<String> violations =
            new ArrayList<>(new Judge(workload).violations(cluster.uris(), last));
        Set<String> digests = cluster.digests();
        if (digests.size() != 1) {
          violations.add("the replicas differ: " + digests);
        }
        report(nemesis, violations, null);
      } catch (Exception | AssertionError e) {
        report(nemesis, List.of(), e);
      } finally {
        workload.history.writeTo(logs.resolve("history.txt"));
        Files.write(logs.resolve("faults.txt"), nemesis.notes());
      }
    }
  }

  private void report(Nemesis nemesis, List<String> violations, Throwable failure) {
    if (violations.isEmpty() && failure == null) {
      return;
    }
    String shown = violations.stream().limit(VIOLATIONS_SHOWN).collect(Collectors.joining("\n"));
    fail(
        "seed %d, faults %s, history and logs of the nodes in %s, %d violations:%n%s"
            .formatted(seed, nemesis.notes(), logs.toAbsolutePath(), violations.size(), shown),
        failure);
  }
}

package dev.muster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** See {@link Delivery}. The full size runs with {@code -Psoak}. */
class DeliveryIT {
  private final Path logs = Path.of("target", "cluster-logs", "DeliveryIT-" + System.nanoTime());

  @TempDir Path data;

  @Test
  void nobodyIsToldAnythingOlderAndNobodyMissesTheLastValue() throws Exception {
    run(new Delivery.Size(100, 1_000, 150));
  }

  @Test
  @Tag("soak")
  void norDoAThousandClientsOfTenThousandPublishes() throws Exception {
    run(new Delivery.Size(1_000, 10_000, 100));
  }

  private void run(Delivery.Size size) throws Exception {
    try (MusterCluster cluster =
        new MusterCluster(3, data, logs).jvm("-Xmx256m", "-XX:TieredStopAtLevel=1")) {
      cluster.start();
      Delivery.Report report = new Delivery(cluster, size).run();
      System.out.println(size + ": " + report.latencies());
      assertEquals(List.of(), report.violations().stream().limit(20).toList());
    }
  }
}

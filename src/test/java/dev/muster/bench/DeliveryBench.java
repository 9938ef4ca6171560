package dev.muster.bench;

import dev.muster.cluster.Delivery;
import dev.muster.cluster.MusterCluster;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long until what is published reaches a thousand clients, on three nodes of the packaged jar
 * of which one stands still for a while. Arguments: clients, publishes, publishes per second. How
 * to run it: {@code docs/performance.md}.
 */
public final class DeliveryBench {
  private DeliveryBench() {}

  public static void main(String[] arguments) throws Exception {
    Delivery.Size size =
        new Delivery.Size(
            argument(arguments, 0, 1_000),
            argument(arguments, 1, 10_000),
            argument(arguments, 2, 100));
    Path directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "bench-");
    try (MusterCluster cluster =
        new MusterCluster(3, directory.resolve("data"), directory.resolve("logs"))) {
      cluster.start();
      Delivery.Report report = new Delivery(cluster, size).run();
      System.out.println(size + ": " + report.latencies());
      report.violations().forEach(System.out::println);
    }
  }

  private static int argument(String[] arguments, int index, int otherwise) {
    return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
  }
}

package dev.muster.bench;

import dev.muster.cluster.MusterCluster;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a batch poll that waits keeps in memory: of the same items as all others, as the instances
 * of one application have it, and of items of its own. Prints bytes for each, with its connection.
 */
public final class PollBench {
  private static final int POLLS = 300;
  private static final long SETTLED_MILLIS = 5_000;

  private PollBench() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "bench-");
    try (MusterCluster cluster =
            new MusterCluster(1, directory.resolve("data"), directory.resolve("logs"));
        Load load = new Load()) {
      cluster.start();
      for (int items : List.of(16, 100, 3_000)) {
        for (boolean same : List.of(true, false)) {
          System.out.printf(
              Locale.ROOT,
              "%,5d items, %s: %,.0f bytes for each of %d parked batch polls%n",
              items,
              same ? "the same " : "different",
              bytesEach(cluster, load, items, same),
              POLLS);
        }
      }
    }
  }

  private static double bytesEach(MusterCluster cluster, Load load, int items, boolean same)
      throws Exception {
    URI node = cluster.uris().get(0);
    long pid = cluster.nodes().get(0).pid();
    long before = Jvm.liveHeapBytes(pid);
    List<Connection> connections = load.connect(List.of(node), POLLS);
    CountDownLatch ended = new CountDownLatch(POLLS);
    AtomicInteger early = new AtomicInteger();
    for (int i = 0; i < POLLS; i++) {
      Connection connection = connections.get(i);
      Buffer request = request(node, items, same ? 0 : i);
      load.onLoop(
          () ->
              connection.send(
                  request,
                  status -> {
                    early.addAndGet(status == Connection.BROKEN ? 0 : 1);
                    ended.countDown();
                  }));
    }
    Thread.sleep(SETTLED_MILLIS);
    long parked = Jvm.liveHeapBytes(pid);
    if (early.get() > 0) {
      throw new IllegalStateException(early + " polls were answered");
    }
    load.close(connections);
    if (!ended.await(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException(ended.getCount() + " connections are not closed");
    }
    return (parked - before) / (double) POLLS;
  }

  private static Buffer request(URI node, int items, int of) {
    List<String> known = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      known.add(
          "{\"namespace\":\"shop\",\"name\":\"application-%d/part-%d.yaml\"}".formatted(of, i));
    }
    String body = "{\"items\":[" + String.join(",", known) + "]}";
    return Connection.encode(
        "POST",
        node,
        "/api/v1/poll",
        body,
        "Content-Type",
        "application/json",
        "Prefer",
        "wait=60");
  }
}

package dev.muster.bench;

import dev.muster.cluster.MusterClient;
import dev.muster.cluster.MusterCluster;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Long polls of one item that wait, and how long until the last one is told. */
final class Parked {
  static final int POLLS = 5_000;
  static final int CLIENTS = 1_000;
  private static final Duration SETTLED_AFTER = Duration.ofSeconds(2);
  private static final Duration PARKED_AFTER = Duration.ofMillis(300);
  private static final long ANSWERED_WITHIN_SECONDS = 30;

  private final Load load;
  private final MusterCluster cluster;
  private final String item;
  private final MusterClient admin = new MusterClient(Duration.ofSeconds(30));

  Parked(Load load, MusterCluster cluster, String item) {
    this.load = load;
    this.cluster = cluster;
    this.item = item;
  }

  /**
   * What one round showed.
   *
   * @param lastMillis from sending the write until the last poll was answered
   * @param connectionBytes heap of the first node for each connection that waits for nothing
   * @param pollBytes heap of the first node for each poll that waits, without its connection
   * @param failed polls that were answered by something else than the new content
   */
  record Result(double lastMillis, double connectionBytes, double pollBytes, int failed) {}

  Result round(String value) throws Exception {
    List<URI> nodes = cluster.uris();
    URI first = nodes.get(0);
    long pid = cluster.nodes().get(0).pid();
    double onFirst = Math.ceil(POLLS / (double) nodes.size());
    String etag = admin.get(first, item).expect(200).etag();
    long empty = Jvm.liveHeapBytes(pid);
    List<Connection> connections = load.connect(nodes, POLLS);
    Answers unchanged = sendAll(connections, polls(nodes, etag, 0), 304);
    unchanged.await();
    long connected = Jvm.liveHeapBytes(pid);
    Answers changed = sendAll(connections, polls(nodes, etag, 60), 200);
    Thread.sleep(SETTLED_AFTER.toMillis());
    long parked = Jvm.liveHeapBytes(pid);
    long start = System.nanoTime();
    admin.put(first, item, value, "Content-Type", "text/plain").expect(200);
    changed.await();
    double lastMillis = (System.nanoTime() - start) / 1e6;
    load.close(connections);
    return new Result(
        lastMillis,
        (connected - empty) / onFirst,
        (parked - connected) / onFirst,
        unchanged.others.get() + changed.others.get());
  }

  /**
   * Publishes again and again, each time when all clients wait: how long from sending the write
   * until the last of {@link #CLIENTS} has the whole new content.
   */
  Latencies publishes(int count, Supplier<String> values) throws Exception {
    List<URI> nodes = cluster.uris();
    URI first = nodes.get(0);
    Latencies latencies = new Latencies();
    List<Connection> connections = load.connect(nodes, CLIENTS);
    String etag = admin.get(first, item).expect(200).etag();
    for (int i = 0; i < count; i++) {
      Answers changed = sendAll(connections, polls(nodes, etag, 60), 200);
      Thread.sleep(PARKED_AFTER.toMillis());
      long start = System.nanoTime();
      etag = admin.put(first, item, values.get(), "Content-Type", "text/plain").expect(200).etag();
      changed.await();
      latencies.add(System.nanoTime() - start);
      if (changed.others.get() > 0) {
        throw new IllegalStateException(changed.others + " polls were answered otherwise");
      }
    }
    load.close(connections);
    return latencies;
  }

  private List<Buffer> polls(List<URI> nodes, String etag, int waitSeconds) {
    return nodes.stream()
        .map(
            node ->
                Connection.encode(
                    "GET",
                    node,
                    item,
                    null,
                    "If-None-Match",
                    etag,
                    "Prefer",
                    "wait=" + waitSeconds))
        .toList();
  }

  private Answers sendAll(List<Connection> connections, List<Buffer> requests, int expected) {
    Answers answers = new Answers(connections.size(), expected);
    load.onLoop(
        () -> {
          for (int i = 0; i < connections.size(); i++) {
            connections.get(i).send(requests.get(i % requests.size()), answers::count);
          }
        });
    return answers;
  }

  private static final class Answers {
    final AtomicInteger others = new AtomicInteger();
    private final CountDownLatch left;
    private final int expected;

    Answers(int count, int expected) {
      left = new CountDownLatch(count);
      this.expected = expected;
    }

    void count(int status) {
      if (status != expected) {
        others.incrementAndGet();
      }
      left.countDown();
    }

    void await() throws InterruptedException {
      if (!left.await(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(left.getCount() + " polls were not answered");
      }
    }
  }
}

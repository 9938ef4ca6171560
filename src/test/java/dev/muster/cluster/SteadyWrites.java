package dev.muster.cluster;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Writers that publish a configuration item each, again and again, at all nodes in turn. */
final class SteadyWrites implements AutoCloseable {
  private static final String NAMESPACE = "/api/v1/namespaces/writes";
  private static final Duration SOME_WITHIN = Duration.ofSeconds(30);
  private static final int SOME = 100;
  private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

  private final List<URI> nodes;
  private final MusterClient client = new MusterClient(Duration.ofSeconds(10));
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final Queue<String> refused = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  SteadyWrites(List<URI> nodes, int writers) throws IOException {
    this.nodes = nodes;
    client.putJson(nodes.get(0), NAMESPACE, Map.of()).expect(201);
    for (int i = 0; i < writers; i++) {
      String item = NAMESPACE + "/configs/item-" + i;
      int first = i;
      Thread thread = new Thread(() -> run(item, first), "writer-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void run(String item, int first) {
    for (int number = first; !closed; number++) {
      URI node = nodes.get(number % nodes.size());
      try {
        client.put(node, item, "value " + number, "Content-Type", "text/plain").expect(200, 201);
        acknowledged.incrementAndGet();
      } catch (IOException | AssertionError failed) {
        refused.add(item + " " + number + " at " + node + ": " + failed);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Waits until some more are acknowledged. */
  void awaitSome() {
    int until = acknowledged.get() + SOME;
    Await.until(
        SOME_WITHIN,
        () -> until + " writes are acknowledged; refused were " + refused,
        () -> acknowledged.get() >= until);
  }

  /** Those that were not acknowledged, and why. */
  List<String> refused() {
    return List.copyOf(refused);
  }

  @Override
  public void close() {
    closed = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.muster.bench;

import static dev.muster.bench.LoadBench.print;

import dev.muster.cluster.MusterClient;
import dev.muster.cluster.MusterCluster;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How long until each of a thousand long polls, over all nodes, has a list without an instance that
 * has gone: because its process was killed and nothing is heard of it any more, or because it
 * deregistered.
 */
final class Departure {
  static final int SUBSCRIBERS = 1_000;
  private static final String SERVICE = Instances.NAMESPACE + "/services/departing/instances";
  private static final String FIT = SERVICE + "?health=passing";
  private static final int OTHERS = 10;

  /** The shortest that there is: rounds are short, and what comes on top of it is the question. */
  private static final int TTL_SECONDS = 2;

  private static final Duration PARKED_AFTER = Duration.ofMillis(500);
  private static final long ANSWERED_WITHIN_SECONDS = 30;

  private final Load load;
  private final List<URI> nodes;
  private final MusterClient admin;
  private final AtomicInteger numbers = new AtomicInteger();

  Departure(Load load, MusterCluster cluster, MusterClient admin) {
    this.load = load;
    this.nodes = cluster.uris();
    this.admin = admin;
  }

  void run(int rounds) throws Exception {
    for (int i = 0; i < OTHERS; i++) {
      register("other-" + i, Instances.TTL_SECONDS);
    }
    Latencies firstKnows = new Latencies();
    Latencies allKnow = new Latencies();
    Latencies deregistered = new Latencies();
    for (int i = 0; i < rounds; i++) {
      killed(firstKnows, allKnow);
      deregistered(deregistered);
    }
    print(
        "kill -9 of an instance with a ttl of %d s until %d subscribers on %d nodes know: from its"
            + " last heartbeat, first p50 %.0f ms, last p50 %.0f ms, last max %.0f ms;"
            + " from the end of the ttl, last p50 %.0f ms, last max %.0f ms",
        TTL_SECONDS,
        SUBSCRIBERS,
        nodes.size(),
        firstKnows.percentileMillis(50),
        allKnow.percentileMillis(50),
        allKnow.percentileMillis(100),
        allKnow.percentileMillis(50) - 1e3 * TTL_SECONDS,
        allKnow.percentileMillis(100) - 1e3 * TTL_SECONDS);
    print(
        "deregistration until the last of them knows: p50 %.0f ms, max %.0f ms",
        deregistered.percentileMillis(50), deregistered.percentileMillis(100));
  }

  private void killed(Latencies firstKnows, Latencies allKnow) throws Exception {
    String id = "killed-" + numbers.incrementAndGet(); // its own: what comes and goes is held back
    register(id, TTL_SECONDS);
    List<Connection> connections = load.connect(nodes, SUBSCRIBERS);
    String known = tag();
    renew(id);
    Told told = park(connections, known);
    Thread.sleep(PARKED_AFTER.toMillis());
    renew(id); // its process is killed as soon as that is acknowledged
    long lastHeartbeat = System.nanoTime();
    told.await();
    firstKnows.add(told.firstNanos - lastHeartbeat);
    allKnow.add(told.lastNanos - lastHeartbeat);
    load.close(connections);
  }

  private void deregistered(Latencies latencies) throws Exception {
    String id = "deregistered-" + numbers.incrementAndGet();
    register(id, Instances.TTL_SECONDS);
    List<Connection> connections = load.connect(nodes, SUBSCRIBERS);
    Told told = park(connections, tag());
    Thread.sleep(PARKED_AFTER.toMillis());
    long begun = System.nanoTime();
    admin.delete(nodes.get(0), SERVICE + "/" + id).expect(200);
    told.await();
    latencies.add(told.lastNanos - begun);
    load.close(connections);
  }

  private void register(String id, int ttlSeconds) throws IOException {
    String body = Instances.body(numbers.get(), ttlSeconds);
    admin
        .put(nodes.get(0), SERVICE + "/" + id, body, "Content-Type", "application/json")
        .expect(201);
  }

  private void renew(String id) throws IOException {
    admin.put(nodes.get(0), SERVICE + "/" + id + "/lease", "").expect(200);
  }

  private String tag() throws IOException {
    return admin.get(nodes.get(0), FIT + "&consistency=linearizable").expect(200).etag();
  }

  private Told park(List<Connection> connections, String tag) {
    Told told = new Told();
    load.onLoop(
        () -> {
          for (int i = 0; i < connections.size(); i++) {
            connections.get(i).send(poll(nodes.get(i % nodes.size()), tag, i), told::count);
          }
        });
    return told;
  }

  private static Buffer poll(URI node, String tag, int subscriber) {
    return Connection.encode(
        "GET",
        node,
        FIT,
        null,
        "If-None-Match",
        tag,
        "Prefer",
        "wait=30",
        "Muster-Client",
        "subscriber-" + subscriber);
  }

  /** Counts on the event loop; read when all have come. */
  private static final class Told {
    private final CountDownLatch left = new CountDownLatch(SUBSCRIBERS);
    private volatile long firstNanos;
    private volatile long lastNanos;
    private final AtomicInteger others = new AtomicInteger();

    void count(int status) {
      lastNanos = System.nanoTime();
      firstNanos = firstNanos == 0 ? lastNanos : firstNanos;
      if (status != 200) {
        others.incrementAndGet();
      }
      left.countDown();
    }

    void await() throws InterruptedException {
      if (!left.await(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS) || others.get() > 0) {
        throw new IllegalStateException(
            left.getCount() + " polls were not answered, " + others + " otherwise than meant");
      }
    }
  }
}

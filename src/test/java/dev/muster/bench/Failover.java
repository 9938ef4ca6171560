package dev.muster.bench;

import dev.muster.cluster.MusterClient;
import dev.muster.cluster.MusterCluster;
import dev.muster.cluster.MusterProcess;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long nobody's writes are acknowledged when the leader is killed. Writers work on the other
 * nodes and try again at once.
 */
final class Failover {
  private static final int WRITERS_OF_A_NODE = 4;
  private static final Duration BEFORE = Duration.ofSeconds(2);
  private static final Duration AFTER = Duration.ofSeconds(8);

  private final MusterCluster cluster;
  private final String items;

  Failover(MusterCluster cluster, String items) {
    this.cluster = cluster;
    this.items = items;
  }

  /** The longest time without an acknowledged write around one kill, in milliseconds. */
  double round() throws Exception {
    MusterProcess leader = cluster.leader();
    Gap gap = new Gap();
    List<Thread> writers = new ArrayList<>();
    long end = System.nanoTime() + BEFORE.plus(AFTER).toNanos();
    for (MusterProcess node : cluster.nodes()) {
      for (int i = 0; node != leader && i < WRITERS_OF_A_NODE; i++) {
        String path = items + "failover-" + node.name() + "-" + i;
        Thread writer = new Thread(() -> write(node.uri(), path, end, gap));
        writers.add(writer);
        writer.start();
      }
    }
    Thread.sleep(BEFORE.toMillis());
    gap.begin();
    leader.kill();
    for (Thread writer : writers) {
      writer.join();
    }
    gap.acknowledged(); // so that writes that never came back count as well
    leader.start().awaitReady();
    return gap.longestNanos.get() / 1e6;
  }

  private static void write(URI node, String path, long endNanos, Gap gap) {
    MusterClient client = new MusterClient(Duration.ofSeconds(1));
    for (int i = 0; System.nanoTime() < endNanos; i++) {
      try {
        int status = client.put(node, path, "value " + i, "Content-Type", "text/plain").status();
        if (status == 200 || status == 201) {
          gap.acknowledged();
        } else {
          Thread.sleep(5);
        }
      } catch (IOException e) {
        // the gap shows it
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static final class Gap {
    final AtomicLong longestNanos = new AtomicLong();
    private long lastNanos = System.nanoTime();

    synchronized void begin() {
      lastNanos = System.nanoTime();
      longestNanos.set(0);
    }

    synchronized void acknowledged() {
      long now = System.nanoTime();
      longestNanos.accumulateAndGet(now - lastNanos, Math::max);
      lastNanos = now;
    }
  }
}

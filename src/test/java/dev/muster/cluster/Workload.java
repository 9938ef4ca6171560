package dev.muster.cluster;

import dev.muster.cluster.history.History;
import dev.muster.cluster.history.Outcome;
import dev.muster.cluster.history.Outcome.Done;
import dev.muster.cluster.history.Outcome.Found;
import dev.muster.cluster.history.Outcome.Missing;
import dev.muster.cluster.history.Reading;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients of one namespace that work on while the cluster is hurt: writers, compare-and-set
 * clients, counters, readers, pollers and watchers, each at home on another node. Everything they
 * see is recorded.
 */
final class Workload {
  static final String NAMESPACE = "cluster-it";
  static final String COUNTER = "counter";
  static final List<String> POLLED = List.of("polled-0", "polled-1");

  private static final int WRITERS = 3;
  private static final int SWAPPERS = 2;
  private static final int COUNTERS = 2;
  private static final int READERS = 3;
  private static final int KEYS_OF_A_PHASE = 3;
  private static final int PAUSE_MILLIS_MAX = 20;
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(8);
  private static final Duration ENDED_WITHIN = Duration.ofSeconds(60);

  final History history = new History();
  final Queue<String> surprises = new ConcurrentLinkedQueue<>();
  final Queue<Reading> readings = new ConcurrentLinkedQueue<>();
  final List<WatchingClient> watchers = new ArrayList<>();
  final List<PollingClient> pollers = new ArrayList<>();

  private final List<URI> nodes;
  private final MusterClient client = new MusterClient(REQUEST_TIMEOUT);
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong values = new AtomicLong();
  private final List<Thread> workers = new ArrayList<>();
  private final List<Thread> listeners = new ArrayList<>();
  private final Random random;
  private final AtomicInteger phase = new AtomicInteger();
  private volatile boolean working = true;
  private volatile boolean over;

  Workload(List<URI> nodes, long seed) {
    this.nodes = nodes;
    this.random = new Random(seed);
  }

  /** Makes the namespace and the keys that always exist, then lets everybody begin. */
  void start() throws Exception {
    URI first = nodes.get(0);
    long created =
        client
            .putJson(first, "/api/v1/namespaces/" + NAMESPACE, java.util.Map.of())
            .expect(200, 201)
            .revision();
    RecordedClient founder = client("founder", 0);
    must(founder.create(COUNTER, "0"));
    for (String key : POLLED) {
      must(founder.create(key, "begin"));
    }
    for (int i = 0; i < nodes.size(); i++) {
      WatchingClient watcher =
          new WatchingClient("watcher-" + i, nodes, i, NAMESPACE, created, client);
      watchers.add(watcher);
      listen(watcher.name(), watcher::run);
    }
    for (int i = 0; i < POLLED.size(); i++) {
      PollingClient poller =
          new PollingClient(
              "poller-" + i, nodes, i, NAMESPACE, POLLED.get(i), client, readings, surprises);
      pollers.add(poller);
      listen("poller-" + i, () -> poller.run(() -> over));
    }
    work("writer-", WRITERS, this::writeAnything);
    work("swapper-", SWAPPERS, this::swap);
    work("incrementer-", COUNTERS, this::increment);
    for (int i = 0; i < READERS; i++) {
      SessionReader reader =
          new SessionReader("reader-" + i, nodes, i, NAMESPACE, client, readings, surprises);
      loop("reader-" + i, random.nextLong(), r -> reader.read(key(r)));
    }
  }

  /** Goes on to fresh keys, so that what got no answer in one phase does not burden the next. */
  void nextPhase() {
    phase.incrementAndGet();
  }

  /** How many writes were acknowledged so far. */
  long acknowledged() {
    return acknowledged.get();
  }

  /** Waits until so many more writes have been acknowledged. */
  void awaitProgress(int writes, Duration within) {
    long target = acknowledged() + writes;
    Await.until(
        within,
        () -> "writes are acknowledged again: " + acknowledged() + " of " + target,
        () -> acknowledged() >= target);
  }

  /**
   * Ends the work, writes a last value to every key that somebody listens to, and waits until all
   * who listen have heard it. Returns the last revision.
   */
  long finish() throws InterruptedException {
    working = false;
    for (Thread worker : workers) {
      worker.join();
    }
    long last = 0;
    RecordedClient finisher = client("finisher", 0);
    for (String key : POLLED) {
      last = Math.max(last, writeUntilAcknowledged(finisher, key));
    }
    over = true;
    for (PollingClient poller : pollers) {
      poller.endAt(last);
    }
    for (WatchingClient watcher : watchers) {
      watcher.endAt(last);
    }
    long deadline = System.nanoTime() + ENDED_WITHIN.toNanos();
    for (Thread listener : listeners) {
      listener.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      if (listener.isAlive()) {
        surprises.add(listener.getName() + " had not heard of revision " + last + " in the end");
      }
    }
    return last;
  }

  private long writeUntilAcknowledged(RecordedClient client, String key) {
    while (true) {
      if (client.write(key, nextValue(client)) instanceof Done done) {
        return done.revision();
      }
    }
  }

  private void writeAnything(RecordedClient client, Random random) {
    String key = key(random);
    switch (random.nextInt(10)) {
      case 0, 1 -> client.read(key);
      case 2 -> count(client.create(key, nextValue(client)));
      case 3 -> count(client.delete(key));
      case 4 -> {
        String polled = POLLED.get(random.nextInt(POLLED.size()));
        count(client.write(polled, nextValue(client)));
      }
      default -> count(client.write(key, nextValue(client)));
    }
  }

  private void swap(RecordedClient client, Random random) {
    String key = key(random);
    Outcome read = client.read(key);
    if (read instanceof Found found) {
      count(client.compareAndSet(key, found.revision(), nextValue(client)));
    } else if (read instanceof Missing) {
      count(client.create(key, nextValue(client)));
    }
  }

  private void increment(RecordedClient client, Random random) {
    if (client.read(COUNTER) instanceof Found found) {
      String next = Long.toString(Long.parseLong(found.value()) + 1);
      count(client.compareAndSet(COUNTER, found.revision(), next));
    }
  }

  private String key(Random random) {
    return "p" + phase.get() + "-k" + random.nextInt(KEYS_OF_A_PHASE);
  }

  private String nextValue(RecordedClient client) {
    return client.name() + "-" + values.incrementAndGet();
  }

  private void count(Outcome outcome) {
    if (outcome instanceof Done) {
      acknowledged.incrementAndGet();
    }
  }

  private static void must(Outcome outcome) {
    if (!(outcome instanceof Done)) {
      throw new AssertionError("the cluster is whole, and a write got " + outcome);
    }
  }

  private RecordedClient client(String name, int firstNode) {
    return new RecordedClient(name, nodes, firstNode, NAMESPACE, client, history, surprises);
  }

  private interface Work {
    void once(RecordedClient client, Random random);
  }

  private interface Step {
    void once(Random random);
  }

  private void work(String name, int count, Work work) {
    for (int i = 0; i < count; i++) {
      RecordedClient client = client(name + i, i);
      loop(client.name(), random.nextLong(), r -> work.once(client, r));
    }
  }

  private void loop(String name, long seed, Step step) {
    Random own = new Random(seed);
    workers.add(
        thread(
            name,
            () -> {
              while (working) {
                step.once(own);
                LockSupport.parkNanos(
                    Duration.ofMillis(ThreadLocalRandom.current().nextInt(PAUSE_MILLIS_MAX))
                        .toNanos());
              }
            }));
  }

  private void listen(String name, Runnable body) {
    listeners.add(thread(name, body));
  }

  private Thread thread(String name, Runnable body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (Throwable e) {
                surprises.add(name + " ended with " + e);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}

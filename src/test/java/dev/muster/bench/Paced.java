package dev.muster.bench;

import dev.muster.bench.Load.Requests;
import dev.muster.bench.Load.Result;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests at a steady rate, whether earlier ones are answered or not; each counts from when
 * it was due, so that those that have to wait for a slow one before them are not flattered. Its
 * state lives on the load's event loop.
 */
final class Paced implements AutoCloseable {
  private final Load load;
  private final List<Connection> connections;
  private final Requests requests;
  private final long everyNanos;
  private final Deque<Integer> free = new ArrayDeque<>();
  private final Queue<Long> due = new ArrayDeque<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private Latencies latencies = new Latencies();
  private long nextNanos = System.nanoTime();
  private long takenNanos = nextNanos;
  private int number;
  private int failed;
  private int firstFailure;

  /**
   * Begins at once.
   *
   * @param connections as many as requests may be under way; the rest waits, and that counts
   */
  Paced(Load load, List<Connection> connections, int perSecond, Requests requests) {
    this.load = load;
    this.connections = connections;
    this.requests = requests;
    this.everyNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    for (int i = 0; i < connections.size(); i++) {
      free.add(i);
    }
    var unused =
        clock.scheduleAtFixedRate(() -> load.onLoop(this::tick), 1, 1, TimeUnit.MILLISECONDS);
  }

  /** What has been answered since the last time. */
  Result take() throws Exception {
    CompletableFuture<Result> taken = new CompletableFuture<>();
    load.onLoop(
        () -> {
          long now = System.nanoTime();
          double seconds = (now - takenNanos) / 1e9;
          taken.complete(new Result(latencies.count() / seconds, latencies, failed, firstFailure));
          latencies = new Latencies();
          failed = 0;
          takenNanos = now;
        });
    return taken.get(30, TimeUnit.SECONDS);
  }

  private void tick() {
    long now = System.nanoTime();
    while (nextNanos <= now) {
      due.add(nextNanos);
      nextNanos += everyNanos;
    }
    while (!due.isEmpty() && !free.isEmpty()) {
      send(free.remove(), due.remove());
    }
  }

  private void send(int which, long dueNanos) {
    connections
        .get(which)
        .send(
            requests.next(which, number++),
            status -> {
              if (status / 100 == 2) {
                latencies.add(System.nanoTime() - dueNanos);
              } else {
                firstFailure = failed == 0 ? status : firstFailure;
                failed++;
              }
              if (status != Connection.BROKEN) {
                free.add(which);
                tick();
              }
            });
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}

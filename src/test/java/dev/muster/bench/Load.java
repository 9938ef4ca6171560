package dev.muster.bench;

import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Keeps a number of requests in flight, each on a connection of its own, and measures. One event
 * loop, since the client shares the machine with the nodes.
 */
final class Load implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final int CONNECTING_MAX = 250;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final NetClient net =
      vertx.createNetClient(
          new NetClientOptions().setTcpNoDelay(true).setConnectTimeout(2_000).setTrustAll(false));

  /**
   * What came of a run.
   *
   * @param failed answers of another status than 2xx and 304, and none at all
   * @param firstFailure the status of the first of them
   */
  record Result(double perSecond, Latencies latencies, int failed, int firstFailure) {}

  /** Opens connections, to the nodes in turn. */
  List<Connection> connect(List<URI> nodes, int count) throws Exception {
    List<Connection> connections = new ArrayList<>();
    while (connections.size() < count) {
      List<Future<Connection>> opening = new ArrayList<>();
      int until = Math.min(count, connections.size() + CONNECTING_MAX);
      for (int i = connections.size(); i < until; i++) {
        URI node = nodes.get(i % nodes.size());
        opening.add(onLoop(() -> Connection.open(net, node)));
      }
      CompositeFuture all = await(Future.all(opening));
      connections.addAll(all.<Connection>list());
    }
    return connections;
  }

  /**
   * Runs for a while with one request in flight on each of the connections.
   *
   * @param requests makes the n-th request, given the number of its connection and n
   */
  Result run(List<Connection> connections, Duration duration, Requests requests) throws Exception {
    CompletableFuture<Result> result = new CompletableFuture<>();
    Run run = new Run(connections.size(), duration, requests, result);
    vertx.runOnContext(
        ignored -> {
          for (int i = 0; i < connections.size(); i++) {
            run.fire(connections.get(i), i);
          }
        });
    return result.get(duration.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What to send next. */
  interface Requests {
    Buffer next(int connection, int number);
  }

  /** The same request for all, encoded for each of the nodes. */
  static Requests same(List<URI> nodes, IntFunction<Buffer> ofNode) {
    List<Buffer> encoded = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      encoded.add(ofNode.apply(i));
    }
    return (connection, number) -> encoded.get(connection % encoded.size());
  }

  /** Runs on the event loop, on which all connections live. */
  void onLoop(Runnable task) {
    vertx.runOnContext(ignored -> task.run());
  }

  void close(List<Connection> connections) {
    onLoop(() -> connections.forEach(Connection::close));
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private <T> Future<T> onLoop(java.util.function.Supplier<Future<T>> task) {
    io.vertx.core.Promise<T> promise = io.vertx.core.Promise.promise();
    vertx.runOnContext(ignored -> task.get().onComplete(promise));
    return promise.future();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /** One closed loop. */
  private static final class Run {
    private final Latencies latencies = new Latencies();
    private final long startNanos = System.nanoTime();
    private final long endNanos;
    private final Requests requests;
    private final CompletableFuture<Result> result;
    private int open;
    private int number;
    private int failed;
    private int firstFailure;

    Run(int open, Duration duration, Requests requests, CompletableFuture<Result> result) {
      this.open = open;
      this.endNanos = startNanos + duration.toNanos();
      this.requests = requests;
      this.result = result;
    }

    void fire(Connection connection, int which) {
      long begun = System.nanoTime();
      if (begun >= endNanos) {
        end(begun);
        return;
      }
      connection.send(
          requests.next(which, number++),
          status -> {
            if (status / 100 == 2 || status == 304) {
              latencies.add(System.nanoTime() - begun);
            } else {
              firstFailure = failed == 0 ? status : firstFailure;
              failed++;
            }
            if (status == Connection.BROKEN) {
              end(System.nanoTime());
            } else {
              fire(connection, which);
            }
          });
    }

    private void end(long now) {
      if (--open == 0) {
        double seconds = (now - startNanos) / 1e9;
        result.complete(new Result(latencies.count() / seconds, latencies, failed, firstFailure));
      }
    }
  }
}

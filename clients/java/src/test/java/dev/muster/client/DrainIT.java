package dev.muster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real servers that take the requests of many threads, balanced by {@link ServiceInstances#pick}:
 * one that was drained is sent none any more from the moment on that the drain is confirmed, though
 * some who send learn of it late.
 */
class DrainIT {
  private static final int BACKENDS = 4;
  private static final int CONSUMERS = 3;
  private static final int CALLERS_EACH = 4;
  private static final int REQUESTS_EACH = 50;

  /** So late one of the consumers is told: long enough to be sent to who is not waited for. */
  private static final long LATE_MILLIS = 500;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private final List<Caller> callers = new ArrayList<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();

  @TempDir private Path directory;
  private MusterNode node;

  /** The id of the instance that nobody may pick any more; empty for none. */
  private volatile String drained = "";

  private volatile boolean ended;

  @BeforeEach
  void start() throws Exception {
    node = new MusterNode(directory.resolve("node")).start();
    toClose.add(node::close);
  }

  @AfterEach
  void stop() throws Exception {
    ended = true;
    for (Caller caller : callers) {
      caller.join();
    }
    for (int i = toClose.size() - 1; i >= 0; i--) {
      toClose.get(i).close();
    }
  }

  @Test
  void nobodyIsSentRequestsOnceItsDrainIsConfirmed() throws Exception {
    List<Backend> backends = new ArrayList<>();
    Muster provider = client(node.uri());
    provider.createNamespace();
    for (int i = 0; i < BACKENDS; i++) {
      Backend backend = new Backend("web-" + i);
      backends.add(backend);
      provider.register("web", Instance.of(backend.id, "127.0.0.1", backend.port()));
    }
    SlowLine line = new SlowLine(node.uri(), LATE_MILLIS);
    toClose.add(line);
    for (int i = 0; i < CONSUMERS; i++) {
      ServiceWatch watch = client(i == 0 ? line.uri() : node.uri()).watch("web");
      Await.until("all are discovered", () -> watch.instances().instances().size() == BACKENDS);
      for (int j = 0; j < CALLERS_EACH; j++) {
        callers.add(new Caller(watch));
      }
    }
    callers.forEach(Thread::start);

    for (Backend backend : backends) {
      awaitRequests(backend, "before its drain");
      String answer = send(drain(backend).header("Prefer", "wait=30").PUT(nothing()));
      drained = backend.id;
      assertTrue(answer.contains("\"drained\":true"), answer);
      awaitOfEach(1); // those that were under way at that moment
      long before = backend.requests.get();
      awaitOfEach(REQUESTS_EACH);
      assertEquals(before, backend.requests.get(), backend.id + " was sent requests: " + answer);
      assertEquals(List.of(), List.copyOf(violations));

      drained = "";
      send(drain(backend).DELETE());
      awaitRequests(backend, "after its drain was taken back");
    }
    assertEquals(List.of(), List.copyOf(violations));
  }

  private void awaitRequests(Backend backend, String when) throws Exception {
    long before = backend.requests.get();
    Await.until(backend.id + " is sent requests " + when, () -> backend.requests.get() > before);
  }

  /** Waits until each caller has ended so many more requests, all but the first begun since. */
  private void awaitOfEach(int requests) throws Exception {
    long[] until = callers.stream().mapToLong(caller -> caller.done.get() + requests).toArray();
    Await.until(
        requests + " requests of each caller; failed: " + violations,
        () -> {
          long[] done = callers.stream().mapToLong(caller -> caller.done.get()).toArray();
          return IntStream.range(0, done.length).allMatch(i -> done[i] >= until[i]);
        });
  }

  private Muster client(URI server) {
    Muster client = Muster.builder().server(server).namespace("shop").build();
    toClose.add(client);
    return client;
  }

  private HttpRequest.Builder drain(Backend backend) {
    String path = "/api/v1/namespaces/shop/services/web/instances/" + backend.id + "/drain";
    return HttpRequest.newBuilder(node.uri().resolve(path)).timeout(Duration.ofSeconds(40));
  }

  private String send(HttpRequest.Builder request) throws Exception {
    var answer = http.send(request.build(), BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.body();
  }

  private static HttpRequest.BodyPublisher nothing() {
    return HttpRequest.BodyPublishers.noBody();
  }

  /** A server that counts what it is sent. */
  private final class Backend {
    final String id;
    final AtomicLong requests = new AtomicLong();
    private final HttpServer server;

    Backend(String id) throws IOException {
      this.id = id;
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      ExecutorService threads = Executors.newFixedThreadPool(4);
      server.setExecutor(threads);
      server.createContext(
          "/",
          exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      server.start();
      toClose.add(
          () -> {
            server.stop(0);
            threads.shutdownNow();
          });
    }

    int port() {
      return server.getAddress().getPort();
    }
  }

  /** Picks an instance and sends it a request, again and again. */
  private final class Caller extends Thread {
    final AtomicLong done = new AtomicLong();
    private final ServiceWatch watch;

    Caller(ServiceWatch watch) {
      this.watch = watch;
      setDaemon(true);
    }

    @Override
    public void run() {
      while (!ended) {
        String forbidden = drained; // read first: whoever is picked then must not be this one
        Instance instance = watch.instances().pick(ThreadLocalRandom.current()).orElseThrow();
        if (instance.id().equals(forbidden)) {
          violations.add(forbidden + " was picked after its drain was confirmed");
        }
        URI uri = URI.create("http://" + instance.address() + ":" + instance.port() + "/");
        try {
          int status =
              http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                  .statusCode();
          assertEquals(204, status);
        } catch (Exception | AssertionError failed) {
          violations.add(instance.id() + " did not answer: " + failed);
        }
        done.incrementAndGet();
      }
    }
  }
}

package dev.muster.client;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * A server that answers what it was told to, in that order, and what it was told last from then on;
 * and remembers what it was asked. Requests for which nothing is told wait until something is.
 */
final class FakeServer implements AutoCloseable {
  /** What it was asked. */
  record Asked(String method, String path, Headers headers, String body) {
    String header(String name) {
      return headers.getFirst(name);
    }
  }

  /** What it shall answer; status 0 closes the connection without an answer. */
  record Told(int status, Map<String, String> headers, String body) {
    Told with(String name, String value) {
      Map<String, String> more = new java.util.TreeMap<>(headers);
      more.put(name, value);
      return new Told(status, more, body);
    }
  }

  private record Waiting(Asked asked, CompletableFuture<Told> answer) {}

  private static final int BACKLOG = 1_024;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final Queue<Told> told = new ArrayDeque<>();
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private final List<Asked> asked = new ArrayList<>();
  private Told always;

  FakeServer() {
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Content of an item. */
  static Told item(long revision, String content) {
    return new Told(
        200,
        Map.of(
            "ETag", "\"" + revision + "\"",
            "Muster-Revision", "" + revision,
            "Content-Type", "text/plain"),
        content);
  }

  static Told json(int status, long revision, String json) {
    return new Told(
        status,
        Map.of(
            "ETag", "\"" + revision + "\"",
            "Muster-Revision", "" + revision,
            "Content-Type", "application/json"),
        json);
  }

  static Told unchanged(long etag, long revision) {
    return new Told(304, Map.of("ETag", "\"" + etag + "\"", "Muster-Revision", "" + revision), "");
  }

  static Told problem(int status, String code, String more) {
    return new Told(
        status,
        Map.of("Content-Type", "application/problem+json"),
        "{\"status\":" + status + ",\"code\":\"" + code + "\",\"detail\":\"told so\"" + more + "}");
  }

  static Told hangUp() {
    return new Told(0, Map.of(), "");
  }

  /** The next answers. */
  synchronized FakeServer tell(Told... answers) {
    for (Told answer : answers) {
      Waiting waiter = waiting.poll();
      if (waiter == null) {
        told.add(answer);
      } else {
        waiter.answer.complete(answer);
      }
    }
    return this;
  }

  /** The answer to the first request of this kind that waits, now or as soon as one does. */
  void tellWhoever(Predicate<Asked> isMeant, Told answer) throws InterruptedException {
    Await.until("a request to be told " + answer, () -> told(isMeant, answer));
  }

  private synchronized boolean told(Predicate<Asked> isMeant, Told answer) {
    for (Waiting waiter : waiting) {
      if (isMeant.test(waiter.asked)) {
        waiting.remove(waiter);
        return waiter.answer.complete(answer);
      }
    }
    return false;
  }

  /** The answer whenever nothing else is told. */
  synchronized FakeServer always(Told answer) {
    always = answer;
    waiting.forEach(waiter -> waiter.answer.complete(answer));
    waiting.clear();
    return this;
  }

  /** All that it was asked so far. */
  synchronized List<Asked> asked() {
    return List.copyOf(asked);
  }

  Asked asked(int index) throws InterruptedException {
    Await.until("request " + index + " of " + uri(), () -> asked().size() > index);
    return asked().get(index);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Told answer = next(exchange, body).join();
      if (answer.status == 0) {
        throw new IOException("hang up, as told");
      }
      answer.headers.forEach(exchange.getResponseHeaders()::set);
      byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status, bytes.length == 0 ? -1 : bytes.length);
      if (bytes.length > 0) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  private synchronized CompletableFuture<Told> next(HttpExchange exchange, String body) {
    Asked request =
        new Asked(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getRequestHeaders(),
            body);
    asked.add(request);
    Told answer = told.isEmpty() ? always : told.poll();
    if (answer != null) {
      return CompletableFuture.completedFuture(answer);
    }
    Waiting waiter = new Waiting(request, new CompletableFuture<>());
    waiting.add(waiter);
    return waiter.answer;
  }

  @Override
  public void close() {
    server.stop(0);
    synchronized (this) {
      waiting.forEach(waiter -> waiter.answer.complete(hangUp()));
    }
    threads.shutdown();
  }
}

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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A server that answers what it was told to, in that order, and what it was told last from then on;
 * and remembers what it was asked. Requests for which nothing is told wait until something is. What
 * it is told of an item it tells a poll for many items of each of them, in the form of such polls.
 */
final class FakeServer implements AutoCloseable {
  /** What it was asked. */
  record Asked(String method, String path, Headers headers, String body) {
    private static final Pattern ITEM =
        Pattern.compile("\"name\":\"([^\"]*)\",\"revision\":(\\d+)");

    String header(String name) {
      return headers.getFirst(name);
    }

    boolean isBatch() {
      return path.equals("/api/v1/poll");
    }

    /** The items that a poll for many asks for, with the revisions that it has. */
    Map<String, Long> items() {
      Map<String, Long> items = new TreeMap<>();
      ITEM.matcher(body).results().forEach(m -> items.put(m.group(1), Long.valueOf(m.group(2))));
      return items;
    }
  }

  /** What it shall answer; status 0 closes the connection without an answer. */
  record Told(int status, Map<String, String> headers, String body) {
    Told with(String name, String value) {
      Map<String, String> more = new TreeMap<>(headers);
      more.put(name, value);
      return new Told(status, more, body);
    }

    /** The same in the form that was asked for. */
    Told to(Asked asked) {
      String tag = headers.getOrDefault("ETag", "").replace("\"", "");
      if (!asked.isBatch() || tag.isEmpty() || "application/json".equals(type())) {
        return this;
      }
      List<String> changed = new ArrayList<>();
      asked
          .items()
          .forEach(
              (name, revision) -> {
                if (status != 304 && revision != Long.parseLong(tag)) {
                  changed.add(status == 404 ? gone(name) : changed(name, tag, type(), body));
                }
              });
      return polled(Long.parseLong(headers.get("Muster-Revision")), false, changed);
    }

    private String type() {
      return headers.get("Content-Type");
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

  /** An answer to a poll for many items. */
  static Told polled(long revision, boolean more, List<String> changed) {
    return json(
        200,
        revision,
        "{\"revision\":%d,\"changed\":[%s],\"more\":%b}"
            .formatted(revision, String.join(",", changed), more));
  }

  static Told polled(long revision, String... changed) {
    return polled(revision, false, List.of(changed));
  }

  private static String changed(String item, String revision, String type, String content) {
    return ("{\"namespace\":\"default\",\"name\":\"%s\",\"revision\":%s,\"contentType\":\"%s\","
            + "\"content\":\"%s\"}")
        .formatted(item, revision, type, content);
  }

  static String changed(String item, long revision, String content) {
    return changed(item, "" + revision, "text/plain", content);
  }

  static String gone(String item) {
    return "{\"namespace\":\"default\",\"name\":\"%s\",\"revision\":0,\"deleted\":true}"
        .formatted(item);
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
    Await.until("a request to be told " + answer, () -> tellNow(isMeant, answer));
  }

  /** The answer to the first request of this kind that waits now; whether one does. */
  synchronized boolean tellNow(Predicate<Asked> isMeant, Told answer) {
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
      Asked request =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders(),
              body);
      Told answer = next(request).join().to(request);
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

  private synchronized CompletableFuture<Told> next(Asked request) {
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

package dev.muster.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Three ports that answer like the nodes of a cluster out of one map, and lie now and then if told
 * to: shows that the clients and judges of the cluster tests notice.
 */
final class FakeNodes implements AutoCloseable {
  private static final int HONEST_FOR = 60;
  private static final int LIE_ONE_IN = 10;

  /** What a broken cluster might do. */
  enum Lie {
    NONE,
    STALE_READ,
    LOST_WRITE,
    DOUBLE_APPLY,
    BLIND_SWAP,
    MISSED_EVENT,
    REPEATED_EVENT,
    NO_MIN_REVISION
  }

  private record Item(long revision, String value) {}

  private record Event(long revision, String key, String value) {}

  private final Lie lie;
  private final Random random = new Random(1);
  private final List<HttpServer> servers = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Item> items = new HashMap<>();
  private final Map<String, Item> previous = new HashMap<>();
  private final Map<String, String> repeatLater = new HashMap<>();
  private final List<Event> events = new ArrayList<>();
  private long revision;
  private boolean closed;

  FakeNodes(Lie lie) throws IOException {
    // Read once, when the server's classes are loaded: without it every answer takes 40 ms.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    this.lie = lie;
    for (int i = 0; i < 3; i++) {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", this::handle);
      server.setExecutor(threads);
      server.start();
      servers.add(server);
    }
  }

  List<URI> uris() {
    return servers.stream()
        .map(server -> URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
        .toList();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    servers.forEach(server -> server.stop(0));
    threads.shutdownNow();
  }

  private boolean lies(Lie how) {
    return lie == how && revision > HONEST_FOR && random.nextInt(LIE_ONE_IN) == 0;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String key = path.substring(path.lastIndexOf('/') + 1);
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      if (key.equals("configs")) {
        stream(exchange);
      } else if (!path.contains("/configs/")) {
        answer(exchange, 201, null, "{}");
      } else {
        item(exchange, key, body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void item(HttpExchange exchange, String key, String body)
      throws IOException, InterruptedException {
    Item item = items.get(key);
    String ifMatch = exchange.getRequestHeaders().getFirst("If-Match");
    String ifNoneMatch = exchange.getRequestHeaders().getFirst("If-None-Match");
    switch (exchange.getRequestMethod()) {
      case "GET" -> get(exchange, key, ifNoneMatch);
      case "DELETE" -> {
        if (item == null) {
          missing(exchange);
        } else {
          change(key, null);
          answer(exchange, 204, null, "");
        }
      }
      default -> {
        if ("*".equals(ifNoneMatch) && item != null) {
          conflict(exchange, item.revision);
        } else if (ifMatch != null && item == null) {
          missing(exchange);
        } else if (ifMatch != null
            && !ifMatch.equals(quoted(item.revision))
            && !(lie == Lie.BLIND_SWAP && revision > HONEST_FOR)) {
          conflict(exchange, item.revision);
        } else {
          put(exchange, key, body);
        }
      }
    }
  }

  private void put(HttpExchange exchange, String key, String body) throws IOException {
    // Not those that the workload waits for in the end.
    if (!Workload.POLLED.contains(key) && lies(Lie.LOST_WRITE)) {
      answer(exchange, 200, ++revision, "{}");
      return;
    }
    change(key, body);
    long written = revision;
    answer(exchange, 200, written, "{}");
    String again = repeatLater.remove(key);
    if (again != null) {
      change(key, again);
    } else if (lies(Lie.DOUBLE_APPLY)) {
      repeatLater.put(key, body);
    }
  }

  private void get(HttpExchange exchange, String key, String ifNoneMatch)
      throws IOException, InterruptedException {
    Item item = items.get(key);
    boolean linearizable = exchange.getRequestURI().toString().contains("linearizable");
    if (linearizable && lies(Lie.STALE_READ) && previous.get(key) != null) {
      item = previous.get(key);
    }
    if (ifNoneMatch != null) {
      long end = System.currentTimeMillis() + 1_000;
      while (!closed
          && item != null
          && quoted(item.revision).equals(ifNoneMatch)
          && System.currentTimeMillis() < end) {
        wait(100);
        item = items.get(key);
      }
    }
    if (item == null) {
      missing(exchange);
    } else if (quoted(item.revision).equals(ifNoneMatch)) {
      answer(exchange, 304, item.revision, "");
    } else {
      exchange.getResponseHeaders().set("Content-Type", Marked.type(item.value));
      answer(exchange, 200, item.revision, item.value);
    }
  }

  private void stream(HttpExchange exchange) throws IOException, InterruptedException {
    long after = Long.parseLong(exchange.getRequestHeaders().getFirst("Last-Event-ID"));
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    int next = 0;
    while (true) {
      StringBuilder text = new StringBuilder();
      synchronized (this) {
        while (!closed && next == events.size()) {
          wait();
        }
        if (closed) {
          return;
        }
        for (; next < events.size(); next++) {
          Event event = events.get(next);
          if (event.revision > after && !lies(Lie.MISSED_EVENT)) {
            text.append(event(event));
            if (lies(Lie.REPEATED_EVENT)) {
              text.append(event(event));
            }
          }
        }
      }
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  private static String event(Event event) {
    return event.value == null
        ? "id: %d%nevent: delete%ndata: {\"name\":\"%s\"}%n%n".formatted(event.revision, event.key)
        : "id: %d%nevent: put%ndata: {\"name\":\"%s\",\"contentType\":\"%s\"}%n%n"
            .formatted(event.revision, event.key, Marked.type(event.value));
  }

  private void change(String key, String value) {
    Item before = items.get(key);
    if (before != null && before.value.equals(value)) {
      return;
    }
    revision++;
    previous.put(key, before);
    if (value == null) {
      items.remove(key);
    } else {
      items.put(key, new Item(revision, value));
    }
    events.add(new Event(revision, key, value));
    notifyAll();
  }

  private static String quoted(long revision) {
    return "\"" + revision + "\"";
  }

  private void missing(HttpExchange exchange) throws IOException {
    problem(exchange, 404, "{\"code\":\"unknown-item\"}");
  }

  private void conflict(HttpExchange exchange, long actual) throws IOException {
    problem(exchange, 412, "{\"code\":\"revision-conflict\",\"actual\":" + actual + "}");
  }

  private void problem(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
    answer(exchange, status, null, body);
  }

  private void answer(HttpExchange exchange, int status, Long etag, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    if (etag != null) {
      exchange.getResponseHeaders().set("ETag", quoted(etag));
    }
    long told = lies(Lie.NO_MIN_REVISION) ? revision - 50 : revision;
    exchange.getResponseHeaders().set("Muster-Revision", Long.toString(told));
    boolean empty = status == 304 || status == 204;
    exchange.sendResponseHeaders(status, empty ? -1 : bytes.length);
    if (!empty) {
      exchange.getResponseBody().write(bytes);
    }
  }
}

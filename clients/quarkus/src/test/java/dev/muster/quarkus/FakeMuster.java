package dev.muster.quarkus;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Items of one namespace in memory, with polls for many of them: what everyday tests need of a
 * Muster.
 */
public final class FakeMuster implements AutoCloseable {
  private static final long WAIT_MILLIS_MAX = 30_000;

  private static final Pattern POLLED =
      Pattern.compile("\"name\":\"([^\"]*)\",\"revision\":(\\d+)");

  private record Item(long revision, String contentType, String content) {}

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final String namespace;
  private final String prefix;
  private final Map<String, Item> items = new TreeMap<>();
  private long revision = 1;
  private boolean closed;

  public FakeMuster(String namespace) {
    this.namespace = namespace;
    prefix = "/api/v1/namespaces/" + namespace + "/configs/";
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public synchronized FakeMuster put(String item, String content) {
    revision++;
    String type = item.endsWith(".json") ? "application/json" : "text/plain;charset=UTF-8";
    items.put(item, new Item(revision, type, content));
    notifyAll();
    return this;
  }

  public synchronized FakeMuster delete(String item) {
    revision++;
    items.remove(item);
    notifyAll();
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.equals("/api/v1/poll")) {
        poll(exchange);
        return;
      }
      Item item;
      long now;
      synchronized (this) {
        String name = path.startsWith(prefix) ? path.substring(prefix.length()) : "";
        if (exchange.getRequestMethod().equals("PUT")) {
          put(name, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          written(exchange);
          return;
        }
        if (closed) {
          return;
        }
        item = items.get(name);
        now = revision;
      }
      answer(exchange, item, now);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void poll(HttpExchange exchange) throws IOException, InterruptedException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, Long> known = new TreeMap<>();
    POLLED.matcher(body).results().forEach(m -> known.put(m.group(1), Long.valueOf(m.group(2))));
    boolean waits = !"wait=0".equals(exchange.getRequestHeaders().getFirst("Prefer"));
    String changed;
    long now;
    synchronized (this) {
      long end = System.currentTimeMillis() + WAIT_MILLIS_MAX;
      while (waits && !closed && changed(known).isEmpty() && System.currentTimeMillis() < end) {
        wait(end - System.currentTimeMillis());
      }
      if (closed) {
        return;
      }
      changed = changed(known);
      now = revision;
    }
    byte[] answer =
        "{\"revision\":%d,\"changed\":[%s],\"more\":false}"
            .formatted(now, changed)
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Muster-Revision", Long.toString(now));
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
  }

  private String changed(Map<String, Long> known) {
    return known.keySet().stream()
        .filter(name -> revision(name) != known.get(name))
        .map(this::json)
        .collect(Collectors.joining(","));
  }

  private long revision(String name) {
    Item item = items.get(name);
    return item == null ? 0 : item.revision;
  }

  private String json(String name) {
    Item item = items.get(name);
    return "{\"namespace\":\"%s\",\"name\":\"%s\",\"revision\":%d,%s}"
        .formatted(
            namespace,
            name,
            revision(name),
            item == null
                ? "\"deleted\":true"
                : "\"contentType\":\"%s\",\"contentBase64\":\"%s\""
                    .formatted(
                        item.contentType,
                        Base64.getEncoder()
                            .encodeToString(item.content.getBytes(StandardCharsets.UTF_8))));
  }

  private void written(HttpExchange exchange) throws IOException {
    byte[] body = "{\"result\":\"replaced\"}".getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Muster-Revision", Long.toString(revision));
    exchange.getResponseHeaders().set("ETag", "\"" + revision + "\"");
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  private static String tag(Item item) {
    return "\"" + (item == null ? 0 : item.revision) + "\"";
  }

  private static void answer(HttpExchange exchange, Item item, long revision) throws IOException {
    exchange.getResponseHeaders().set("Muster-Revision", Long.toString(revision));
    exchange.getResponseHeaders().set("ETag", tag(item));
    exchange
        .getResponseHeaders()
        .set("Content-Type", item == null ? "application/problem+json" : item.contentType);
    byte[] body =
        (item == null ? "{\"status\":404,\"code\":\"unknown-item\"}" : item.content)
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(item == null ? 404 : 200, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    server.stop(0);
    threads.shutdown();
  }
}

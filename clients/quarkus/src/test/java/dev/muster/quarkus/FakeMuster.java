package dev.muster.quarkus;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Items of one namespace in memory, with long polls: what everyday tests need of a Muster. */
public final class FakeMuster implements AutoCloseable {
  private static final long WAIT_MILLIS_MAX = 30_000;

  private record Item(long revision, String contentType, String content) {}

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final String prefix;
  private final Map<String, Item> items = new TreeMap<>();
  private long revision = 1;
  private boolean closed;

  public FakeMuster(String namespace) {
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
      Item item;
      long now;
      boolean isKnown;
      synchronized (this) {
        String name = path.startsWith(prefix) ? path.substring(prefix.length()) : "";
        if (exchange.getRequestMethod().equals("PUT")) {
          put(name, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          written(exchange);
          return;
        }
        String known = exchange.getRequestHeaders().getFirst("If-None-Match");
        if (known != null && exchange.getRequestHeaders().containsKey("Prefer")) {
          long end = System.currentTimeMillis() + WAIT_MILLIS_MAX;
          while (known.equals(tag(items.get(name)))
              && !closed
              && System.currentTimeMillis() < end) {
            wait(end - System.currentTimeMillis());
          }
        }
        if (closed) {
          return;
        }
        item = items.get(name);
        now = revision;
        isKnown = tag(item).equals(known);
      }
      answer(exchange, item, now, isKnown);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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

  private static void answer(HttpExchange exchange, Item item, long revision, boolean isKnown)
      throws IOException {
    exchange.getResponseHeaders().set("Muster-Revision", Long.toString(revision));
    exchange.getResponseHeaders().set("ETag", tag(item));
    if (isKnown) {
      exchange.sendResponseHeaders(304, -1);
      return;
    }
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

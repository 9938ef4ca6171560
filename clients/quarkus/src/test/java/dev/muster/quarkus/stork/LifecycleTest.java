package dev.muster.quarkus.stork;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.muster.client.Await;
import dev.muster.client.Muster;
import dev.muster.client.Selection;
import dev.muster.quarkus.Connection;
import io.smallrye.stork.api.ServiceRegistrar.RegistrarOptions;
import io.smallrye.stork.api.config.ConfigWithType;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What outlives a restart in development mode, and what must not. */
@Timeout(60)
class LifecycleTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private HttpServer server;
  private Connection connection;
  @TempDir private Path directory;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    connection = new Connection(List.of(uri), "shop", directory);
  }

  @AfterEach
  void stop() {
    connection.client().close();
    released.countDown();
    server.stop(0);
    threads.shutdown();
  }

  /** Registers what it is told to, and lists nothing, once it is released. */
  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (method.equals("GET")) {
        released.await();
      } else {
        asked.add(
            method
                + " "
                + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      }
      byte[] body = "{\"session\":\"7b\",\"instances\":[]}".getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Muster-Revision", "5");
      exchange.getResponseHeaders().set("ETag", "\"5\"");
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private MusterRegistrar registrar() {
    ConfigWithType nothing =
        new ConfigWithType() {
          @Override
          public String type() {
            return Attributes.TYPE;
          }

          @Override
          public Map<String, String> parameters() {
            return Map.of();
          }
        };
    return new MusterRegistrar(connection.registrations(), new Attributes("a test", nothing));
  }

  private static MusterDiscovery discovery(Muster client) {
    return new MusterDiscovery(client, "cart", Selection.passing(), "", false);
  }

  private static void register(MusterRegistrar registrar, int port, String... tags) {
    registrar
        .registerServiceInstance(
            new RegistrarOptions("cart", "10.0.0.1", port, List.of(tags), Map.of()))
        .await()
        .atMost(Duration.ofSeconds(30));
  }

  @Test
  void theProgramThatComesAfterReplacesWhatWasRegisteredBefore() {
    register(registrar(), 8080);
    MusterRegistrar next = registrar();
    register(next, 8080);
    register(next, 8081);
    assertEquals(
        List.of("PUT", "DELETE", "PUT", "DELETE", "PUT"),
        asked.stream().map(request -> request.substring(0, request.indexOf(' '))).toList());
  }

  @Test
  void aTagThatIsGivenTwiceIsOne() {
    register(registrar(), 8080, "blue", "blue");
    assertEquals(1, asked.get(0).split("blue", -1).length - 1, asked.get(0));
  }

  @Test
  void theClientDoesNotKeepADiscoveryAlive() throws Exception {
    Muster client = connection.client();
    WeakReference<MusterDiscovery> gone = new WeakReference<>(discovery(client));
    Await.until(
        "collected",
        () -> {
          System.gc();
          return gone.get() == null;
        });
  }

  @Test
  void theFirstAnswerIsNotGivenOnTheClientsThread() throws Exception {
    MusterDiscovery discovery = discovery(connection.client());
    CompletableFuture<String> thread = new CompletableFuture<>();
    discovery
        .getServiceInstances()
        .subscribe()
        .with(instances -> thread.complete(Thread.currentThread().getName()));
    released.countDown();
    assertFalse(thread.get().startsWith("muster-client"), thread.get());
  }
}

package dev.muster.quarkus;

import dev.muster.client.Muster;
import dev.muster.client.Precondition;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;

/**
 * A real node, the root project's package, as a process; it is ready and has a configuration before
 * the program of the test starts. The program is told its process id, to kill it.
 */
public final class RealNode implements QuarkusTestResourceLifecycleManager {
  // Below the range from which kernels give ports to outgoing connections: none of those may sit
  // on ours once the node is dead.
  private static final int PORT_FIRST = 15_000;
  private static final int PORT_LAST = 32_000;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Process process;

  @Override
  public Map<String, String> start() {
    try {
      Path directory = Files.createTempDirectory("muster-quarkus-it");
      URI uri = URI.create("http://127.0.0.1:" + freePort());
      startNode(directory, uri);
      try (Muster operator = Muster.builder().server(uri).namespace("shop").build()) {
        operator.createNamespace();
        operator.put(
            "checkout/application.yaml",
            "shop: {greeting: hello, retries: 3}",
            "application/yaml",
            Precondition.none());
      }
      return Map.of(
          "muster.url",
          uri.toString(),
          "muster.cache-directory",
          directory.resolve("cache").toString(),
          "stork.cart.service-discovery.type",
          "muster",
          "stork.cart.service-registrar.type",
          "muster",
          "stork.cart.service-registrar.ttl-seconds",
          "5",
          "test.node.process",
          Long.toString(process.pid()));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void startNode(Path directory, URI uri) throws IOException, InterruptedException {
    Path jar =
        Path.of(System.getProperty("muster.jar", "../../target/quarkus-app/quarkus-run.jar"))
            .toAbsolutePath()
            .normalize();
    if (!Files.exists(jar)) {
      throw new IllegalStateException(
          "there is no "
              + jar
              + ": package the root project first (./mvnw -DskipTests package), or set the system"
              + " property muster.jar");
    }
    Path log = directory.resolve("node.log");
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dmuster.node.name=n1",
                "-Dmuster.data.dir=" + directory.resolve("data"),
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + uri.getPort(),
                "-jar",
                jar.toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Await.until("the node is ready, see " + log, () -> isReady(uri));
  }

  private static int freePort() {
    Random random = new Random();
    while (true) {
      int port = PORT_FIRST + random.nextInt(PORT_LAST - PORT_FIRST);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (IOException taken) {
        // The next one, then.
      }
    }
  }

  private boolean isReady(URI uri) {
    if (!process.isAlive()) {
      throw new AssertionError("the node has ended with exit code " + process.exitValue());
    }
    try {
      HttpRequest request =
          HttpRequest.newBuilder(uri.resolve("/q/health/ready"))
              .timeout(Duration.ofSeconds(2))
              .build();
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void stop() {
    if (process != null) {
      process.destroyForcibly();
    }
  }
}

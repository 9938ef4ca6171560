package dev.muster.client;

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
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A real node, the root project's package, as a process that can be killed and started again on the
 * same port and data.
 */
public final class MusterNode {
  // Below the range from which kernels give ports to outgoing connections: none of those may sit
  // on ours while the node is down.
  private static final int PORT_FIRST = 15_000;
  private static final int PORT_LAST = 32_000;
  private static final int PORT_TRIES_MAX = 1_000;
  private static final long EXIT_SECONDS = 20;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Path directory;
  private final int port;
  private Process process;

  public MusterNode(Path directory) {
    this.directory = directory;
    this.port = freePort();
  }

  private static int freePort() {
    Random random = new Random();
    for (int i = 0; i < PORT_TRIES_MAX; i++) {
      int port = PORT_FIRST + random.nextInt(PORT_LAST - PORT_FIRST);
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return port;
      } catch (IOException taken) {
        // The next one, then.
      }
    }
    throw new AssertionError("no free port from " + PORT_FIRST + " to " + PORT_LAST);
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Starts it and waits until it is ready. */
  public MusterNode start() throws Exception {
    Files.createDirectories(directory);
    Path log = directory.resolve("node.log");
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Dmuster.node.name=n1",
                "-Dmuster.data.dir=" + directory.resolve("data"),
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-jar",
                jar().toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    Await.until("the node is ready, see " + log, this::isReady);
    return this;
  }

  private boolean isReady() {
    if (!process.isAlive()) {
      throw new AssertionError("the node has ended with exit code " + process.exitValue());
    }
    try {
      HttpRequest request =
          HttpRequest.newBuilder(uri().resolve("/q/health/ready"))
              .timeout(Duration.ofSeconds(2))
              .build();
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Of the process that runs, or ran last. */
  public long pid() {
    return process.pid();
  }

  /** kill -9. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the node " + process.pid() + " does not end");
    }
  }

  private static Path jar() {
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
    return jar;
  }

  public void close() throws InterruptedException {
    if (process != null) {
      kill();
    }
  }
}

package dev.muster.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One node of the packaged jar as a process of its own, that can be killed, stopped, continued and
 * started again on the same port and data. One thread drives it.
 */
public final class MusterProcess implements AutoCloseable {
  /** How long a start may take on a machine that is busy with other things. */
  public static final Duration READY_WITHIN = Duration.ofSeconds(60);

  private static final Duration EXIT_WITHIN = Duration.ofSeconds(20);
  private static final int TAIL_LINES = 40;
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  private final String name;
  private final Path data;
  private final Path logs;
  private final int httpPort;
  private final List<String> jvmOptions = new ArrayList<>();
  private final Map<String, String> properties = new TreeMap<>();
  private Process process;
  private Path log;
  private int starts;

  /**
   * A node that is not started yet.
   *
   * @param data its data directory; created where it does not exist
   * @param logs where what it prints goes, one file for each start
   */
  public MusterProcess(String name, Path data, Path logs) {
    this.name = name;
    this.data = data;
    this.logs = logs;
    this.httpPort = Ports.free();
    set("muster.node.name", name);
    set("muster.data.dir", data.toString());
    set("quarkus.http.host", "127.0.0.1");
    set("quarkus.http.port", Integer.toString(httpPort));
  }

  /** Sets a configuration property for the starts to come. */
  public MusterProcess set(String property, String value) {
    properties.put(property, value);
    return this;
  }

  /** Sets options of the JVM for the starts to come. */
  public MusterProcess jvm(String... options) {
    jvmOptions.clear();
    jvmOptions.addAll(List.of(options));
    return this;
  }

  /** Starts the process and returns at once. */
  public MusterProcess start() {
    if (isAlive()) {
      throw new IllegalStateException(name + " is running, pid " + pid());
    }
    try {
      Files.createDirectories(data);
      Files.createDirectories(logs);
      log = logs.resolve(name + "-" + ++starts + ".log");
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(jvmOptions);
      properties.forEach((property, value) -> command.add("-D" + property + "=" + value));
      command.add("-jar");
      command.add(jar().toString());
      process =
          new ProcessBuilder(command)
              .directory(data.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      process.getOutputStream().close();
      Guardian.guard(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Waits until the node says that it is ready; fails at once if it ends instead. */
  public MusterProcess awaitReady() {
    Await.until(
        READY_WITHIN,
        () -> name + " is ready; its log ends with\n" + tail(),
        () -> {
          if (!isAlive()) {
            throw new AssertionError(
                name
                    + " ended with exit code "
                    + process.exitValue()
                    + "; its log ends with\n"
                    + tail());
          }
          return isReady();
        });
    return this;
  }

  public boolean isReady() {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(uri().resolve("/q/health/ready"))
              .timeout(Duration.ofSeconds(2))
              .build();
      return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** kill -9, and waits until the process is gone. */
  public void kill() {
    if (process != null) {
      process.destroyForcibly();
      awaitExit();
    }
  }

  /** SIGTERM, and waits until the process is gone. Returns its exit code. */
  public int stop() {
    process.destroy();
    return awaitExit();
  }

  /** Waits until the process has ended by itself; returns its exit code. */
  public int awaitExit() {
    try {
      if (!process.waitFor(EXIT_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            name + " has not ended within " + EXIT_WITHIN + "; its log ends with\n" + tail());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** SIGSTOP: the process is there, its sockets are open, and it does nothing. */
  public void pause() {
    signal("STOP");
  }

  /** SIGCONT: it goes on as if no time had passed. */
  public void resume() {
    signal("CONT");
  }

  /** Takes all data away, as a new disk would. Only while the process is not running. */
  public void emptyData() {
    if (isAlive()) {
      throw new IllegalStateException(name + " is running");
    }
    try {
      Files.walkFileTree(data, new Deleter());
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  public String name() {
    return name;
  }

  public Path data() {
    return data;
  }

  /** What this start has printed so far. */
  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int httpPort() {
    return httpPort;
  }

  /** Where it answers, without a path. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + httpPort);
  }

  @Override
  public void close() {
    kill();
  }

  /** The jar under test. */
  public static Path jar() {
    Path jar =
        Path.of(System.getProperty("muster.jar", "target/quarkus-app/quarkus-run.jar"))
            .toAbsolutePath();
    if (!Files.exists(jar)) {
      throw new IllegalStateException(
          "there is no " + jar + "; package it first, or set the system property muster.jar");
    }
    return jar;
  }

  private void signal(String signal) {
    try {
      int exit =
          new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
              .inheritIO()
              .start()
              .waitFor();
      if (exit != 0) {
        throw new IllegalStateException("kill -" + signal + " " + pid() + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String tail() {
    List<String> lines = output().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()))
        + "\n(all of it in "
        + log.toAbsolutePath()
        + ")";
  }

  private static final class Deleter extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}

package dev.muster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.cluster.MusterClient.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The first day of use, on one node with no configuration, kill -9 included. */
class SingleNodeIT {
  private static final String ITEM = "/api/v1/namespaces/shop/configs/checkout/application.yaml";
  private static final String INSTANCES = "/api/v1/namespaces/shop/services/payment/instances";

  private final MusterClient client = new MusterClient(Duration.ofSeconds(20));

  @TempDir Path data;
  private MusterProcess node;
  private URI uri;

  @BeforeEach
  void start(TestInfo test) throws IOException {
    Path logs =
        Path.of(
            "target", "cluster-logs", "SingleNodeIT", test.getTestMethod().orElseThrow().getName());
    node = new MusterProcess("n1", data.resolve("n1"), logs);
    node.start().awaitReady();
    uri = node.uri();
    client.putJson(uri, "/api/v1/namespaces/shop", Map.of()).expect(201);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void nothingAcknowledgedIsLostByAKill() throws Exception {
    Answer published =
        client.put(uri, ITEM, "a: 1", "Content-Type", "application/yaml").expect(201);
    Answer poll = pollWhile(published.etag(), () -> client.put(uri, ITEM, "a: 2").expect(200));
    assertEquals("a: 2", poll.expect(200).text());
    client.putJson(uri, INSTANCES + "/p1", instance()).expect(201);
    assertEquals(Set.of("p1"), passing());

    node.kill();
    node.start().awaitReady();

    Answer again = client.get(uri, ITEM).expect(200);
    assertEquals("a: 2", again.text());
    assertEquals(poll.etag(), again.etag());
    assertTrue(again.revision() >= poll.revision());
    assertEquals(Set.of("p1"), passing());
    Answer next = client.put(uri, ITEM, "a: 3", "If-Match", again.etag()).expect(200);
    assertTrue(next.modifiedRevision() > again.modifiedRevision());
  }

  @Test
  void everyAcknowledgedWriteSurvivesAKillInTheMiddleOfWriting() throws Exception {
    for (int round = 0; round < 3; round++) {
      int acknowledged = writeUntilKilled("k" + round);
      node.start().awaitReady();
      String value = client.get(uri, item("k" + round)).expect(200).text();
      // One more may have been under way, and made it without an answer.
      assertTrue(
          Set.of(Integer.toString(acknowledged), Integer.toString(acknowledged + 1))
              .contains(value),
          () -> "acknowledged " + acknowledged + ", found " + value);
    }
  }

  /** 6,000 items and a release of each are more than a revision may delete. */
  @Test
  void theNameOfADeletedNamespaceIsFreeOnceItsHistoriesAreGone() throws Exception {
    String keys =
        IntStream.range(0, 6_000)
            .mapToObj(i -> "{\"key\":\"x" + i + "\",\"flags\":0,\"value\":\"\"}")
            .collect(Collectors.joining(",", "[", "]"));
    String many = "/api/v1/namespaces/many";
    client.putJson(uri, many, Map.of()).expect(201);
    assertEquals(
        6_000,
        client.send(uri, "POST", many + "/import", keys).expect(200).json().get("created").asInt());
    client.delete(uri, many + "?force=true").expect(200);
    client.get(uri, many + "/history").expect(404);
    Await.until(
        Duration.ofSeconds(60),
        () -> "the name is free",
        () -> {
          Answer created = client.putJson(uri, many, Map.of());
          if (created.status() != 201) {
            assertEquals("namespace-not-gone", created.expect(409).json().get("code").asText());
          }
          return created.status() == 201;
        });
    assertEquals(0, client.get(uri, many + "/history").expect(200).json().get("items").size());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void listensOnItsHttpPortOnly() throws IOException {
    assertEquals(Set.of(node.httpPort()), ListeningPorts.of(node.pid()));
  }

  @Test
  void whatIsNotHttpIsAnsweredWithAProblem() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.httpPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write("hello\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.contains("\"code\":\"malformed-request\""), answer);
    }
  }

  @Test
  void aNodeThatIsStoppedAnswersThoseWhoWait() throws Exception {
    String etag = client.put(uri, ITEM, "a: 1").expect(201).etag();
    CompletableFuture<Answer> poll =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return client.get(uri, ITEM, "If-None-Match", etag, "Prefer", "wait=15");
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    try (Socket stream = new Socket(InetAddress.getLoopbackAddress(), node.httpPort())) {
      stream.setSoTimeout(20_000);
      String request = "GET " + ITEM + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n";
      stream.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      Await.until(
          Duration.ofSeconds(20),
          () -> "both wait",
          () -> client.get(uri, "/q/metrics").text().contains("muster_watchers_parked 2.0"));
      node.stop();
      assertEquals(304, poll.get(20, TimeUnit.SECONDS).status());
      String events = new String(stream.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(events.endsWith("\r\n0\r\n\r\n"), events);
      assertTrue(events.indexOf("event: bookmark") < events.lastIndexOf("event: bookmark"), events);
    }
  }

  @Test
  void aNodeThatCannotStartSaysWhyInOneLine() {
    assertRefused("is in use", second -> {});
    assertRefused(
        "quarkus.http.port",
        second ->
            second
                .set("muster.data.dir", data.resolve("n2").toString())
                .set("quarkus.http.port", "" + node.httpPort()));
    assertRefused(
        "muster.cluster.members",
        second ->
            second.set(
                "muster.cluster.members",
                "n1@127.0.0.1:" + node.httpPort() + ",n2@127.0.0.1:1,n3@127.0.0.1:2"));
    assertRefused("muster.request.timeout", second -> second.set("muster.request.timeout", "0s"));
    assertRefused("muster.request.timeout", second -> second.set("muster.request.timeout", "x"));
    assertRefused(
        "does not name this node", second -> second.set("muster.cluster.members", "a@h:1"));
    assertRefused("data directory", second -> second.set("muster.data.dir", "/proc/none"));
  }

  private void assertRefused(String said, Consumer<MusterProcess> change) {
    try (MusterProcess second =
        new MusterProcess("n1", data.resolve("n1"), data.resolve("second"))) {
      change.accept(second);
      second.start();
      assertEquals(78, second.awaitExit(), second::output);
      List<String> errors = second.output().lines().filter(line -> line.contains("ERROR")).toList();
      assertEquals(1, errors.size(), second::output);
      assertTrue(errors.get(0).contains(said), second::output);
      assertFalse(second.output().contains("\tat "), second::output);
    }
  }

  private int writeUntilKilled(String key) throws Exception {
    CompletableFuture<Integer> writer =
        CompletableFuture.supplyAsync(
            () -> {
              int written = 0;
              try {
                while (true) {
                  client.put(uri, item(key), Integer.toString(written + 1)).expect(200, 201);
                  written++;
                }
              } catch (IOException killed) {
                return written;
              }
            });
    Await.until(
        Duration.ofSeconds(20),
        () -> "some writes",
        () -> {
          Answer answer = client.get(uri, item(key));
          return answer.status() == 200 && Integer.parseInt(answer.text()) > 30;
        });
    node.kill();
    return writer.get(20, TimeUnit.SECONDS);
  }

  private interface Change {
    void make() throws IOException;
  }

  /** Polls, changes something once the node says that somebody waits, and returns the answer. */
  private Answer pollWhile(String etag, Change change) throws Exception {
    CompletableFuture<Answer> poll =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return client.get(uri, ITEM, "If-None-Match", etag, "Prefer", "wait=15");
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    change.make();
    return poll.get(20, TimeUnit.SECONDS);
  }

  private Set<String> passing() throws IOException {
    Set<String> ids = new TreeSet<>();
    client
        .get(uri, INSTANCES + "?health=passing")
        .expect(200)
        .json()
        .path("instances")
        .forEach(instance -> ids.add(instance.path("id").asText()));
    return ids;
  }

  private static String item(String key) {
    return "/api/v1/namespaces/shop/configs/" + key;
  }

  private static Map<String, ?> instance() {
    return Map.of("address", "10.0.0.1", "port", 8080, "ttlSeconds", 3600, "tags", List.of("blue"));
  }

  /** The TCP ports that a process listens on, as Linux tells them. */
  private static final class ListeningPorts {
    private static final String LISTEN = "0A";

    static Set<Integer> of(long pid) throws IOException {
      Path process = Path.of("/proc", Long.toString(pid));
      Set<String> inodes = new TreeSet<>();
      try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
        for (Path descriptor : descriptors.toList()) {
          if (Files.isSymbolicLink(descriptor)) {
            inodes.add(Files.readSymbolicLink(descriptor).toString());
          }
        }
      }
      Set<Integer> ports = new TreeSet<>();
      for (String table : List.of("net/tcp", "net/tcp6")) {
        for (String line : Files.readAllLines(process.resolve(table))) {
          String[] columns = line.trim().split("\\s+", -1);
          if (columns[3].equals(LISTEN) && inodes.contains("socket:[" + columns[9] + "]")) {
            String local = columns[1];
            ports.add(Integer.parseInt(local.substring(local.lastIndexOf(':') + 1), 16));
          }
        }
      }
      return ports;
    }
  }
}

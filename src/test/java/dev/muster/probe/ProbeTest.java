package dev.muster.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.discovery.Health;
import dev.muster.discovery.check.AddressPolicy;
import dev.muster.discovery.check.CheckLimits;
import dev.muster.discovery.check.CheckSpec;
import dev.muster.discovery.check.CheckTerms;
import dev.muster.discovery.check.ProbeResult;
import dev.muster.discovery.check.Prober.Target;
import dev.muster.discovery.check.StatusRanges;
import dev.muster.discovery.check.TlsTerms;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Probes of servers that do as they should, and of servers that do not. */
class ProbeTest {
  private static final int SHORT_MILLIS = 300;
  private static final VertxProber PROBER =
      new VertxProber(AddressPolicy.of(List.of("127.0.0.0/8")), name -> loopback());

  @AfterAll
  static void close() {
    PROBER.close();
  }

  private static List<InetAddress> loopback() {
    return List.of(InetAddress.getLoopbackAddress());
  }

  private static CheckTerms terms(long timeoutMillis) {
    return CheckTerms.of("check").every(60_000, timeoutMillis);
  }

  private static CheckSpec.Http get() {
    return CheckSpec.Http.get(terms(20_000), "/health?deep=1");
  }

  private static CheckSpec.Http get(StatusRanges expected, String bodyContains) {
    return get(terms(20_000), expected, bodyContains, null, Map.of());
  }

  private static CheckSpec.Http get(
      CheckTerms terms,
      StatusRanges expected,
      String bodyContains,
      TlsTerms tls,
      Map<String, String> headers) {
    return new CheckSpec.Http(
        terms, "/health", "GET", new TreeMap<>(headers), expected, bodyContains, tls);
  }

  private static ProbeResult.Found probe(String address, int port, CheckSpec spec) {
    try {
      ProbeResult result = PROBER.probe(new Target(address, port), spec).get(30, TimeUnit.SECONDS);
      return (ProbeResult.Found) result;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static ProbeResult.Found probe(TestServer server, CheckSpec spec) {
    return probe("127.0.0.1", server.port(), spec);
  }

  private static String answer(String status, String body) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private static void assertFound(Health health, String output, ProbeResult.Found found) {
    assertEquals(health, found.health(), found.output());
    assertTrue(found.output().contains(output), found.output());
  }

  private static final int PORT_REFUSED = refusedPort();

  private static int refusedPort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  // ---- HTTP

  @Test
  void aHealthyServerPasses() throws Exception {
    try (TestServer server = TestServer.tcp(TestServer.answering(answer("200 OK", "fine")))) {
      assertEquals(ProbeResult.passing("HTTP 200 OK"), probe(server, get()));
    }
  }

  @Test
  void theRequestIsTheOneThatTheCheckDescribes() throws Exception {
    AtomicReference<String> head = new AtomicReference<>();
    try (TestServer server =
        TestServer.tcp(
            socket -> {
              head.set(TestServer.readHead(socket));
              TestServer.write(socket, answer("200 OK", ""));
            })) {
      CheckSpec.Http spec =
          new CheckSpec.Http(
              terms(20_000),
              "/health?deep=1&x=%20",
              "OPTIONS",
              new TreeMap<>(Map.of("host", "web.example.org", "X-Probe", "yes")),
              StatusRanges.SUCCESS,
              null,
              null);
      assertEquals(Health.PASSING, probe(server, spec).health());
      String lower = head.get().toLowerCase(java.util.Locale.ROOT);
      assertTrue(head.get().startsWith("OPTIONS /health?deep=1&x=%20 HTTP/1.1\r\n"), head.get());
      assertTrue(lower.contains("\r\nhost: web.example.org\r\n"), head.get());
      assertEquals(lower.indexOf("host:"), lower.lastIndexOf("host:"), head.get());
      assertTrue(lower.contains("\r\nx-probe: yes\r\n"), head.get());
      assertTrue(lower.contains("\r\nuser-agent: muster-check\r\n"), head.get());
    }
  }

  @Test
  void statusesAreJudged() throws Exception {
    try (TestServer server =
        TestServer.tcp(TestServer.answering(answer("503 Down", "db\tis\ngone")))) {
      assertEquals(ProbeResult.critical("HTTP 503 Down: db is gone"), probe(server, get()));
      assertFound(
          Health.PASSING, "HTTP 503", probe(server, get(StatusRanges.parse("200-299,503"), null)));
    }
    try (TestServer server =
        TestServer.tcp(TestServer.answering(answer("429 Too Many Requests", "")))) {
      assertFound(Health.WARNING, "HTTP 429", probe(server, get()));
      assertFound(Health.PASSING, "HTTP 429", probe(server, get(StatusRanges.parse("429"), null)));
    }
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    try (TestServer other = TestServer.tcp(TestServer.answering(answer("200 OK", "")));
        TestServer server =
            TestServer.tcp(
                TestServer.answering(
                    "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:"
                        + other.port()
                        + "/\r\nContent-Length: 0\r\n\r\n"))) {
      assertFound(Health.CRITICAL, "HTTP 302", probe(server, get()));
      assertFound(Health.PASSING, "302", probe(server, get(StatusRanges.parse("302"), null)));
      assertEquals(0, other.connections());
    }
  }

  @Test
  void theBodyIsSearched() throws Exception {
    try (TestServer server =
        TestServer.tcp(
            socket -> {
              TestServer.readHead(socket);
              TestServer.write(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              TestServer.write(socket, "5\r\naaaa\"\r\n");
              TestServer.write(socket, "6\r\nstatus\r\n4\r\n\":\"U\r\n3\r\nP\"}\r\n0\r\n\r\n");
            })) {
      assertFound(
          Health.PASSING, "200", probe(server, get(StatusRanges.SUCCESS, "\"status\":\"UP")));
      assertFound(
          Health.CRITICAL, "lacks the text", probe(server, get(StatusRanges.SUCCESS, "DOWN")));
    }
  }

  @Test
  void anEndlessBodyIsReadUpToABound() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (TestServer server =
        TestServer.tcp(
            socket -> {
              TestServer.readHead(socket);
              TestServer.write(socket, "HTTP/1.1 200 OK\r\n\r\n");
              byte[] much = "x".repeat(8_192).getBytes(StandardCharsets.US_ASCII);
              try {
                while (true) {
                  socket.getOutputStream().write(much);
                }
              } finally {
                closed.countDown();
              }
            })) {
      assertFound(
          Health.CRITICAL, "first 64 KiB", probe(server, get(StatusRanges.SUCCESS, "never")));
      assertTrue(closed.await(20, TimeUnit.SECONDS), "the connection is left behind");
      // What nobody asked for is not read at all.
      assertFound(Health.PASSING, "200", probe(server, get()));
    }
  }

  @Test
  void aBodyThatDripsEndsWithTheTimeout() throws Exception {
    TestServer.Behavior drips =
        socket -> {
          TestServer.readHead(socket);
          TestServer.write(socket, "HTTP/1.1 200 OK\r\n\r\n");
          while (true) {
            TestServer.write(socket, "x");
            Thread.sleep(5);
          }
        };
    try (TestServer server = TestServer.tcp(drips)) {
      assertFound(
          Health.CRITICAL,
          "no answer within " + SHORT_MILLIS + " ms",
          probe(server, get(terms(SHORT_MILLIS), StatusRanges.SUCCESS, "never", null, Map.of())));
      assertFound(
          Health.CRITICAL,
          "HTTP 200",
          probe(server, get(terms(SHORT_MILLIS), StatusRanges.parse("204"), null, null, Map.of())));
    }
  }

  @Test
  void silenceEndsWithTheTimeout() throws Exception {
    CountDownLatch closed = new CountDownLatch(3);
    try (TestServer server =
        TestServer.tcp(
            socket -> {
              while (socket.getInputStream().read() >= 0) {}
              closed.countDown();
            })) {
      assertFound(
          Health.CRITICAL,
          "no answer within 300 ms: waiting for the answer",
          probe(server, CheckSpec.Http.get(terms(SHORT_MILLIS), "/")));
      assertFound(
          Health.CRITICAL,
          "no answer within 300 ms: connecting",
          probe(
              server,
              get(terms(SHORT_MILLIS), StatusRanges.SUCCESS, null, TlsTerms.DEFAULT, Map.of())));
      assertFound(
          Health.CRITICAL,
          "no answer within 300 ms",
          probe(server, new CheckSpec.Grpc(terms(SHORT_MILLIS), "", null)));
      assertTrue(closed.await(20, TimeUnit.SECONDS), "a connection is left behind");
    }
  }

  @Test
  void whoRefusesOrHangsUpIsCritical() throws Exception {
    assertFound(Health.CRITICAL, "refused", probe("127.0.0.1", PORT_REFUSED, get()));
    try (TestServer server = TestServer.tcp(socket -> socket.setSoLinger(true, 0))) {
      assertFound(Health.CRITICAL, "", probe(server, get()));
    }
    try (TestServer server = TestServer.tcp(TestServer::readHead)) {
      assertFound(Health.CRITICAL, "waiting for the answer", probe(server, get()));
    }
    try (TestServer server = TestServer.tcp(TestServer.answering("SSH-2.0-OpenSSH_9.2\r\n\r\n"))) {
      assertFound(Health.CRITICAL, "waiting for the answer", probe(server, get()));
    }
    try (TestServer server =
        TestServer.tcp(
            TestServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\ncut off"))) {
      assertFound(Health.CRITICAL, "200", probe(server, get(StatusRanges.SUCCESS, "never")));
    }
  }

  @Test
  void anEndlessHeadIsCritical() throws Exception {
    try (TestServer server =
        TestServer.tcp(
            socket -> {
              TestServer.readHead(socket);
              TestServer.write(socket, "HTTP/1.1 200 OK\r\n");
              while (true) {
                TestServer.write(socket, "x-more: " + "x".repeat(1_000) + "\r\n");
              }
            })) {
      assertFound(Health.CRITICAL, "", probe(server, get()));
    }
  }

  @Test
  void whatIsToldIsBoundedAndPlain() throws Exception {
    String body = "\u001b[31m\u0000" + "é".repeat(5_000);
    try (TestServer server =
        TestServer.tcp(
            socket -> {
              TestServer.readHead(socket);
              TestServer.write(socket, "HTTP/1.1 500 " + "r".repeat(2_000) + "\r\n\r\n" + body);
            })) {
      String output = probe(server, get()).output();
      int bytes = output.getBytes(StandardCharsets.UTF_8).length;
      assertTrue(bytes <= CheckLimits.OUTPUT_BYTES_MAX, bytes + " bytes");
      assertTrue(output.chars().noneMatch(Character::isISOControl), output);
    }
  }

  // ---- TLS

  @Test
  void certificatesAreVerified(@TempDir Path directory) throws Exception {
    Certificates own = Certificates.of(directory, "dns:web.example.org");
    Certificates other = Certificates.of(directory, "dns:other.example.org");
    TestServer.Behavior fine = TestServer.answering(answer("200 OK", ""));
    try (TestServer server = TestServer.tls(own.keys(), fine)) {
      assertFound(
          Health.PASSING,
          "200",
          tls(server, new TlsTerms(true, "web.example.org", own.certificate())));
      assertFound(Health.PASSING, "200", tls(server, new TlsTerms(false, null, null)));
      assertFound(
          Health.CRITICAL,
          "connecting",
          tls(server, new TlsTerms(true, "web.example.org", other.certificate())));
      assertFound(
          Health.CRITICAL,
          "connecting",
          tls(server, new TlsTerms(true, "web2.example.org", own.certificate())));
      assertFound(
          Health.CRITICAL, "connecting", tls(server, new TlsTerms(true, null, own.certificate())));
      assertFound(Health.CRITICAL, "connecting", tls(server, TlsTerms.DEFAULT));
    }
    Certificates byAddress = Certificates.of(directory, "ip:127.0.0.1");
    try (TestServer server = TestServer.tls(byAddress.keys(), fine)) {
      assertFound(
          Health.PASSING, "200", tls(server, new TlsTerms(true, null, byAddress.certificate())));
    }
    try (TestServer server = TestServer.tcp(fine)) {
      assertFound(Health.CRITICAL, "", tls(server, new TlsTerms(false, null, null)));
    }
  }

  private static ProbeResult.Found tls(TestServer server, TlsTerms tls) {
    return probe(server, get(terms(5_000), StatusRanges.SUCCESS, null, tls, Map.of()));
  }

  // ---- TCP

  @Test
  void aConnectionIsEnoughForTcp() throws Exception {
    CheckSpec spec = new CheckSpec.Tcp(terms(20_000));
    CountDownLatch closed = new CountDownLatch(1);
    try (TestServer server =
        TestServer.tcp(
            socket -> {
              while (socket.getInputStream().read() >= 0) {}
              closed.countDown();
            })) {
      assertEquals(ProbeResult.passing("connected"), probe(server, spec));
      assertTrue(closed.await(20, TimeUnit.SECONDS), "the connection is left behind");
    }
    assertFound(Health.CRITICAL, "refused", probe("127.0.0.1", PORT_REFUSED, spec));
  }

  // ---- names

  @Test
  void aNameIsLookedUpOnceAndEveryAddressJudged() throws Exception {
    CheckSpec spec = new CheckSpec.Tcp(terms(20_000));
    AtomicInteger lookups = new AtomicInteger();
    InetAddress inside = InetAddress.getLoopbackAddress();
    InetAddress outside = InetAddress.getByName("127.9.9.9");
    NameResolver rebinding =
        name -> {
          if (name.equals("unknown.example.org")) {
            throw new UnknownHostException(name + ": Name or service not known");
          }
          return lookups.getAndIncrement() % 2 == 0 ? List.of(inside) : List.of(inside, outside);
        };
    try (TestServer server = TestServer.tcp(socket -> socket.getInputStream().read());
        VertxProber prober =
            new VertxProber(AddressPolicy.of(List.of("127.0.0.1/32")), rebinding)) {
      Target target = new Target("db.example.org", server.port());
      assertEquals(ProbeResult.passing("connected"), get(prober.probe(target, spec)));
      assertEquals(1, lookups.get());
      assertEquals(
          ProbeResult.critical("127.9.9.9 is not allowed by muster.checks.allow"),
          get(prober.probe(target, spec)));
      assertEquals(1, server.connections());
      assertEquals(
          ProbeResult.critical("127.9.9.9 is not allowed by muster.checks.allow"),
          get(prober.probe(new Target("127.9.9.9", server.port()), spec)));
      assertEquals(
          ProbeResult.critical("the host name unknown.example.org is not known"),
          get(prober.probe(new Target("unknown.example.org", 1), spec)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "db.example.org: Temporary failure in name resolution",
        "db.example.org: Try again",
        "db.example.org" // what the JDK remembers of a failure, whichever it was
      })
  void aNameServerThatDoesNotAnswerSaysNothingOfTheInstance(String failure) throws Exception {
    assertInstanceOf(ProbeResult.NotAsked.class, lookedUpInVain(failure));
  }

  private ProbeResult lookedUpInVain(String failure) throws Exception {
    NameResolver failing =
        name -> {
          throw new UnknownHostException(failure);
        };
    try (VertxProber prober = new VertxProber(AddressPolicy.of(List.of("127.0.0.1/32")), failing)) {
      CheckSpec spec = new CheckSpec.Tcp(terms(SHORT_MILLIS));
      return get(prober.probe(new Target("db.example.org", 1), spec));
    }
  }

  @Test
  void aLookupThatHangsEndsWithTheTimeoutAndSaysNothingOfTheInstance() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    NameResolver hanging =
        name -> {
          try {
            never.await();
          } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
          }
          throw new UnknownHostException(name);
        };
    try (VertxProber prober = new VertxProber(AddressPolicy.of(List.of("127.0.0.1/32")), hanging)) {
      CheckSpec spec = new CheckSpec.Tcp(terms(SHORT_MILLIS));
      List<CompletableFuture<ProbeResult>> probes =
          java.util.stream.IntStream.range(0, 20)
              .mapToObj(i -> prober.probe(new Target("slow.example.org", 1), spec))
              .toList();
      long tooLong = 0;
      for (CompletableFuture<ProbeResult> probe : probes) {
        ProbeResult.NotAsked notAsked = assertInstanceOf(ProbeResult.NotAsked.class, get(probe));
        tooLong += notAsked.reason().contains("took too long") ? 1 : 0;
      }
      assertEquals(8, tooLong, "the others did not even begin");
    } finally {
      never.countDown();
    }
  }

  private static ProbeResult get(CompletableFuture<ProbeResult> probe) throws Exception {
    return probe.get(30, TimeUnit.SECONDS);
  }
}

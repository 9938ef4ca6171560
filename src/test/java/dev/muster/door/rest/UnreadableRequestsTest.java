package dev.muster.door.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Requests that cannot be read are answered with problems, and the connection is closed. On a bare
 * server: Netty finds the extension only where both are of one class loader, as in a real process.
 */
class UnreadableRequestsTest {
  private static final AtomicInteger reached = new AtomicInteger();
  private static Vertx vertx;
  private static int port;

  @BeforeAll
  static void listen() throws Exception {
    vertx = Vertx.vertx();
    Router router = Router.router(vertx);
    Filters filters = new Filters();
    Gate gate = new Gate();
    gate.register(filters);
    gate.register(router);
    router.route().order(-1).handler(filters.getFilters().get(0).getHandler());
    router.route("/ping").handler(context -> context.response().end("pong"));
    router
        .put("/body")
        .handler(
            context ->
                Bodies.bytes(context, 9, context.request().getParam("slow") == null ? 30_000 : 1)
                    .subscribe()
                    .with(
                        body -> context.response().end("read"),
                        failure ->
                            AnswerWriter.write(context, Problems.answer(Problems.of(failure)))));
    router.delete("/x").handler(context -> context.response().end("" + reached.incrementAndGet()));
    HttpServerOptions options =
        new HttpServerOptions().setMaxHeaderSize(16_384).setMaxInitialLineLength(8_192);
    new StrictRequests.Limits().customizeHttpServer(options);
    HttpServer server =
        vertx
            .createHttpServer(options)
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    port = server.actualPort();
  }

  @AfterAll
  static void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      Http.write(socket, request);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static final String POST = "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\n";

  static void assertProblem(String answer, int status, String code) {
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    assertTrue(answer.contains("content-type: application/problem+json"), answer);
    assertTrue(answer.contains("\"status\":" + status + ",\"code\":\"" + code + "\""), answer);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, invalid-content-length",
    "x, invalid-content-length",
    "1.0, invalid-content-length",
    "+1, invalid-content-length",
    "'1, 2', invalid-content-length",
    "'1\r\nContent-Length: 2', invalid-content-length",
    "99999999999999999999, invalid-content-length",
  })
  void lengthsThatAreNone(String length, String code) throws IOException {
    assertProblem(raw(POST + "Content-Length: " + length + "\r\n\r\n{}"), 400, code);
  }

  @Test
  void aLengthToldBothWaysIsRefusedAndWhatFollowsIsNotRead() throws IOException {
    String answer =
        raw(
            POST
                + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + "DELETE /x HTTP/1.1\r\nHost: x\r\n\r\n");
    assertProblem(answer, 400, "ambiguous-length");
    assertEquals(answer.indexOf("HTTP/1.1"), answer.lastIndexOf("HTTP/1.1"), answer);
    assertEquals(0, reached.get());
  }

  private static final String NEXT = "DELETE /x HTTP/1.1\r\nHost: x\r\n\r\n";

  private static void assertLast(String answer) {
    assertEquals(answer.indexOf("HTTP/1.1"), answer.lastIndexOf("HTTP/1.1"), answer);
    assertEquals(0, reached.get());
  }

  @ParameterizedTest
  @CsvSource({
    "1.1, xchunked",
    "1.1, 'gzip, chunked'",
    "1.1, identity",
    "1.1, ''",
    "1.1, 'chunked\r\nTransfer-Encoding: chunked'",
    "1.1, 'chunked\r\nTransfer-Encoding: identity'",
    "1.0, chunked",
  })
  void aCodingThatIsNotPlainChunksIsRefusedAndWhatFollowsIsNotRead(String version, String coding)
      throws IOException {
    String head = "PUT /body HTTP/" + version + "\r\nHost: x\r\nConnection: keep-alive\r\n";
    String answer = raw(head + "Transfer-Encoding: " + coding + "\r\n\r\n" + NEXT);
    assertProblem(answer, 400, "ambiguous-length");
    assertLast(answer);
    answer = raw(head + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n" + NEXT);
    assertProblem(answer, 400, "ambiguous-length");
    assertLast(answer);
  }

  @Test
  void twoHostsAreRefused() throws IOException {
    String answer = raw("GET /ping HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" + NEXT);
    assertProblem(answer, 400, "invalid-header");
    assertTrue(answer.contains("\"header\":\"Host\""), answer);
    assertLast(answer);
  }

  @Test
  void nothingIsDoneBehindABodyThatIsTooLarge() throws IOException {
    String head = "PUT /body HTTP/1.1\r\nHost: x\r\n";
    String chunked = head + "Transfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n";
    String sized = head + "Content-Length: 1048577\r\n\r\n" + "x".repeat(1_048_577);
    for (String tooLarge : new String[] {chunked, sized}) {
      String answer = raw(tooLarge + NEXT);
      assertProblem(answer, 413, "body-too-large");
      assertLast(answer);
    }
  }

  @Test
  void nothingIsDoneBehindABodyThatCameTooLate() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      Http.write(socket, "PUT /body?slow=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n1");
      String answer = Http.readUntil(socket, "\r\n\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
      Http.write(socket, "2" + NEXT);
      assertLast(
          answer + new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void noClientCanSendWhatTellsOfAnUnreadableRequest() throws IOException {
    String head = "GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    String header = "Muster-Unreadable-Request: URI_TOO_LONG\r\n";
    String answer = raw(head + header + "\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
  }

  @Test
  void whatIsTooLongTellsTheLimit() throws IOException {
    String headers = raw("GET /ping HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(40_000) + "\r\n\r\n");
    assertProblem(headers, 431, "headers-too-large");
    assertTrue(headers.contains("\"max\":16384"), headers);
    String line = raw("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    assertProblem(line, 414, "uri-too-long");
    assertTrue(line.contains("\"max\":8192"), line);
  }

  @ParameterizedTest
  @CsvSource({"hello", "GET", "'GET / HTTP/1.1\r\nbad name: x'"})
  void whatIsNotHttp(String request) throws IOException {
    assertProblem(raw(request + "\r\nHost: x\r\n\r\n"), 400, "malformed-request");
  }

  @Test
  void anAnswerUnderWayComesFirst() throws IOException {
    String answers = raw("GET /ping HTTP/1.1\r\nHost: x\r\n\r\nhello\r\n\r\n");
    assertTrue(answers.startsWith("HTTP/1.1 200"), answers);
    assertProblem(answers.substring(answers.indexOf("HTTP/1.1 400")), 400, "malformed-request");
  }

  @Test
  void aHeadHasNoBody() throws IOException {
    String answer = raw("HEAD / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(40_000) + "\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 431 "), answer);
    assertFalse(answer.contains("{"), answer);
  }
}

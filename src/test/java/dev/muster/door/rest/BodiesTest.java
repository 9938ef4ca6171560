package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class BodiesTest {
  private static final int MAX = 1 << 20;

  @Test
  void theLargestContentFits() {
    String namespace = Http.namespace();
    byte[] content = new byte[MAX];
    content[MAX - 1] = 7;
    given().body(content).put(Http.item(namespace, "big")).then().statusCode(201);
    byte[] read = given().get(Http.item(namespace, "big")).asByteArray();
    assertEquals(MAX, read.length);
    assertEquals(7, read[MAX - 1]);
    given().delete(Http.item(namespace, "big")).then().statusCode(200);
  }

  @Test
  void aDeclaredLengthBeyondTheLimitIsRefusedUnread() throws IOException {
    String answer =
        Http.raw(
            "PUT /api/v1/namespaces/a/configs/b HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
    assertTrue(answer.contains("\"code\":\"body-too-large\""), answer);
    assertTrue(answer.contains("\"max\":1048576"), answer);
  }

  @Test
  void chunksAreReadUpToTheLimitOnly() throws IOException {
    String namespace = Http.namespace();
    try (Socket socket = Http.connect()) {
      Http.write(
          socket,
          "PUT "
              + Http.item(namespace, "x")
              + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
      String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
      for (int i = 0; i < 17; i++) {
        Http.write(socket, chunk);
      }
      String answer = Http.readUntil(socket, "}");
      assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
      assertTrue(answer.contains("\"code\":\"body-too-large\""), answer);
    }
    given().get(Http.item(namespace, "x")).then().statusCode(404);
  }

  @Test
  void aLengthToldTwiceIsRefused() throws IOException {
    String head = "POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n";
    for (String coding : new String[] {"gzip", "xchunked", "identity"}) {
      String answer = Http.raw(head + "Transfer-Encoding: " + coding + "\r\n\r\n{}");
      assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
      assertTrue(answer.contains("\"code\":\"ambiguous-length\""), answer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage;;", "a", "application/json;q=x", "/", "a/b/c;q"})
  void aMalformedAcceptIsNoFailure(String accept) throws IOException {
    for (String path : new String[] {"/api/v1/sessions", "/api/v1/none", "/none"}) {
      String answer =
          Http.raw(
              "GET "
                  + path
                  + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: "
                  + accept
                  + "\r\n\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
      assertTrue(answer.contains("\"code\":\"invalid-header\""), answer);
      assertTrue(answer.contains("\"header\":\"Accept\""), answer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "*", "application/json", "text/html, *; q=.2, */*; q=.2"})
  void aPlainAcceptIsTaken(String accept) {
    given().header("Accept", accept).get("/api/v1/sessions").then().statusCode(200);
  }

  @Test
  void aSlowBodyIsGivenUp() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Router router = Router.router(vertx);
      router
          .put()
          .handler(
              context ->
                  Bodies.bytes(context, MAX, 50)
                      .subscribe()
                      .with(
                          body -> context.response().end("read"),
                          failure ->
                              AnswerWriter.write(context, Problems.answer(Problems.of(failure)))));
      HttpServer server =
          vertx
              .createHttpServer()
              .requestHandler(router)
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
        socket.setSoTimeout(30_000);
        Http.write(socket, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nslow");
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
        assertTrue(answer.contains("\"code\":\"body-timeout\""), answer);
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-www-form-urlencoded",
        "Application/X-WWW-Form-URLEncoded; charset=utf-8",
      })
  void theTypeOfAFormIsNotKept(String type) throws IOException {
    String item = Http.item(Http.namespace(), "x");
    String answer =
        Http.raw(
            "PUT "
                + item
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\nContent-Type: "
                + type
                + "\r\n\r\na=b");
    assertTrue(answer.startsWith("HTTP/1.1 201"), answer);
    given()
        .get(item)
        .then()
        .statusCode(200)
        .header("Content-Type", equalTo("application/octet-stream"))
        .body(equalTo("a=b"));
  }

  @Test
  void continueIsSentBeforeTheBodyIsRead() throws IOException {
    String namespace = Http.namespace();
    try (Socket socket = Http.connect()) {
      Http.write(
          socket,
          "PUT "
              + Http.item(namespace, "x")
              + " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
      Http.readUntil(socket, "100 Continue\r\n\r\n");
      Http.write(socket, "hi");
      assertTrue(Http.readUntil(socket, "\r\n\r\n").startsWith("HTTP/1.1 201"));
    }
  }

  @Test
  void aConnectionGoesOnAfterARefusedBody() throws IOException {
    try (Socket socket = Http.connect()) {
      for (int i = 0; i < 3; i++) {
        Http.write(
            socket,
            "PUT /api/v1/namespaces/none/configs/b HTTP/1.1\r\nHost: x\r\nIf-Match: x\r\n"
                + "Content-Length: 5\r\n\r\nhello");
        String answer = Http.readUntil(socket, "}\n");
        assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
        assertTrue(answer.contains("\"code\":\"invalid-etag\""), answer);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                          | invalid-json  |",
        "[]                         | invalid-json  |",
        "{} {}                      | invalid-json  |",
        "null                       | invalid-json  |",
        "{\"description\":\"a\",\"description\":\"b\"} | invalid-json |",
        "{\"description\":1}        | invalid-field | description",
        "{\"description\":{}}       | invalid-field | description",
        "{\"description\":\"a\\ud800b\"} | invalid-field | description",
        "{\"description\":\"a\\udc00\\ud800\"} | invalid-field | description",
        "{\"descripton\":\"a\"}     | unknown-field | descripton",
        "{\"\\ud800\":\"a\"}         | invalid-json  |",
      })
  void wrongJsonIsRefusedWithTheField(String json, String code, String field) {
    given()
        .contentType("application/json")
        .body(json)
        .put("/api/v1/namespaces/json")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .body("code", equalTo(code))
        .body("field", equalTo(field));
    given().get("/api/v1/namespaces/json").then().statusCode(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-32BE", "ISO-8859-1"})
  void jsonIsReadAsUtf8Only(String charset) {
    given()
        .config(Http.AS_IS)
        .contentType("application/json")
        .body("{\"description\":\"größer\"}".getBytes(Charset.forName(charset)))
        .put("/api/v1/namespaces/json")
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-json"));
  }

  @Test
  void nestedTooDeeplyIsRefused() throws IOException {
    String json = "{\"description\":" + "[".repeat(20_000);
    String answer =
        Http.raw(
            "PUT /api/v1/namespaces/json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: "
                + json.length()
                + "\r\n\r\n"
                + json);
    assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
    assertTrue(answer.contains("the field 'description' needs a text"), answer);
  }

  @Test
  void jsonHasItsOwnLimitAndType() {
    given()
        .contentType("application/json")
        .body("{\"description\":\"" + "x".repeat(1_025) + "\"}")
        .put("/api/v1/namespaces/json")
        .then()
        .statusCode(400)
        .body("code", equalTo("limit-exceeded"))
        .body("limit", equalTo("namespace.description"))
        .body("value", equalTo(1_025))
        .body("max", equalTo(1_024));
    given()
        .contentType("application/json")
        .body("{\"description\":\"" + "x".repeat(70_000) + "\"}")
        .put("/api/v1/namespaces/json")
        .then()
        .statusCode(413)
        .body("code", equalTo("body-too-large"));
    given()
        .contentType("text/plain")
        .body("{}")
        .put("/api/v1/namespaces/json")
        .then()
        .statusCode(415)
        .body("code", equalTo("unsupported-media-type"));
  }
}

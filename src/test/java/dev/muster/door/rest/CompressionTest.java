package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class CompressionTest {
  /** Decodes nothing by itself. */
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static CompletableFuture<HttpResponse<byte[]>> send(
      String method, String path, String... headers) {
    return CLIENT.sendAsync(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .headers(headers)
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    return send("GET", path, headers).get(30, TimeUnit.SECONDS);
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse(null);
  }

  private static String text(HttpResponse<byte[]> answer) throws IOException {
    assertEquals("gzip", header(answer, "Content-Encoding"));
    assertEquals("" + answer.body().length, header(answer, "Content-Length"));
    return new String(
        new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes(),
        StandardCharsets.UTF_8);
  }

  /** Compressed at once, by a worker and kept, by a worker and too large to be kept. */
  @ParameterizedTest
  @ValueSource(ints = {2_000, 100_000, 500_000})
  void whoTakesGzipGetsIt(int size) throws Exception {
    StringBuilder content = new StringBuilder();
    Random random = new Random(1);
    while (content.length() < size) {
      content.append(Long.toString(random.nextLong(), 36)).append('\n');
    }
    String path = Http.item(Http.namespace(), "x");
    long revision = Http.put(path.split("/", -1)[4], "x", content.toString());
    for (int i = 0; i < 3; i++) {
      HttpResponse<byte[]> answer = get(path, "Accept-Encoding", "gzip, deflate");
      assertEquals(content.toString(), text(answer));
      assertTrue(answer.body().length < size * 3 / 4, answer.body().length + " bytes");
      assertEquals("\"" + revision + "-gzip\"", header(answer, "ETag"));
      assertEquals("accept-encoding", header(answer, "Vary").toLowerCase(Locale.ROOT));
      assertEquals("text/plain", header(answer, "Content-Type"));
      HttpResponse<byte[]> head =
          send("HEAD", path, "Accept-Encoding", "gzip").get(30, TimeUnit.SECONDS);
      assertEquals("gzip", header(head, "Content-Encoding"));
      assertEquals(header(answer, "ETag"), header(head, "ETag"));
      assertEquals(0, head.body().length);
      String length = header(head, "Content-Length");
      assertTrue(length == null || length.equals("" + answer.body().length), length);
    }
    HttpResponse<byte[]> plain = get(path, "Accept-Encoding", "gzip;q=0");
    assertEquals(null, header(plain, "Content-Encoding"));
    assertEquals("accept-encoding", header(plain, "Vary").toLowerCase(Locale.ROOT));
    assertEquals("\"" + revision + "\"", header(plain, "ETag"));
    assertArrayEquals(content.toString().getBytes(StandardCharsets.UTF_8), plain.body());
  }

  @Test
  void bothTagsMeanTheSameRevision() throws Exception {
    String namespace = Http.namespace();
    String path = Http.item(namespace, "x");
    long revision = Http.put(namespace, "x", "text ".repeat(1_000));
    String gzip = "\"" + revision + "-gzip\"";
    String plain = "\"" + revision + "\"";
    for (String tag : List.of(gzip, plain)) {
      for (String coding : List.of("gzip", "identity")) {
        HttpResponse<byte[]> same = get(path, "If-None-Match", tag, "Accept-Encoding", coding);
        assertEquals(304, same.statusCode());
        assertEquals(tag, header(same, "ETag"));
      }
    }
    assertEquals(304, get(path, "If-None-Match", "W/" + gzip).statusCode());
    CompletableFuture<HttpResponse<byte[]>> poll =
        send("GET", path, "If-None-Match", gzip, "Prefer", "wait=50", "Accept-Encoding", "gzip");
    given()
        .config(Http.AS_IS)
        .contentType("text/plain")
        .header("If-Match", gzip)
        .body("more ".repeat(1_000))
        .put(path)
        .then()
        .statusCode(200);
    assertEquals("more ".repeat(1_000), text(poll.get(40, TimeUnit.SECONDS)));
    given()
        .config(Http.AS_IS)
        .contentType("text/plain")
        .header("If-Match", gzip)
        .body("lost")
        .put(path)
        .then()
        .statusCode(412)
        .body("code", equalTo("revision-conflict"));
    for (String tag : List.of("\"-gzip\"", "\"1-br\"", "\"1-gzip", "-gzip\"", "\"x-gzip\"")) {
      assertEquals(400, get(path, "If-None-Match", tag).statusCode(), tag);
    }
  }

  @Test
  void whatIsSmallOrBinaryIsSentAsItIs() throws Exception {
    String namespace = Http.namespace();
    Http.put(namespace, "small", "x".repeat(1_000));
    given()
        .contentType("application/octet-stream")
        .body(new byte[10_000])
        .put(Http.item(namespace, "binary"))
        .then()
        .statusCode(201);
    for (String name : List.of("small", "binary")) {
      HttpResponse<byte[]> answer = get(Http.item(namespace, name), "Accept-Encoding", "gzip");
      assertEquals(null, header(answer, "Content-Encoding"));
      assertEquals(null, header(answer, "Vary"));
      assertEquals(200, answer.statusCode());
    }
  }

  @Test
  void listsAndPollsAreCompressedToo() throws Exception {
    String namespace = Http.namespace();
    for (int i = 0; i < 20; i++) {
      Http.put(namespace, "item-" + i, "x");
    }
    String list = "/api/v1/namespaces/" + namespace + "/configs";
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      seen.add(text(get(list, "Accept-Encoding", "gzip")));
    }
    String plain = new String(get(list, "Accept", "*/*").body(), StandardCharsets.UTF_8);
    assertEquals(List.of(plain, plain), seen);
    // REST Assured asks for gzip, and decodes.
    given()
        .header("Accept-Encoding", "gzip")
        .contentType("application/json")
        .body(
            "{\"content\":true,\"items\":[{\"namespace\":\"%s\",\"name\":\"item-3\"}]}"
                .formatted(namespace))
        .post("/api/v1/poll")
        .then()
        .body("changed[0].content", equalTo("x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "gzip, identity", ""})
  void compressedBodiesAreRefused(String coding) {
    given()
        .config(Http.AS_IS)
        .contentType("text/plain")
        .header("Content-Encoding", coding)
        .body("x")
        .put(Http.item(Http.namespace(), "x"))
        .then()
        .statusCode(415)
        .header("Accept-Encoding", "identity")
        .body("code", equalTo("unsupported-content-encoding"));
  }

  @Test
  void identityIsNoCoding() {
    given()
        .config(Http.AS_IS)
        .contentType("text/plain")
        .header("Content-Encoding", "identity")
        .body("x")
        .put(Http.item(Http.namespace(), "x"))
        .then()
        .statusCode(201);
  }
}

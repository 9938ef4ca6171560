package dev.muster.door.rest;

import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** What the tests of this door share. */
final class Http {
  static final String API = "/api/v1";
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final AtomicInteger NAMES = new AtomicInteger();

  /** REST Assured would add a charset of its own choice to content types. */
  static final RestAssuredConfig AS_IS =
      RestAssuredConfig.config()
          .encoderConfig(
              EncoderConfig.encoderConfig()
                  .appendDefaultContentCharsetToContentTypeIfUndefined(false)
                  .encodeContentTypeAs("application/yaml", ContentType.TEXT));

  private Http() {}

  /** A namespace of the test's own, created. */
  static String namespace() {
    String name = "test-" + NAMES.incrementAndGet();
    RestAssured.given().put(API + "/namespaces/" + name).then().statusCode(201);
    return name;
  }

  static String item(String namespace, String item) {
    return API + "/namespaces/" + namespace + "/configs/" + item;
  }

  static long put(String namespace, String item, String content) {
    return Long.parseLong(
        RestAssured.given()
            .config(AS_IS)
            .contentType("text/plain")
            .body(content.getBytes(StandardCharsets.UTF_8))
            .put(item(namespace, item))
            .then()
            .extract()
            .header("ETag")
            .replace("\"", ""));
  }

  /** Sends a GET, and does not wait for its answer. */
  static CompletableFuture<HttpResponse<String>> getLater(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + path))
            .timeout(Duration.ofSeconds(60));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Sends a POST, and does not wait for its answer. */
  static CompletableFuture<HttpResponse<String>> postLater(
      String path, String body, String... headers) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + path))
            .timeout(Duration.ofSeconds(60))
            .headers(headers)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  static Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port);
    socket.setSoTimeout(30_000);
    return socket;
  }

  /** Sends bytes as they are and reads what comes until the other side closes. */
  static String raw(String request) throws IOException {
    try (Socket socket = connect()) {
      write(socket, request);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** Reads until the text has come; its first character occurs in it once only, or repeated. */
  static String readUntil(Socket socket, String text) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] end = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    int matched = 0;
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (matched < end.length) {
      if (System.nanoTime() > deadline) { // comments keep a socket's own time-out away
        throw new AssertionError("'" + text + "' did not come in a minute, but: " + read);
      }
      int next = in.read();
      if (next < 0) {
        throw new AssertionError("closed before '" + text + "' came: " + read);
      }
      read.write(next);
      matched = next == end[matched] ? matched + 1 : next == end[0] ? 1 : 0;
    }
    return read.toString(StandardCharsets.UTF_8);
  }

  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not come true: " + what);
      }
      Thread.onSpinWait();
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}

package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.config.Configs;
import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import io.quarkus.test.junit.QuarkusTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
class EventStreamsTest extends WaitingRequests {
  private static Socket open(String path, String... headers) throws IOException {
    Socket socket = Http.connect();
    StringBuilder request =
        new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n");
    for (int i = 0; i < headers.length; i += 2) {
      request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
    }
    Http.write(socket, request + "\r\n");
    return socket;
  }

  private static String list(String namespace) {
    return "/api/v1/namespaces/" + namespace + "/configs";
  }

  @Test
  void changesAreStreamedInOrderWithTheirRevisions() throws IOException {
    String namespace = Http.namespace();
    try (Socket socket = open(list(namespace) + "?prefix=a")) {
      String head = Http.readUntil(socket, "event: bookmark\n");
      assertTrue(head.startsWith("HTTP/1.1 200"), head);
      assertTrue(head.toLowerCase(Locale.ROOT).contains("content-type: text/event-stream"), head);
      long first = Http.put(namespace, "a/x", "one");
      Http.put(namespace, "b", "other");
      long second = Http.put(namespace, "a/y", "two");
      given().delete(Http.item(namespace, "a/x")).then().statusCode(200);
      String put = Http.readUntil(socket, "event: delete\n");
      assertTrue(put.contains("id: " + first + "\nevent: put\ndata: {\"name\":\"a/x\""), put);
      assertTrue(put.contains("id: " + second + "\nevent: put\ndata: {\"name\":\"a/y\""), put);
      assertTrue(put.indexOf("a/x") < put.indexOf("a/y"), put);
      assertFalse(put.contains("\"b\""), put);
      assertTrue(Http.readUntil(socket, "\n\n").contains("{\"name\":\"a/x\",\"revision\":"));
    }
  }

  /** A stream that nobody can close would keep its place for ever. */
  @Test
  void headIsThatOfThePage() throws IOException {
    String namespace = Http.namespace();
    try (Socket socket = Http.connect()) {
      String head = "HEAD %s HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n";
      Http.write(socket, head.formatted(list(namespace)).repeat(2));
      for (int i = 0; i < 2; i++) {
        String answer = Http.readUntil(socket, "\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
        assertTrue(answer.toLowerCase(Locale.ROOT).contains("application/json"), answer);
      }
      assertEquals(0, watchers.count());
    }
  }

  @Test
  void aStreamResumesWhereItWasBroken() throws IOException {
    String namespace = Http.namespace();
    long first = Http.put(namespace, "x", "one");
    long second = Http.put(namespace, "x", "two");
    long third = Http.put(namespace, "y", "three");
    try (Socket socket = open(list(namespace), "Last-Event-ID", "" + first)) {
      String read = Http.readUntil(socket, "\"name\":\"y\"");
      assertFalse(read.contains("id: " + first + "\n"), read);
      assertTrue(read.contains("id: " + second + "\n"), read);
      assertTrue(read.contains("id: " + third + "\n"), read);
    }
    try (Socket socket = open(Http.item(namespace, "x") + "?from=" + second)) {
      String read = Http.readUntil(socket, "event: bookmark\n");
      assertFalse(read.contains("event: put"), read);
    }
  }

  @Test
  void aResumedStreamOfANodeBeginsThoughOnlyWhatIsBelowItChanged() throws IOException {
    String node = Http.API + "/tree/" + Http.namespace();
    long revision = putNode(node, "x");
    putNode(node + "/b", "x");
    try (Socket socket = open(node + "?from=" + revision)) {
      String read = Http.readUntil(socket, "event: bookmark\n");
      assertTrue(read.startsWith("HTTP/1.1 200"), read);
      assertEquals(1, watchers.count());
      long later = putNode(node, "y");
      Http.readUntil(socket, "id: " + later + "\n");
    }
  }

  @Test
  void aResumedStreamOfAnItemBeginsThoughOnlyWhatIsBelowItChanged() throws IOException {
    String namespace = Http.namespace();
    long revision = Http.put(namespace, "x", "one");
    Http.put(namespace, "x/sub", "two");
    try (Socket socket = open(Http.item(namespace, "x"), "Last-Event-ID", "" + revision)) {
      Http.readUntil(socket, "event: bookmark\n");
      watchers.drain(true); // ends it: it has a place
      Http.readUntil(socket, "\r\n0\r\n\r\n");
    } finally {
      watchers.drain(false);
    }
  }

  @Test
  void aResumedStreamBeginsThoughNothingThatItShowsChanged() throws IOException {
    String namespace = Http.namespace();
    long revision = Http.put(namespace, "a", "one");
    Http.put(namespace, "b", "two");
    try (Socket socket = open(list(namespace) + "?prefix=a&from=" + revision)) {
      assertTrue(Http.readUntil(socket, ":\n\n").startsWith("HTTP/1.1 200"));
    }
  }

  private static long putNode(String path, String content) {
    return Long.parseLong(
        given()
            .config(Http.AS_IS)
            .body(content)
            .put(path)
            .then()
            .extract()
            .header("ETag")
            .replace("\"", ""));
  }

  @Test
  void changesOfOneRevisionShareOneId() throws IOException {
    String namespace = Http.namespace();
    try (Socket socket = open(list(namespace))) {
      Http.readUntil(socket, "event: bookmark\n");
      var text = Change.attributes(Map.of("content-type", "text/plain"));
      ledger
          .submit(
              new Command.Transact(
                  List.of(),
                  List.of(
                      new Change.Put(Configs.path(namespace, "a"), Bytes.utf8("1"), text),
                      new Change.Put(Configs.path(namespace, "b"), Bytes.utf8("1"), text))))
          .join();
      Http.readUntil(socket, "\n\n");
      String read = Http.readUntil(socket, "\"name\":\"b\"");
      assertEquals(read.indexOf("id: "), read.lastIndexOf("id: "), read);
      assertTrue(read.indexOf("id: ") > read.indexOf("\"name\":\"a\""), read);
    }
  }

  @Test
  void aForgottenRevisionIsGone() throws IOException {
    String namespace = Http.namespace();
    long first = Http.put(namespace, "x", "one");
    Http.put(namespace, "x", "two");
    ledger.restoreFromSnapshot(); // which brings no history
    given()
        .accept("text/event-stream")
        .header("Last-Event-ID", first)
        .get(list(namespace))
        .then()
        .statusCode(410)
        .contentType("application/problem+json")
        .body("code", equalTo("revision-gone"));
    given().accept("text/event-stream").get(list("nowhere")).then().statusCode(404);
    given()
        .accept("text/event-stream")
        .get(list(namespace) + "?from=-1")
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-parameter"));
  }

  @Test
  void aReaderThatIsSlowMissesNothing() throws Exception {
    String namespace = Http.namespace();
    try (Socket socket = open(list(namespace))) {
      Http.readUntil(socket, "event: bookmark\n");
      var text = Change.attributes(Map.of("content-type", "text/" + "x".repeat(4_000)));
      for (int i = 0; i < 2_000; i++) {
        ledger
            .submit(
                new Command.Transact(
                    List.of(),
                    List.of(
                        new Change.Put(Configs.path(namespace, "x"), Bytes.utf8("" + i), text))))
            .join();
      }
      Http.put(namespace, "last", "x");
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      int events = 0;
      for (String line = lines.readLine();
          !line.contains("\"name\":\"last\"");
          line = lines.readLine()) {
        events += line.equals("event: put") ? 1 : 0;
      }
      assertEquals(2_001, events);
    }
  }
}

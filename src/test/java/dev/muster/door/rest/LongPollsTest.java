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
import dev.muster.core.Reply;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class LongPollsTest extends WaitingRequests {
  private static CompletableFuture<HttpResponse<String>> poll(
      String path, long revision, int seconds) {
    return Http.getLater(
        path, "If-None-Match", "\"" + revision + "\"", "Prefer", "wait=" + seconds);
  }

  private static HttpResponse<String> answer(CompletableFuture<HttpResponse<String>> poll)
      throws Exception {
    return poll.get(40, TimeUnit.SECONDS);
  }

  @Test
  void aPollIsToldOfAChangeAndOfNothingElse() throws Exception {
    String namespace = Http.namespace();
    long revision = Http.put(namespace, "x", "one");
    List<CompletableFuture<HttpResponse<String>>> polls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      polls.add(poll(Http.item(namespace, "x"), revision, 50));
    }
    awaitParked(50);
    Http.put(namespace, "y", "other");
    assertEquals(revision, Http.put(namespace, "x", "one"));
    assertEquals(50, watchers.count());
    long changed = Http.put(namespace, "x", "two");
    for (CompletableFuture<HttpResponse<String>> poll : polls) {
      HttpResponse<String> answer = answer(poll);
      assertEquals(200, answer.statusCode());
      assertEquals("two", answer.body());
      assertEquals("\"" + changed + "\"", answer.headers().firstValue("ETag").orElseThrow());
      assertEquals("wait=50", answer.headers().firstValue("Preference-Applied").orElseThrow());
    }
  }

  @Test
  void withoutAChangeItEndsWith304() throws Exception {
    String namespace = Http.namespace();
    long revision = Http.put(namespace, "x", "one");
    HttpResponse<String> answer = answer(poll(Http.item(namespace, "x"), revision, 1));
    assertEquals(304, answer.statusCode());
    assertEquals("\"" + revision + "\"", answer.headers().firstValue("ETag").orElseThrow());
    assertEquals("wait=1", answer.headers().firstValue("Preference-Applied").orElseThrow());
    assertTrue(answer.headers().firstValue("Muster-Revision").isPresent());
  }

  @Test
  void whatChangedMeanwhileIsAnsweredAtOnce() throws Exception {
    String namespace = Http.namespace();
    long revision = Http.put(namespace, "x", "one");
    Http.put(namespace, "x", "two");
    assertEquals("two", answer(poll(Http.item(namespace, "x"), revision, 50)).body());
  }

  @Test
  void deletionAndCreationAreChanges() throws Exception {
    String namespace = Http.namespace();
    String path = Http.item(namespace, "a/x");
    long revision = Http.put(namespace, "a/x", "one");
    CompletableFuture<HttpResponse<String>> poll = poll(path, revision, 50);
    awaitParked(1);
    given().delete(path).then().statusCode(200);
    HttpResponse<String> gone = answer(poll);
    assertEquals(404, gone.statusCode());
    assertEquals("\"0\"", gone.headers().firstValue("ETag").orElseThrow());
    CompletableFuture<HttpResponse<String>> again = poll(path, 0, 50);
    awaitParked(1);
    Http.put(namespace, "a/x", "two");
    assertEquals("two", answer(again).body());
  }

  @Test
  void aCollectionIsPolledToo() throws Exception {
    String namespace = Http.namespace();
    String list = "/api/v1/namespaces/" + namespace + "/configs?prefix=a/";
    Http.put(namespace, "a/x", "one");
    String etag = given().get(list).header("ETag");
    CompletableFuture<HttpResponse<String>> poll =
        Http.getLater(list, "If-None-Match", etag, "Prefer", "wait=50");
    awaitParked(1);
    Http.put(namespace, "b", "one");
    Http.put(namespace, "a/y", "one");
    assertTrue(answer(poll).body().contains("\"a/y\""));
  }

  @Test
  void aNamespaceThatGoesEndsThePoll() throws Exception {
    String namespace = Http.namespace();
    CompletableFuture<HttpResponse<String>> poll = poll(Http.item(namespace, "x"), 0, 50);
    awaitParked(1);
    CompletableFuture<HttpResponse<String>> deep = poll(Http.item(namespace, "a/b/c"), 0, 50);
    awaitParked(2);
    Http.put(namespace, "a/other", "other");
    given().delete("/api/v1/namespaces/" + namespace + "?force=true").then().statusCode(200);
    for (CompletableFuture<HttpResponse<String>> each : List.of(poll, deep)) {
      HttpResponse<String> answer = answer(each);
      assertEquals(404, answer.statusCode());
      assertTrue(answer.body().contains("\"code\":\"unknown-namespace\""), answer.body());
    }
    assertEquals(0, ledger.parked());
  }

  @Test
  void aNodeThatStopsAnswersThoseWhoWait() throws Exception {
    String namespace = Http.namespace();
    long revision = Http.put(namespace, "x", "one");
    CompletableFuture<HttpResponse<String>> poll = poll(Http.item(namespace, "x"), revision, 50);
    CompletableFuture<HttpResponse<String>> read =
        Http.getLater(Http.item(namespace, "x"), "Muster-Min-Revision", "" + Long.MAX_VALUE);
    awaitParked(2);
    try {
      watchers.drain(true);
      assertEquals(304, answer(poll).statusCode());
      assertEquals(503, answer(read).statusCode());
      assertEquals(304, answer(poll(Http.item(namespace, "x"), revision, 50)).statusCode());
    } finally {
      watchers.drain(false);
    }
  }

  @Test
  void aTagOfTheFutureIsNotWaitedForLongerThanANodeNeedsToCatchUp() throws Exception {
    HttpResponse<String> answer =
        answer(poll(Http.item(Http.namespace(), "x"), Long.MAX_VALUE, 50));
    assertEquals(503, answer.statusCode());
    assertTrue(answer.body().contains("\"code\":\"revision-not-reached\""), answer.body());
  }

  @Test
  void jsonEndsWithALineEnd() throws Exception {
    String list = "/api/v1/namespaces/" + Http.namespace() + "/configs";
    for (String path : new String[] {list, list, "/api/v1/cluster", "/api/v1/none", list + "/x"}) {
      HttpResponse<String> answer = answer(Http.getLater(path));
      assertTrue(answer.body().endsWith("}\n"), answer.body());
      assertEquals(
          answer.body().length(), answer.headers().firstValueAsLong("Content-Length").orElse(-1));
    }
  }

  @Test
  void aClientThatGoesIsForgotten() throws IOException {
    String namespace = Http.namespace();
    long revision = Http.put(namespace, "x", "one");
    try (Socket socket = Http.connect()) {
      Http.write(
          socket,
          "GET "
              + Http.item(namespace, "x")
              + " HTTP/1.1\r\nHost: x\r\nPrefer: wait=60\r\nIf-None-Match: \""
              + revision
              + "\"\r\n\r\n");
      awaitParked(1);
    }
    awaitParked(0);
  }

  @Test
  void aNodeThatIsBehindCatchesUpFirst() throws Exception {
    String namespace = Http.namespace();
    Http.put(namespace, "x", "old");
    ledger.holdBack();
    Reply.Done done =
        (Reply.Done)
            ledger.submitElsewhere(
                new Command.Transact(
                    List.of(),
                    List.of(
                        new Change.Put(
                            Configs.path(namespace, "x"),
                            Bytes.utf8("new"),
                            Change.attributes(Map.of("content-type", "text/plain"))))));
    CompletableFuture<HttpResponse<String>> read =
        Http.getLater(Http.item(namespace, "x"), "Muster-Min-Revision", "" + done.revision());
    CompletableFuture<HttpResponse<String>> poll =
        poll(Http.item(namespace, "x"), done.revision(), 2);
    awaitParked(2);
    assertFalse(read.isDone());
    ledger.catchUp();
    assertEquals("new", answer(read).body());
    assertEquals(304, answer(poll).statusCode());
  }

  @Test
  void aRevisionThatDoesNotComeIs503() {
    given()
        .header("Muster-Min-Revision", "9223372036854775807")
        .get("/api/v1/namespaces")
        .then()
        .statusCode(503)
        .header("Retry-After", "1")
        .body("code", equalTo("revision-not-reached"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "9223372036854775808", "", "1.0", "+1"})
  void malformedRevisionsAreRefused(String revision) {
    given()
        .header("Muster-Min-Revision", revision)
        .get("/api/v1/namespaces")
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-header"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"wait=-1", "wait=x", "wait", "wait="})
  void malformedWaitsAreRefused(String prefer) {
    given()
        .header("Prefer", prefer)
        .get("/api/v1/namespaces")
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-header"));
  }
}

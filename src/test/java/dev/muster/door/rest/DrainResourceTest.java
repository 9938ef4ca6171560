package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.ledger.MemoryPeers;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class DrainResourceTest extends WaitingRequests {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @Inject MemoryPeers peers;

  private String services;
  private String instances;

  @BeforeEach
  void inANamespaceOfItsOwn() {
    services = Http.API + "/namespaces/" + Http.namespace() + "/services";
    instances = services + "/cart/instances";
  }

  private long register(String id) {
    return given()
        .contentType("application/json")
        .body("{\"address\": \"10.0.0.1\", \"port\": 8080}")
        .put(instances + "/" + id)
        .then()
        .extract()
        .jsonPath()
        .getLong("revision");
  }

  private ValidatableResponse drain(String id, int waitSeconds) {
    return given()
        .header("Prefer", "wait=" + waitSeconds)
        .put(instances + "/" + id + "/drain")
        .then()
        .statusCode(200);
  }

  private CompletableFuture<JsonPath> drainLater(String id) {
    return drainAnswer(id).thenApply(answer -> new JsonPath(answer.body()));
  }

  private CompletableFuture<HttpResponse<String>> drainAnswer(String id) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:" + RestAssured.port + instances + "/" + id + "/drain"))
            .header("Prefer", "wait=50")
            .timeout(Duration.ofSeconds(60))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    return CLIENT.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> poll(String client, long revision) {
    return poll(client, revision, "?health=passing");
  }

  private CompletableFuture<HttpResponse<String>> poll(String client, long revision, String view) {
    return Http.getLater(
        instances + view,
        "If-None-Match",
        "\"" + revision + "\"",
        "Prefer",
        "wait=50",
        "Muster-Client",
        client);
  }

  private static long etag(CompletableFuture<HttpResponse<String>> poll) throws Exception {
    HttpResponse<String> answer = poll.get(40, TimeUnit.SECONDS);
    return Long.parseLong(answer.headers().firstValue("ETag").orElseThrow().replace("\"", ""));
  }

  private long list() {
    return Long.parseLong(given().get(instances).then().extract().header("ETag").replace("\"", ""));
  }

  private ValidatableResponse subscribers() {
    return given().get(services + "/cart/subscribers").then().statusCode(200);
  }

  @Test
  void aDrainedInstanceIsInNoNewAnswerAndGoesOnToLive() {
    register("a");
    register("b");
    long revision =
        drain("a", 0).body("drained", equalTo(true)).extract().jsonPath().getLong("revision");
    given().get(instances + "?health=passing").then().body("instances.id", contains("b"));
    given()
        .get(instances)
        .then()
        .body("instances.id", contains("a", "b"))
        .body("instances.draining", contains(true, null));
    given().put(instances + "/a/lease").then().statusCode(200);
    register("a"); // the same process again
    assertEquals(revision, drain("a", 0).extract().jsonPath().getLong("revision"), "idempotent");
    given()
        .get(instances + "/a/drain")
        .then()
        .statusCode(200)
        .body("draining", equalTo(true))
        .body("drained", equalTo(true));
    given()
        .delete(instances + "/a/drain")
        .then()
        .statusCode(200)
        .body("draining", equalTo(false))
        .body("drained", nullValue());
    given().get(instances + "/a/drain").then().body("draining", equalTo(false));
    given().get(instances + "?health=passing").then().body("instances.id", contains("a", "b"));
  }

  @Test
  void aNewProcessIsNotDrained() {
    register("a");
    drain("a", 0);
    given().delete(instances + "/a").then().statusCode(200);
    given()
        .put(instances + "/a/drain")
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-instance"));
    given().get(instances + "/a/drain").then().statusCode(404);
    given().delete(instances + "/a/drain").then().statusCode(404);
    register("a");
    given().get(instances + "?health=passing").then().body("instances.id", contains("a"));
  }

  @Test
  void theAnswerComesOnceAllSubscribersHaveConfirmed() throws Exception {
    register("a");
    long known = list();
    var one = poll("one", known);
    var two = poll("two", known);
    awaitParked(2);
    subscribers()
        .body("subscribers.client", contains("one", "two"))
        .body("subscribers.confirmed", contains((int) known, (int) known))
        .body("subscribers.connected", contains(true, true))
        .body("total", equalTo(2))
        .body("silentNodes", empty());
    CompletableFuture<JsonPath> drained = drainLater("a");
    long without = etag(one);
    assertEquals(without, etag(two));
    assertFalse(one.get().body().contains("\"a\""), one.get().body());
    var oneAgain = poll("one", without);
    drain("a", 1)
        .body("drained", equalTo(false))
        .body("unconfirmed.client", contains("two"))
        .body("unconfirmed.kind", contains("poll"))
        .body("unconfirmed.told", contains((int) without))
        .body("unconfirmed.confirmed", contains((int) known))
        .header("Preference-Applied", equalTo("wait=1"));
    assertFalse(drained.isDone());
    var twoAgain = poll("two", without);
    JsonPath proof = drained.get(40, TimeUnit.SECONDS);
    assertTrue(proof.getBoolean("drained"));
    assertEquals(0, proof.getList("unconfirmed").size());
    register("b");
    etag(oneAgain);
    etag(twoAgain);
  }

  @Test
  void theCompactFormHasNobodyWhoIsDrained() throws Exception {
    register("a");
    register("b");
    long known = list();
    String compact = "?form=compact";
    given().get(instances + compact).then().body("endpoints.collect{it[0]}", contains("a", "b"));
    var poll = poll("proxy", known, compact);
    awaitParked(1);
    CompletableFuture<JsonPath> drained = drainLater("a");
    long without = etag(poll);
    assertFalse(poll.get().body().contains("\"a\""), poll.get().body());
    drain("a", 0).body("drained", equalTo(false)).body("unconfirmed.client", contains("proxy"));
    assertFalse(drained.isDone());
    var again = poll("proxy", without, compact);
    assertTrue(drained.get(40, TimeUnit.SECONDS).getBoolean("drained"));
    register("c");
    etag(again);
  }

  @Test
  void whoHasTheFirstOfSeveralPagesIsNotTakenForKnowingTheOthers() throws Exception {
    register("a");
    register("b");
    register("c");
    long known = list();
    var page = poll("pager", known, "?limit=2");
    awaitParked(1);
    drain("c", 1)
        .body("drained", equalTo(false))
        .body("unconfirmed.client", contains("pager"))
        .body("unconfirmed.confirmed", contains((int) known));
    long without = etag(page);
    assertTrue(without > known);
    var again = poll("pager", without, "?limit=2");
    awaitParked(1);
    drain("c", 0).body("drained", equalTo(true));
    register("d");
    etag(again);
  }

  @ParameterizedTest
  @ValueSource(strings = {"undrained", "registered anew", "deregistered"})
  void aDrainThatWasEndedMeanwhileProvesNothing(String how) throws Exception {
    register("a");
    register("b");
    long known = list();
    var poll = poll("one", known);
    awaitParked(1);
    CompletableFuture<HttpResponse<String>> drained = drainAnswer("a");
    etag(poll);
    if (how.equals("undrained")) {
      given().delete(instances + "/a/drain").then().statusCode(200);
    } else {
      given().delete(instances + "/a").then().statusCode(200);
    }
    if (how.equals("registered anew")) {
      register("a");
    }
    var again = poll("one", list());
    HttpResponse<String> answer = drained.get(40, TimeUnit.SECONDS);
    if (how.equals("deregistered")) {
      assertEquals(404, answer.statusCode());
      assertEquals("unknown-instance", new JsonPath(answer.body()).getString("code"));
    } else {
      assertEquals(200, answer.statusCode());
      assertFalse(new JsonPath(answer.body()).getBoolean("draining"), answer.body());
      assertFalse(answer.body().contains("\"drained\""), answer.body());
    }
    register("c");
    etag(again);
  }

  @Test
  void aSubscriberThatIsGoneIsMissedForAWhile() throws Exception {
    register("a");
    long known = list();
    try (Socket socket = Http.connect()) {
      Http.write(
          socket,
          "GET "
              + instances
              + " HTTP/1.1\r\nHost: x\r\nMuster-Client: gone\r\nPrefer: wait=50\r\nIf-None-Match: \""
              + known
              + "\"\r\n\r\n");
      awaitParked(1);
    }
    awaitParked(0);
    drain("a", 0)
        .body("drained", equalTo(false))
        .body("unconfirmed.client", contains("gone"))
        .body("unconfirmed.connected", contains(false));
  }

  @Test
  void aStreamConfirmsByASecondRequest() throws Exception {
    register("a");
    try (Socket socket = Http.connect()) {
      Http.write(
          socket,
          "GET "
              + instances
              + " HTTP/1.1\r\nHost: x\r\nMuster-Client: s1\r\nAccept: text/event-stream\r\n\r\n");
      Http.readUntil(socket, "bookmark");
      long without =
          drain("a", 0)
              .body("drained", equalTo(false))
              .body("unconfirmed.kind", contains("stream"))
              .body("unconfirmed.client", contains("s1"))
              .extract()
              .jsonPath()
              .getLong("revision");
      Http.readUntil(socket, "\"draining\"");
      drain("a", 0).body("drained", equalTo(false));
      confirm("s1", without).statusCode(200).body("confirmed", equalTo((int) without));
      drain("a", 0).body("drained", equalTo(true));
      confirm("s2", without).statusCode(404).body("code", equalTo("unknown-subscriber"));
      confirm("s1", Long.MAX_VALUE)
          .statusCode(400)
          .body("code", equalTo("invalid-field"))
          .body("detail", containsString("the newest is "));
      confirm("s1", -1).statusCode(400).body("code", equalTo("invalid-field"));
    }
  }

  private ValidatableResponse confirm(String client, long revision) {
    return given()
        .contentType("application/json")
        .body("{\"revision\": " + revision + "}")
        .put(services + "/cart/subscribers/" + client)
        .then();
  }

  @Test
  void aNodeThatIsSilentIsNamed() {
    MemoryPeers other = peers.join("other");
    try {
      register("a");
      drain("a", 0)
          .body("drained", equalTo(false))
          .body("unconfirmed", empty())
          .body("silentNodes", contains("other"));
      subscribers().body("silentNodes", contains("other"));
    } finally {
      other.leave();
    }
    drain("a", 0).body("drained", equalTo(true));
  }

  @Test
  void whoOnlyLooksIsNoSubscriber() {
    register("a");
    list();
    subscribers().body("total", equalTo(0));
    given().header("Muster-Client", "c").get(instances).then().statusCode(200);
    subscribers()
        .body("subscribers.client", contains("c"))
        .body("subscribers.told", contains(greaterThan(0)))
        .body("subscribers.confirmed", contains(nullValue()));
    drain("a", 0).body("unconfirmed.client", contains("c"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"with space", "a/b", "ä"})
  void aMalformedNameIsRefused(String client) {
    given()
        .header("Muster-Client", client)
        .get(instances)
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-header"))
        .body("header", equalTo("Muster-Client"));
  }

  @Test
  void inAnUnknownNamespaceNobodyFollows() {
    given()
        .get(Http.API + "/namespaces/none/services/cart/subscribers")
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-namespace"));
  }
}

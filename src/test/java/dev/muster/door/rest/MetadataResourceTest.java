package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.ledger.LocalLedger;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class MetadataResourceTest {
  @Inject LocalLedger ledger;

  private static String metadata(String namespace, String item) {
    return "/api/v1/namespaces/" + namespace + "/metadata/" + item;
  }

  private static ValidatableResponse put(
      String namespace, String item, String content, Map<String, String> parameters) {
    return given()
        .config(Http.AS_IS)
        .queryParams(parameters)
        .contentType("text/plain")
        .body(content)
        .put(Http.item(namespace, item))
        .then();
  }

  private static ValidatableResponse describe(String namespace, String item, String json) {
    return given().contentType("application/json").body(json).put(metadata(namespace, item)).then();
  }

  @Test
  void aPutSetsWhatItNamesAndKeepsTheRest() {
    String namespace = Http.namespace();
    put(namespace, "a/b", "1", Map.of("owner", "ann", "labels", "team=pay,zone=eu"))
        .statusCode(201);
    put(namespace, "a/b", "2", Map.of("description", "größer")).statusCode(200);
    put(namespace, "a/b", "3", Map.of()).statusCode(200);
    given()
        .get(metadata(namespace, "a/b"))
        .then()
        .statusCode(200)
        .body("owner", equalTo("ann"))
        .body("description", equalTo("größer"))
        .body("labels", equalTo(Map.of("team", "pay", "zone", "eu")));
    put(namespace, "a/b", "3", Map.of("owner", "", "labels", ""))
        .body("result", equalTo("replaced"));
    given()
        .get(Http.API + "/namespaces/" + namespace + "/configs")
        .then()
        .body("items[0].owner", equalTo(""))
        .body("items[0].description", equalTo("größer"))
        .body("items[0].labels", anEmptyMap());
  }

  @Test
  void theSameAgainChangesNothing() {
    String namespace = Http.namespace();
    put(namespace, "x", "1", Map.of("owner", "ann", "labels", "zone=eu"));
    long before = ledger.local().revision();
    put(namespace, "x", "1", Map.of("owner", "ann", "labels", "zone=eu"))
        .body("result", equalTo("unchanged"));
    put(namespace, "x", "1", Map.of()).body("result", equalTo("unchanged"));
    describe(namespace, "x", "{\"owner\":\"ann\",\"labels\":{\"zone\":\"eu\"}}")
        .statusCode(200)
        .body("result", equalTo("unchanged"))
        .body("release", nullValue());
    assertEquals(before, ledger.local().revision());
  }

  @Test
  void describingReplacesAllThreeAndMakesARelease() {
    String namespace = Http.namespace();
    put(namespace, "x", "1", Map.of("owner", "ann", "description", "d", "labels", "zone=eu"));
    String etag =
        describe(namespace, "x", "{\"labels\":{\"zone\":\"us\"}}")
            .statusCode(200)
            .body("release", equalTo(2))
            .extract()
            .header("ETag");
    given()
        .get(metadata(namespace, "x"))
        .then()
        .header("ETag", etag)
        .body("owner", equalTo(""))
        .body("description", equalTo(""))
        .body("labels", equalTo(Map.of("zone", "us")));
    given().get(Http.item(namespace, "x")).then().body(equalTo("1"));
    given()
        .get(Http.API + "/namespaces/" + namespace + "/history/x")
        .then()
        .body("releases.action", contains("described", "published"))
        .body("releases.labels", contains(Map.of("zone", "us"), Map.of("zone", "eu")))
        .body("releases.owner", contains("", "ann"));
    given().get(Http.item(namespace, "x") + "?release=2").then().body(equalTo("1"));
    put(namespace, "x", "1", Map.of("owner", "bob"));
    put(namespace, "x", "2", Map.of("owner", "eve"));
    given()
        .get(Http.API + "/namespaces/" + namespace + "/history/x?limit=2")
        .then()
        .body("releases.action", contains("published", "described"));
    given()
        .contentType("application/json")
        .header("If-Match", "\"1\"")
        .body("{}")
        .put(metadata(namespace, "x"))
        .then()
        .statusCode(412);
    describe(namespace, "none", "{}").statusCode(404).body("code", equalTo("unknown-item"));
    describe("none-such", "x", "{}").statusCode(404).body("code", equalTo("unknown-namespace"));
  }

  @Test
  void aRollbackRestoresLabelsToo() {
    String namespace = Http.namespace();
    put(namespace, "x", "1", Map.of("owner", "ann", "labels", "zone=eu"));
    put(namespace, "x", "2", Map.of("owner", "bob", "labels", ""));
    given().delete(Http.item(namespace, "x")).then().statusCode(200);
    given()
        .post(Http.API + "/namespaces/" + namespace + "/history/x?rollback=1")
        .then()
        .statusCode(201);
    given()
        .get(metadata(namespace, "x"))
        .then()
        .body("owner", equalTo("ann"))
        .body("labels", equalTo(Map.of("zone", "eu")));
  }

  @Test
  void listsAreFilteredByLabels() {
    String namespace = Http.namespace();
    put(namespace, "a", "1", Map.of("labels", "zone=eu,team=pay"));
    put(namespace, "b", "1", Map.of("labels", "zone=us"));
    put(namespace, "c", "1", Map.of("labels", "zone=eu"));
    Http.put(namespace, "d", "1");
    String list = Http.API + "/namespaces/" + namespace + "/configs?label=";
    given().get(list + "zone=eu").then().body("items.name", contains("a", "c"));
    given().get(list + "zone=eu,team").then().body("items.name", contains("a"));
    given().get(list + "zone").then().body("items.name", contains("a", "b", "c"));
    String next =
        given()
            .get(list + "zone=eu&limit=1")
            .then()
            .body("items.name", contains("a"))
            .extract()
            .path("next");
    given()
        .get(list + "zone=eu&limit=1&cursor=" + next)
        .then()
        .body("items.name", contains("c"))
        .body("next", nullValue());
    given().get(list + "-x").then().statusCode(400).body("parameter", equalTo("label"));
  }

  @Test
  void streamsShowLabels() throws Exception {
    String namespace = Http.namespace();
    long from = Http.put(namespace, "x", "1");
    try (Socket socket = Http.connect()) {
      Http.write(
          socket,
          "GET /api/v1/namespaces/"
              + namespace
              + "/configs?from="
              + from
              + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n");
      describe(namespace, "x", "{\"labels\":{\"zone\":\"eu\"}}").statusCode(200);
      String events = Http.readUntil(socket, "}}");
      assertTrue(events.contains("event: put"), events);
      assertTrue(events.contains("\"labels\":{\"zone\":\"eu\"}"), events);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"labels\":{\"\":\"x\"}}            | labels",
        "{\"labels\":{\"-a\":\"x\"}}          | labels",
        "{\"labels\":{\"a\":\"x y\"}}         | labels.a",
        "{\"labels\":{\"a\":null}}            | labels.a",
        "{\"owner\":\"a\\nb\"}                | owner",
      })
  void whatNoItemCanHaveIsRefused(String json, String field) {
    String namespace = Http.namespace();
    Http.put(namespace, "x", "1");
    describe(namespace, "x", json)
        .statusCode(400)
        .body("code", equalTo("invalid-field"))
        .body("field", equalTo(field));
  }

  @Test
  void limitsAreKept() {
    String namespace = Http.namespace();
    Http.put(namespace, "x", "1");
    describe(namespace, "x", "{\"owner\":\"" + "a".repeat(257) + "\"}")
        .statusCode(400)
        .body("limit", equalTo("item.owner"));
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < 33; i++) {
      labels.append(i == 0 ? "" : ",").append("l").append(i).append("=1");
    }
    put(namespace, "x", "2", Map.of("labels", labels.toString()))
        .statusCode(400)
        .body("limit", equalTo("item.labels"));
    put(namespace, "x", "2", Map.of("labels", "team"))
        .statusCode(400)
        .body("detail", containsString("team=pay"));
    put(namespace, "x", "2", Map.of("labels", "a=1,a=2")).statusCode(400);
    given().get(Http.item(namespace, "x")).then().body(equalTo("1"));
  }

  /** All limits at once, and the longest message: it must fit into the attributes of a node. */
  @Test
  void theLargestMetadataFits() {
    String namespace = Http.namespace();
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < 32; i++) {
      String name = "l%02d".formatted(i);
      labels
          .append(i == 0 ? "" : ",")
          .append('"')
          .append(name)
          .append("\":\"")
          .append("v".repeat(93))
          .append('"');
    }
    put(namespace, "x", "1", Map.of()).statusCode(201);
    given()
        .contentType("application/json")
        .queryParam("author", "a".repeat(256))
        .queryParam("message", "m".repeat(2_048))
        .body(
            "{\"owner\":\"%s\",\"description\":\"%s\",\"labels\":{%s}}"
                .formatted("o".repeat(256), "d".repeat(1_024), labels))
        .put(metadata(namespace, "x"))
        .then()
        .statusCode(200);
  }
}

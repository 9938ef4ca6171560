package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.config.transfer.Zips;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
class NamespacesResourceTest {
  private static final String ALL = "/api/v1/namespaces";

  @Test
  void puttingIsIdempotent() {
    Response created =
        given()
            .contentType("application/json")
            .body("{\"description\":\"the shop\"}")
            .put(ALL + "/shop");
    created.then().statusCode(201).body("result", equalTo("created"));
    String etag = created.header("ETag");
    String revision = created.header("Muster-Revision");
    given()
        .contentType("application/json")
        .body("{\"description\":\"the shop\"}")
        .put(ALL + "/shop")
        .then()
        .statusCode(200)
        .header("ETag", etag)
        .body("result", equalTo("unchanged"));
    given()
        .get(ALL + "/shop")
        .then()
        .statusCode(200)
        .header("ETag", etag)
        .header("Muster-Revision", revision)
        .body("description", equalTo("the shop"));
    given()
        .contentType("application/json")
        .body("{}")
        .put(ALL + "/shop")
        .then()
        .statusCode(200)
        .body("result", equalTo("replaced"));
    given().get(ALL + "/shop").then().body("description", equalTo(""));
  }

  @Test
  void conditionsHold() {
    given().header("If-Match", "*").put(ALL + "/cond").then().statusCode(412);
    given().header("If-None-Match", "*").put(ALL + "/cond").then().statusCode(201);
    given()
        .header("If-None-Match", "*")
        .put(ALL + "/cond")
        .then()
        .statusCode(412)
        .body("code", equalTo("already-exists"));
    given()
        .header("If-Match", "\"1\"")
        .delete(ALL + "/cond")
        .then()
        .statusCode(412)
        .body("code", equalTo("revision-conflict"));
    given().delete(ALL + "/cond").then().statusCode(200);
  }

  @Test
  void onlyAnEmptyOneIsDeletedUnlessForced() {
    String name = Http.namespace();
    Http.put(name, "a/b", "x");
    given()
        .delete(ALL + "/" + name)
        .then()
        .statusCode(409)
        .body("code", equalTo("namespace-not-empty"));
    given().delete(ALL + "/" + name + "?force=maybe").then().statusCode(400);
    given().delete(ALL + "/" + name + "?force=true").then().statusCode(200);
    given().get(ALL + "/" + name).then().statusCode(404).body("code", equalTo("unknown-namespace"));
    given()
        .get(Http.item(name, "a/b"))
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-namespace"));
    given().delete(ALL + "/" + name).then().statusCode(404);
  }

  @Test
  void whatCouldBeRestoredIsNotLostUnlessForced() {
    String name = Http.namespace();
    Http.put(name, "a", "x");
    given().delete(Http.item(name, "a")).then().statusCode(200);
    given()
        .delete(ALL + "/" + name)
        .then()
        .statusCode(409)
        .body("code", equalTo("namespace-not-empty"));
    given().post(Http.API + "/namespaces/" + name + "/history/a?rollback=1").then().statusCode(201);
    given().delete(ALL + "/" + name + "?force=true").then().statusCode(200);
  }

  /**
   * 6,000 items and a release of each are more than a revision may delete. Nobody removes the rest
   * here: the ledger of these tests has no duties.
   */
  @Test
  void untilItsHistoriesAreGoneTheNameOfADeletedOneIsNotFree() {
    String name = Http.namespace();
    String[] files = new String[12_000];
    for (int i = 0; i < files.length; i += 2) {
      files[i] = "x" + i;
      files[i + 1] = "";
    }
    given()
        .contentType("application/octet-stream")
        .body(Zips.of(files))
        .post(ALL + "/" + name + "/import")
        .then()
        .statusCode(200)
        .body("created", equalTo(6_000));
    given().delete(ALL + "/" + name + "?force=true").then().statusCode(200);
    given().get(ALL + "/" + name).then().statusCode(404);
    given()
        .get(ALL + "/" + name + "/history")
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-namespace"));
    given()
        .put(ALL + "/" + name)
        .then()
        .statusCode(409)
        .body("code", equalTo("namespace-not-gone"))
        .body("actual", equalTo(12_001));
  }

  @Test
  void theListComesInPages() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      made.add("page-" + i);
      given().put(ALL + "/page-" + i).then().statusCode(201);
    }
    List<String> listed = new ArrayList<>();
    String next = null;
    do {
      JsonPath page =
          given()
              .queryParams(next == null ? Map.of() : Map.of("cursor", next))
              .get(ALL + "?limit=3")
              .jsonPath();
      List<String> names = page.getList("namespaces.name");
      assertTrue(names.size() <= 3);
      listed.addAll(names);
      next = page.getString("next");
    } while (next != null);
    assertEquals(listed.stream().sorted().distinct().toList(), listed);
    assertTrue(listed.containsAll(made), listed.toString());
  }

  @Test
  void strangeParametersAreRefused() {
    for (String limit : List.of("0", "-1", "1001", "99999999999999999999", "x", "", "1.5")) {
      given()
          .get(ALL + "?limit=" + limit)
          .then()
          .statusCode(400)
          .body("code", equalTo("invalid-parameter"))
          .body("parameter", equalTo("limit"));
    }
    given()
        .get(ALL + "?limt=3")
        .then()
        .statusCode(400)
        .body("code", equalTo("unknown-parameter"))
        .body("parameter", equalTo("limt"));
    given().get(ALL + "?limit=3&limit=4").then().body("code", equalTo("repeated-parameter"));
    given().get(ALL + "?cursor=%21").then().body("code", equalTo("invalid-cursor"));
    given().get(ALL + "?consistency=strong").then().body("code", equalTo("invalid-parameter"));
    given().get(ALL + "?consistency=linearizable").then().statusCode(200);
  }

  @Test
  void namesHaveARule() {
    given()
        .put(ALL + "/" + "x".repeat(129))
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-name"));
    given().put(ALL + "/-x").then().statusCode(400);
    given().put(ALL + "/A.b_c-1").then().statusCode(201);
    given().get(ALL + "?limit=1000").then().body("namespaces.name", hasItem("A.b_c-1"));
  }

  @Test
  void otherMethodsAndPathsAreProblems() {
    given()
        .post(ALL + "/x")
        .then()
        .statusCode(405)
        .contentType("application/problem+json")
        .body("code", equalTo("method-not-allowed"));
    given()
        .accept("application/xml")
        .get(ALL)
        .then()
        .statusCode(200) // Accept chooses between an answer and a stream, nothing else
        .contentType("application/json");
    given().get("/api/v1/ping").then().statusCode(200).body("pong", equalTo(true));
  }

  @Test
  void whatIsRefusedAndWhatClientsInventDoNotMultiplyTheMeters() {
    given()
        .urlEncodingEnabled(false)
        .get("/api/v1/namespaces/only-here%2f9")
        .then()
        .statusCode(400);
    given().request("INVENTED", "/api/v1/ping").then().statusCode(405);
    String meters = given().get("/q/metrics").then().statusCode(200).extract().asString();
    assertTrue(meters.contains("uri=\"/refused\""), meters);
    assertTrue(meters.contains("method=\"OTHER\""), meters);
    assertFalse(meters.contains("only-here"), meters);
    assertFalse(meters.contains("INVENTED"), meters);
  }

  @Test
  void howMuchHistoryIsKeptStaysAsItWasSet() {
    String namespace = ALL + "/" + Http.namespace();
    given()
        .get(namespace)
        .then()
        .body("history.releasesMax", equalTo(100))
        .body("history.deletedDays", equalTo(30))
        .body("history", org.hamcrest.Matchers.hasEntry("days", null));
    put(namespace, "{\"history\":{\"releasesMax\":5,\"days\":90}}").statusCode(200);
    put(namespace, "{\"description\":\"d\",\"history\":{\"deletedDays\":7}}").statusCode(200);
    put(namespace, "{\"description\":\"d\",\"history\":{\"deletedDays\":7}}")
        .body("result", equalTo("unchanged"));
    given()
        .get(namespace)
        .then()
        .body("history.releasesMax", equalTo(5))
        .body("history.days", equalTo(90))
        .body("history.deletedDays", equalTo(7));
    put(namespace, "{\"description\":\"d\",\"history\":{\"days\":null}}").statusCode(200);
    given()
        .get(namespace)
        .then()
        .body("history.releasesMax", equalTo(5))
        .body("history", org.hamcrest.Matchers.hasEntry("days", null));
  }

  @Test
  void historyThatNobodyCanKeepIsRefused() {
    String namespace = ALL + "/" + Http.namespace();
    for (String limit : List.of("releasesMax", "days", "deletedDays")) {
      for (String value : List.of("0", "99999", "-1")) {
        put(namespace, "{\"history\":{\"" + limit + "\":" + value + "}}")
            .statusCode(400)
            .body("code", equalTo("limit-exceeded"))
            .body("limit", equalTo("history." + limit));
      }
    }
    for (String value : List.of("\"7\"", "1.5", "true", "[]")) {
      put(namespace, "{\"history\":{\"days\":" + value + "}}")
          .statusCode(400)
          .body("code", equalTo("invalid-field"))
          .body("field", equalTo("history.days"));
    }
    put(namespace, "{\"history\":{\"months\":1}}")
        .statusCode(400)
        .body("code", equalTo("unknown-field"));
  }

  private static io.restassured.response.ValidatableResponse put(String namespace, String json) {
    return given().contentType("application/json").body(json).put(namespace).then();
  }
}

package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.config.ConfigLimits;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HistoryResourceTest {
  private static String history(String namespace, String item) {
    return "/api/v1/namespaces/" + namespace + "/history/" + item;
  }

  private static ValidatableResponse publish(
      String namespace, String item, String content, String author, String message) {
    return given()
        .config(Http.AS_IS)
        .queryParam("author", author)
        .queryParam("message", message)
        .contentType("text/plain")
        .body(content)
        .put(Http.item(namespace, item))
        .then();
  }

  @Test
  void everyChangeMakesARelease() {
    String namespace = Http.namespace();
    publish(namespace, "a/b", "one", "Ann", "first: größer")
        .statusCode(201)
        .body("release", equalTo(1));
    publish(namespace, "a/b", "two", "Bob", "").statusCode(200).body("release", equalTo(2));
    publish(namespace, "a/b", "two", "Bob", "again").body("release", nullValue());
    given().delete(Http.item(namespace, "a/b") + "?author=Eve").then().statusCode(200);
    given()
        .get(history(namespace, "a/b"))
        .then()
        .statusCode(200)
        .body("releases.release", contains(3, 2, 1))
        .body("releases.action", contains("deleted", "published", "published"))
        .body("releases.author", contains("Eve", "Bob", "Ann"))
        .body("releases[2].message", equalTo("first: größer"))
        .body("releases[2].size", equalTo(3))
        .body("next", nullValue());
  }

  @Test
  void whoAndWhyAreTextThatCanBeShown() {
    String namespace = Http.namespace();
    publish(namespace, "x", "one", "An\n", "")
        .statusCode(400)
        .body("code", equalTo("invalid-field"));
    publish(namespace, "x", "one", "", "a\u0000").statusCode(400).body("field", equalTo("message"));
    publish(namespace, "x", "one", "Ann", "two\nlines").statusCode(201);
  }

  @Test
  void pagesGoBackInTime() {
    String namespace = Http.namespace();
    for (int i = 1; i <= 5; i++) {
      Http.put(namespace, "x", "value " + i);
    }
    given()
        .get(history(namespace, "x") + "?limit=2")
        .then()
        .body("releases.release", contains(5, 4))
        .body("next", equalTo(4));
    given()
        .get(history(namespace, "x") + "?limit=9&before=4")
        .then()
        .body("releases.release", contains(3, 2, 1))
        .body("next", nullValue());
  }

  @Test
  void anOldReleaseIsReadByNumberAndByTime() {
    String namespace = Http.namespace();
    String before = Instant.now().minusSeconds(60).toString();
    Http.put(namespace, "x", "one");
    String first = given().get(history(namespace, "x")).then().extract().path("releases[0].at");
    Http.put(namespace, "x", "two");
    given()
        .get(Http.item(namespace, "x") + "?release=1")
        .then()
        .statusCode(200)
        .header("Muster-Release", "1")
        .contentType("text/plain")
        .body(equalTo("one"));
    given().get(Http.item(namespace, "x") + "?at=2999-01-01T00:00:00Z").then().body(equalTo("two"));
    String then =
        given().get(Http.item(namespace, "x") + "?at=" + first).then().extract().asString();
    assertTrue(then.equals("one") || then.equals("two"), then); // both may be of one millisecond
    given()
        .get(Http.item(namespace, "x") + "?at=" + before)
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-release"));
    for (String at :
        List.of("yesterday", "%2B999999999-12-31T23:59:59Z", "2999-01-01T00:00:00Z&release=1")) {
      given()
          .urlEncodingEnabled(false)
          .get(Http.item(namespace, "x") + "?at=" + at)
          .then()
          .statusCode(400)
          .body("parameter", equalTo("at"));
    }
    given().get(Http.item(namespace, "x") + "?release=9").then().statusCode(404);
  }

  @Test
  void whoHasAReleaseIsToldSo() {
    String namespace = Http.namespace();
    Http.put(namespace, "x", "one");
    Http.put(namespace, "x", "two");
    String path = Http.item(namespace, "x") + "?release=1";
    String etag = given().get(path).header("ETag");
    given()
        .header("If-None-Match", etag)
        .get(path)
        .then()
        .statusCode(304)
        .header("ETag", etag)
        .header("Muster-Release", "1");
    given().header("If-None-Match", "\"1\"").get(path).then().statusCode(200);
  }

  @Test
  void aRollbackIsAReleaseOfItsOwnAndRestoresWhatWasDeleted() {
    String namespace = Http.namespace();
    Http.put(namespace, "x", "one");
    long second = Http.put(namespace, "x", "two");
    given()
        .header("If-Match", "\"" + (second - 1) + "\"")
        .post(history(namespace, "x") + "?rollback=1")
        .then()
        .statusCode(412);
    given()
        .header("If-Match", "\"" + second + "\"")
        .post(history(namespace, "x") + "?rollback=1&author=Ann&message=two+was+wrong")
        .then()
        .statusCode(200)
        .body("release", equalTo(3));
    given().get(Http.item(namespace, "x")).then().body(equalTo("one"));
    given()
        .get(history(namespace, "x"))
        .then()
        .body("releases[0].action", equalTo("rolled-back"))
        .body("releases[0].origin", equalTo(1));
    given().delete(Http.item(namespace, "x")).then().statusCode(200);
    given().get(Http.item(namespace, "x")).then().statusCode(404);
    given().post(history(namespace, "x") + "?rollback=4").then().statusCode(404);
    given().post(history(namespace, "x") + "?rollback=2").then().statusCode(201);
    given().get(Http.item(namespace, "x")).then().body(equalTo("two"));
    given().post(history(namespace, "x")).then().statusCode(400);
    given().post(history(namespace, "never") + "?rollback=1").then().statusCode(404);
  }

  @Test
  void historiesOfNamesThatLookAlikeAreKeptApart() {
    String namespace = Http.namespace();
    Http.put(namespace, "a/b", "slash");
    Http.put(namespace, "a%252Fb", "percent");
    given().get(Http.item(namespace, "a/b") + "?release=1").then().body(equalTo("slash"));
    given()
        .get(history(namespace, "a"))
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-item"));
  }

  @Test
  void oldReleasesGo() {
    String namespace = Http.namespace();
    for (int i = 1; i <= ConfigLimits.RELEASES_KEPT_DEFAULT + 30; i++) {
      Http.put(namespace, "x", "value " + i);
    }
    int kept =
        given()
            .get(history(namespace, "x") + "?limit=1000")
            .then()
            .body("releases[0].release", equalTo(ConfigLimits.RELEASES_KEPT_DEFAULT + 30))
            .extract()
            .<java.util.List<Integer>>path("releases.release")
            .size();
    assertTrue(
        kept >= ConfigLimits.RELEASES_KEPT_DEFAULT
            && kept <= ConfigLimits.RELEASES_KEPT_DEFAULT + 17,
        "kept " + kept);
    given().get(Http.item(namespace, "x") + "?release=1").then().statusCode(404);
    given().delete("/api/v1/namespaces/" + namespace + "?force=true").then().statusCode(200);
    given().get(history(namespace, "x")).then().statusCode(404);
    given().put("/api/v1/namespaces/" + namespace).then().statusCode(201);
    given().get(history(namespace, "x")).then().statusCode(404);
    Http.put(namespace, "x", "new");
    given().get(history(namespace, "x")).then().body("releases", hasSize(1));
  }

  @Test
  void whatIsDeletedIsListedUntilItIsThereAgain() {
    String namespace = Http.namespace();
    for (String item : new String[] {"a/b", "c", "d", "stays"}) {
      Http.put(namespace, item, "1");
    }
    for (String item : new String[] {"a/b", "c", "d"}) {
      given().delete(Http.item(namespace, item) + "?author=Eve").then().statusCode(200);
    }
    String all = Http.API + "/namespaces/" + namespace + "/history";
    String next =
        given()
            .get(all + "?deleted=true&limit=2")
            .then()
            .statusCode(200)
            .body("items.name", contains("a/b", "c"))
            .body("items[0].author", equalTo("Eve"))
            .body("items[0].release", equalTo(2))
            .body("items[0].restorable", equalTo(1))
            .extract()
            .path("next");
    given()
        .get(all + "?deleted=true&limit=2&cursor=" + next)
        .then()
        .body("items.name", contains("d"))
        .body("next", nullValue());
    given().post(history(namespace, "a/b") + "?rollback=1").then().statusCode(201);
    given().get(all + "?deleted=true").then().body("items.name", contains("c", "d"));
    given()
        .get(all)
        .then()
        .body("items.name", contains("a/b", "c", "d", "stays"))
        .body("items.deleted", contains(false, true, true, false));
    given().get(all + "?deleted=maybe").then().statusCode(400);
    given().get(Http.API + "/namespaces/none-such/history").then().statusCode(404);
  }

  @Test
  void aNamespaceKeepsAsMuchHistoryAsItSays() {
    String namespace = Http.namespace();
    given()
        .contentType("application/json")
        .body("{\"history\":{\"releasesMax\":2}}")
        .put(Http.API + "/namespaces/" + namespace)
        .then()
        .statusCode(200);
    for (int i = 1; i <= 40; i++) {
      Http.put(namespace, "x", "value " + i);
    }
    int kept =
        given()
            .get(history(namespace, "x"))
            .then()
            .extract()
            .<java.util.List<Integer>>path("releases.release")
            .size();
    assertTrue(kept >= 2 && kept <= 2 + 17, "kept " + kept);
  }
}

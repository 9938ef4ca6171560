package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ConfigsResourceTest {
  private static String list(String namespace) {
    return "/api/v1/namespaces/" + namespace + "/configs";
  }

  @Test
  void itemsAreListedWithoutTheirContents() {
    String namespace = Http.namespace();
    long revision = Http.put(namespace, "b", "hello");
    Http.put(namespace, "a/x", "");
    given()
        .get(list(namespace))
        .then()
        .statusCode(200)
        .contentType("application/json")
        .body("namespace", equalTo(namespace))
        .body("items.name", equalTo(List.of("a/x", "b")))
        .body("items[1].size", equalTo(5))
        .body("items[1].contentType", equalTo("text/plain"))
        .body("items[1].revision", equalTo((int) revision))
        .body("next", nullValue());
  }

  @Test
  void pagesAreStableWhileOthersWrite() {
    String namespace = Http.namespace();
    List<String> names = new ArrayList<>();
    for (String folder : List.of("a", "a/b", "a/b/c", "ab", "b", "c")) {
      names.add(folder);
      names.add(folder + "/one");
      names.add(folder + "/two");
    }
    names.forEach(name -> Http.put(namespace, name, name));
    List<String> listed = new ArrayList<>();
    String next = null;
    int page = 0;
    do {
      JsonPath json =
          given()
              .get(list(namespace) + "?limit=2" + (next == null ? "" : "&cursor=" + next))
              .jsonPath();
      listed.addAll(json.getList("items.name"));
      next = json.getString("next");
      // What the cursor points at may go, and others may come before it.
      if (page++ == 1) {
        given().delete(Http.item(namespace, listed.get(listed.size() - 1))).then().statusCode(200);
        Http.put(namespace, "0-first", "x");
      }
    } while (next != null);
    assertEquals(names.stream().sorted().toList(), listed.stream().sorted().toList());
  }

  @Test
  void aPrefixIsOneOfText() {
    String namespace = Http.namespace();
    for (String name : List.of("checkout", "checkout/a", "checkout/ab", "checkout/b/c", "other")) {
      Http.put(namespace, name, "x");
    }
    given()
        .get(list(namespace) + "?prefix=checkout")
        .then()
        .body(
            "items.name",
            equalTo(List.of("checkout", "checkout/a", "checkout/ab", "checkout/b/c")));
    given()
        .get(list(namespace) + "?prefix=checkout/")
        .then()
        .body("items.name", equalTo(List.of("checkout/a", "checkout/ab", "checkout/b/c")));
    given()
        .get(list(namespace) + "?prefix=checkout/a")
        .then()
        .body("items.name", equalTo(List.of("checkout/a", "checkout/ab")));
    given().get(list(namespace) + "?prefix=nothing/x").then().body("items", equalTo(List.of()));
    given().get(list(namespace) + "?prefix=/x").then().statusCode(400);
    given().get(list(namespace) + "?prefix=a//x").then().statusCode(400);
    String cursor =
        given().get(list(namespace) + "?prefix=checkout/&limit=1").jsonPath().getString("next");
    given()
        .get(list(namespace) + "?prefix=other&cursor=" + cursor)
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-cursor"));
  }

  @Test
  void theTagIsTheCollectionsOwn() {
    String namespace = Http.namespace();
    Http.put(namespace, "a/x", "1");
    Response first = given().get(list(namespace) + "?prefix=a/");
    Http.put(namespace, "b/x", "1");
    Http.put(Http.namespace(), "a/x", "1");
    given()
        .header("If-None-Match", first.header("ETag"))
        .get(list(namespace) + "?prefix=a/")
        .then()
        .statusCode(304);
    Http.put(namespace, "a/y", "1");
    given()
        .header("If-None-Match", first.header("ETag"))
        .get(list(namespace) + "?prefix=a/")
        .then()
        .statusCode(200)
        .body("items.name", equalTo(List.of("a/x", "a/y")));
    given().get(list("nowhere")).then().statusCode(404).body("code", equalTo("unknown-namespace"));
  }
}

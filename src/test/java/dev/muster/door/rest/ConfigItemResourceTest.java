package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Path;
import dev.muster.ledger.LocalLedger;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ConfigItemResourceTest {
  @Inject LocalLedger ledger;

  @Test
  void contentComesBackAsItWasSent() {
    String namespace = Http.namespace();
    Response written =
        given()
            .config(Http.AS_IS)
            .contentType("application/yaml; charset=utf-8")
            .body("a: 1\n")
            .put(Http.item(namespace, "checkout/application.yaml"));
    written
        .then()
        .statusCode(201)
        .body("name", equalTo("checkout/application.yaml"))
        .body("result", equalTo("created"));
    given()
        .get(Http.item(namespace, "checkout/application.yaml"))
        .then()
        .statusCode(200)
        .header("Content-Type", "application/yaml; charset=utf-8")
        .header("ETag", written.header("ETag"))
        .header("Muster-Revision", written.header("Muster-Revision"))
        .header("X-Content-Type-Options", "nosniff")
        .body(equalTo("a: 1\n"));
  }

  @Test
  void headIsGetWithoutTheContent() {
    String namespace = Http.namespace();
    long revision = Http.put(namespace, "x", "hello");
    given()
        .head(Http.item(namespace, "x"))
        .then()
        .statusCode(200)
        .header("Content-Length", "5")
        .header("Content-Type", "text/plain")
        .header("ETag", "\"" + revision + "\"");
    given().head(Http.item(namespace, "y")).then().statusCode(404);
    given()
        .header("If-None-Match", "\"" + revision + "\"")
        .head(Http.item(namespace, "x"))
        .then()
        .statusCode(304);
  }

  @Test
  void anUnchangedPutChangesNothing() {
    String namespace = Http.namespace();
    long revision = Http.put(namespace, "x", "hello");
    long before = ledger.local().revision();
    given()
        .config(Http.AS_IS)
        .contentType("text/plain")
        .body("hello")
        .put(Http.item(namespace, "x"))
        .then()
        .statusCode(200)
        .header("ETag", "\"" + revision + "\"")
        .body("result", equalTo("unchanged"));
    assertEquals(before, ledger.local().revision());
    given()
        .config(Http.AS_IS)
        .contentType("text/html")
        .body("hello")
        .put(Http.item(namespace, "x"))
        .then()
        .statusCode(200)
        .body("result", equalTo("replaced"));
  }

  @Test
  void compareAndSet() {
    String namespace = Http.namespace();
    String path = Http.item(namespace, "x");
    given()
        .header("If-Match", "\"7\"")
        .body("a")
        .put(path)
        .then()
        .statusCode(412)
        .body("code", equalTo("revision-conflict"))
        .body("actual", equalTo(0));
    given().header("If-None-Match", "*").body("a").put(path).then().statusCode(201);
    Response exists = given().header("If-None-Match", "*").body("b").put(path);
    exists.then().statusCode(412).body("code", equalTo("already-exists"));
    String etag = given().get(path).header("ETag");
    given().header("If-Match", etag).body("b").put(path).then().statusCode(200);
    given()
        .header("If-Match", etag)
        .body("c")
        .put(path)
        .then()
        .statusCode(412)
        .body("code", equalTo("revision-conflict"))
        .body("actual", notNullValue());
    given().header("If-Match", etag).delete(path).then().statusCode(412);
    given().header("If-Match", "*").body("c").put(path).then().statusCode(200);
    given()
        .header("If-Match", given().get(path).header("ETag"))
        .delete(path)
        .then()
        .statusCode(200);
    given().get(path).then().statusCode(404).header("ETag", "\"0\"");
    given()
        .delete(path)
        .then()
        .statusCode(404)
        .header("Muster-Revision", nullValue())
        .body("code", equalTo("unknown-item"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "42",
        "\"x\"",
        "\"-1\"",
        "\"99999999999999999999\"",
        "\"1\", \"2\"",
        "W/\"1\"",
        ""
      })
  void malformedTagsAreRefused(String tag) {
    given()
        .header("If-Match", tag)
        .body("x")
        .put(Http.item(Http.namespace(), "x"))
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-etag"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "text/*", "*/*", "text/plain; charset", "text/"})
  void malformedTypesAreRefused(String type) throws IOException {
    String namespace = Http.namespace();
    String answer =
        Http.raw(
            "PUT "
                + Http.item(namespace, "x")
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\nContent-Type: "
                + type
                + "\r\n\r\nx");
    assertTrue(answer.startsWith("HTTP/1.1 415"), answer);
    assertTrue(answer.contains("\"code\":\"unsupported-media-type\""), answer);
  }

  @Test
  void anItemMayBeAFolderToo() {
    String namespace = Http.namespace();
    Http.put(namespace, "a/b/c", "leaf");
    given().get(Http.item(namespace, "a/b")).then().statusCode(404);
    given()
        .header("If-None-Match", "*")
        .body("folder")
        .put(Http.item(namespace, "a/b"))
        .then()
        .statusCode(201);
    given().delete(Http.item(namespace, "a/b")).then().statusCode(200);
    given().get(Http.item(namespace, "a/b")).then().statusCode(404);
    given().get(Http.item(namespace, "a/b/c")).then().statusCode(200);
    Http.put(namespace, "a/b", "folder again");
    given().delete(Http.item(namespace, "a/b/c")).then().statusCode(200);
    given().get(Http.item(namespace, "a/b")).then().statusCode(200);
    given().delete(Http.item(namespace, "a/b")).then().statusCode(200);
    assertNull(ledger.local().tree().find(Path.of("/config/" + namespace + "/a")));
  }

  @Test
  void unknownNamespacesAreTold() {
    given()
        .body("x")
        .put(Http.item("nowhere", "x"))
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-namespace"));
    given().get(Http.item("nowhere", "x")).then().body("code", equalTo("unknown-namespace"));
    given().delete(Http.item("nowhere", "x")).then().body("code", equalTo("unknown-namespace"));
  }

  @Test
  void conditionalGet() {
    String namespace = Http.namespace();
    long revision = Http.put(namespace, "x", "hello");
    given()
        .header("If-None-Match", "\"" + revision + "\"")
        .get(Http.item(namespace, "x"))
        .then()
        .statusCode(304)
        .header("ETag", "\"" + revision + "\"");
    given()
        .header("If-None-Match", "\"1\", W/\"" + revision + "\"")
        .get(Http.item(namespace, "x"))
        .then()
        .statusCode(304);
    given().header("If-None-Match", "\"1\"").get(Http.item(namespace, "x")).then().statusCode(200);
    given().header("If-None-Match", "*").get(Http.item(namespace, "x")).then().statusCode(400);
  }
}

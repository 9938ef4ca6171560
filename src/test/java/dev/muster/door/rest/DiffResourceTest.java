package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;

@QuarkusTest
class DiffResourceTest {
  private static String url(String namespace, String item) {
    return Http.API + "/namespaces/" + namespace + "/diff/" + item;
  }

  private static void publish(String namespace, String item, String type, String content) {
    given()
        .config(Http.AS_IS)
        .contentType(type)
        .body(content)
        .put(Http.item(namespace, item))
        .then()
        .statusCode(org.hamcrest.Matchers.lessThan(300));
  }

  private static ValidatableResponse diff(String namespace, String item, String query) {
    return given().get(url(namespace, item) + query).then().statusCode(200);
  }

  @Test
  void theNewestReleaseIsComparedWithTheOneBefore() {
    String namespace = Http.namespace();
    publish(namespace, "a.yaml", "application/yaml", "# old\nport: 1\nhost: x\n");
    publish(namespace, "a.yaml", "application/yaml", "# new\nport: 2\nhost: x\nzone: b\n");
    diff(namespace, "a.yaml", "")
        .body("from.release", equalTo(1))
        .body("to.release", equalTo(2))
        .body("same", equalTo(false))
        .body(
            "unified",
            equalTo(
                """
                --- a.yaml (release 1)
                +++ a.yaml (release 2)
                @@ -1,3 +1,4 @@
                -# old
                -port: 1
                +# new
                +port: 2
                 host: x
                +zone: b
                """))
        .body("rows", nullValue())
        .body("keys.key", contains("port", "zone"))
        .body("keys.change", contains("changed", "added"))
        .body("keys[0].before.value", equalTo("1"))
        .body("keys[0].before.kind", equalTo("integer"))
        .body("keys[0].after.line", equalTo(2))
        .body("keys[1].before", nullValue());
    diff(namespace, "a.yaml", "?from=2&to=2")
        .body("same", equalTo(true))
        .body("unified", equalTo(""));
  }

  @Test
  void linesStandSideBySide() {
    String namespace = Http.namespace();
    publish(namespace, "x", "text/plain", "one\ntwo\n");
    publish(namespace, "x", "text/plain", "one\n2\nthree\n");
    diff(namespace, "x", "?rows=true")
        .body("rows.kind", contains("equal", "changed", "added"))
        .body("rows[1].oldText", equalTo("two"))
        .body("rows[1].newText", equalTo("2"))
        .body("rows[2].oldLine", nullValue())
        .body("rows[2].newLine", equalTo(3))
        .body("keys", nullValue());
  }

  @Test
  void nothingIsBeforeTheFirstAndAfterTheDeletion() {
    String namespace = Http.namespace();
    publish(namespace, "x.json", "application/json", "{\"a\":1}");
    diff(namespace, "x.json", "").body("from", nullValue()).body("keys.change", contains("added"));
    given().delete(Http.item(namespace, "x.json")).then().statusCode(200);
    diff(namespace, "x.json", "")
        .body("to.action", equalTo("deleted"))
        .body("keys.change", contains("removed"));
    diff(namespace, "x.json", "?from=0&to=0").body("same", equalTo(true)).body("keys", empty());
  }

  @Test
  void whatIsNotPublishedIsComparedAndNotWritten() {
    String namespace = Http.namespace();
    publish(namespace, "a.properties", "text/x-java-properties", "a=1\nb=2\n");
    given()
        .config(Http.AS_IS)
        .contentType("application/yaml")
        .body("b: 2\na: 3\n")
        .post(url(namespace, "a.properties"))
        .then()
        .statusCode(200)
        .body("from.release", equalTo(1))
        .body("to", nullValue())
        .body("keys.key", contains("a"));
    given().get(Http.item(namespace, "a.properties")).then().body(equalTo("a=1\nb=2\n"));
    given()
        .config(Http.AS_IS)
        .contentType("text/plain")
        .body("x")
        .post(url(namespace, "new"))
        .then()
        .statusCode(200)
        .body("from", nullValue());
  }

  @Test
  void whatIsNoTextHasNoLines() {
    String namespace = Http.namespace();
    publish(namespace, "x", "text/plain", "one");
    given()
        .contentType("application/octet-stream")
        .body(new byte[] {(byte) 0xFF, 0})
        .put(Http.item(namespace, "x"))
        .then()
        .statusCode(200);
    diff(namespace, "x", "?rows=true")
        .body("same", equalTo(false))
        .body("unified", nullValue())
        .body("rows", nullValue())
        .body("keys", nullValue());
  }

  @Test
  void largeOnesAreComparedToo() {
    String namespace = Http.namespace();
    publish(namespace, "x", "text/plain", "line\n".repeat(100_000));
    publish(namespace, "x", "text/plain", "line\n".repeat(100_000) + "last\n");
    diff(namespace, "x", "?context=0&rows=true").body("rows", hasSize(100_001));
  }

  @Test
  void whatDoesNotExistIsSaid() {
    String namespace = Http.namespace();
    publish(namespace, "x", "text/plain", "one");
    given()
        .get(url(namespace, "x") + "?to=7")
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-release"));
    given().get(url(namespace, "y")).then().statusCode(404).body("code", equalTo("unknown-item"));
    given()
        .get(url(namespace, "x") + "?context=1001")
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-parameter"));
    given()
        .get(url("nowhere", "x"))
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-namespace"));
  }
}

package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class PropertiesResourceTest {
  private static void publish(String namespace, String item, String content) {
    given()
        .config(Http.AS_IS)
        .contentType("application/octet-stream")
        .body(content.getBytes(StandardCharsets.UTF_8))
        .put(Http.item(namespace, item))
        .then()
        .statusCode(201);
  }

  private static String property(String namespace, String item, String key) {
    return Http.API + "/namespaces/" + namespace + "/properties/" + item + "?key=" + key;
  }

  private static ValidatableResponse put(String namespace, String item, String key, String value) {
    return given()
        .config(Http.AS_IS)
        .contentType("text/plain")
        .body(value.getBytes(StandardCharsets.UTF_8))
        .put(property(namespace, item, key))
        .then();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app.properties | # c\\ndb.url = x:y\\n | string | x:y | 2",
        "app.yaml | db:\\n  url: x:y\\n | string | x:y | 2",
        "app.json | {\"db\":{\"url\":17}} | integer | 17 | 1",
        "app.toml | [db]\\nurl = true\\n | boolean | true | 2",
        "app.conf | db { url = 1.5 }\\n | decimal | 1.5 | 1",
      })
  void aPropertyIsReadFromEveryFormat(
      String item, String content, String kind, String value, int line) {
    String namespace = Http.namespace();
    publish(namespace, item, content.replace("\\n", "\n"));
    given()
        .get(property(namespace, item, "db.url"))
        .then()
        .statusCode(200)
        .header("ETag", given().get(Http.item(namespace, item)).header("ETag"))
        .body("key", equalTo("db.url"))
        .body("value", equalTo(value))
        .body("kind", equalTo(kind))
        .body("line", equalTo(line));
    given()
        .get(property(namespace, item, "db.none"))
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-property"));
  }

  @Test
  void aPropertyIsSetWhereItStands() {
    String namespace = Http.namespace();
    publish(namespace, "app.properties", "# one\na=1\n\n# two\nb = 2\n");
    put(namespace, "app.properties", "b", "größer")
        .statusCode(200)
        .body("result", equalTo("replaced"))
        .body("release", equalTo(2));
    put(namespace, "app.properties", "b", "größer").body("result", equalTo("unchanged"));
    given()
        .get(property(namespace, "app.properties", "b"))
        .then()
        .body("value", equalTo("größer"))
        .body("line", equalTo(5));
    publish(namespace, "app.yaml", "# one\na: 1 # first\nb: two\n");
    put(namespace, "app.yaml", "a", "2").statusCode(200);
    put(namespace, "app.yaml", "c.d", "new").statusCode(200);
    given()
        .get(Http.item(namespace, "app.yaml"))
        .then()
        .body(equalTo("# one\na: 2 # first\nb: two\nc:\n  d: new\n"));
  }

  @Test
  void aPropertyIsRemovedWhereItStands() {
    String namespace = Http.namespace();
    publish(namespace, "app.yaml", "# one\na: 1 # first\nb: two\n");
    String etag = given().get(Http.item(namespace, "app.yaml")).header("ETag");
    given()
        .delete(property(namespace, "app.yaml", "a") + "&author=ann&message=no+more")
        .then()
        .statusCode(200)
        .body("result", equalTo("replaced"))
        .body("release", equalTo(2));
    given().get(Http.item(namespace, "app.yaml")).then().body(equalTo("# one\nb: two\n"));
    given()
        .delete(property(namespace, "app.yaml", "a"))
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-property"));
    given()
        .header("If-Match", etag)
        .delete(property(namespace, "app.yaml", "b"))
        .then()
        .statusCode(412);
    given()
        .delete(property(namespace, "app.yaml", "b"))
        .then()
        .statusCode(422)
        .body("code", equalTo("inapplicable-change"));
    given()
        .delete(property(namespace, "none.yaml", "b"))
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-item"));
  }

  @Test
  void whatCannotBeReadOrSetIsRefused() {
    String namespace = Http.namespace();
    publish(namespace, "app.yaml", "a:\n  b: 1\n");
    publish(namespace, "app.toml", "a = 1\n");
    publish(namespace, "x.txt", "a=1\n");
    publish(namespace, "two.yaml", "a: 1\n---\nb: 2\n");
    put(namespace, "app.yaml", "a", "1")
        .statusCode(422)
        .body("code", equalTo("inapplicable-change"));
    put(namespace, "app.toml", "a", "1")
        .statusCode(422)
        .body("code", equalTo("unsupported-format"));
    put(namespace, "none", "a", "1").statusCode(404).body("code", equalTo("unknown-item"));
    put(namespace, "app.yaml", "", "1").statusCode(400).body("parameter", equalTo("key"));
    given()
        .config(Http.AS_IS)
        .contentType("text/plain")
        .body(new byte[] {(byte) 0xC3, '('})
        .put(property(namespace, "app.yaml", "a.b"))
        .then()
        .statusCode(422);
    given()
        .contentType("application/json")
        .body("1")
        .put(property(namespace, "app.yaml", "a.b"))
        .then()
        .statusCode(415);
    given()
        .config(Http.AS_IS)
        .header("If-Match", "\"1\"")
        .contentType("text/plain")
        .body("2")
        .put(property(namespace, "app.yaml", "a.b"))
        .then()
        .statusCode(412);
    given()
        .get(property(namespace, "x.txt", "a"))
        .then()
        .statusCode(422)
        .body("code", equalTo("unsupported-format"));
    given().get(property(namespace, "two.yaml", "a")).then().statusCode(422);
    given().get(property(namespace, "none", "a")).then().statusCode(404);
    given()
        .get(property(namespace, "app.yaml", "a").replace("?key=a", ""))
        .then()
        .statusCode(400)
        .body("parameter", equalTo("key"));
    put(namespace, "app.yaml", "a.b", "x".repeat(70_000)).statusCode(413);
  }
}

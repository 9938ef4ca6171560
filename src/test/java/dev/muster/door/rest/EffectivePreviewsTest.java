package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Previews of changes that are not published. */
@QuarkusTest
class EffectivePreviewsTest extends EffectiveRequests {
  @ParameterizedTest
  @ValueSource(strings = {"properties", "yaml", "flat"})
  void aPreviewIsByteForByteWhatIsDelivered(String as) {
    put("application.yaml", "k: 0\nlist: [1, 2, 3]\nurl: ${host:none}/ö\n");
    put("x/application.yaml", "k: 1");
    putLabelled("x/application+a.yaml", "zone: a", Map.of("for.zone", "a"));
    put("old.yaml", "x: 1");
    String query = "?profile=prod&labels=zone=a&as=" + as;
    byte[] before = get("x", query).extract().asByteArray();
    String yaml = "list: [ä]\nhost: db1\nmuster.include: new/shared.yaml\n";
    byte[] previewed =
        preview(
                "x",
                query,
                """
                {"changes": [
                  {"item": "x/application-prod.yaml", "content": %s},
                  {"item": "new/shared.yaml", "content": "shared: yes", "contentType": "text/yaml"},
                  {"item": "x/application.yaml", "delete": true},
                  {"item": "application-prod.properties", "content": "port=8080"}
                ]}"""
                    .formatted(
                        new String(Json.encode(yaml), java.nio.charset.StandardCharsets.UTF_8)))
            .statusCode(200)
            .extract()
            .asByteArray();
    assertArrayEquals(before, get("x", query).extract().asByteArray());
    put("new/shared.yaml", "shared: yes");
    put("x/application-prod.yaml", yaml);
    put("application-prod.properties", "port=8080");
    given().delete(Http.item(namespace, "x/application.yaml")).then().statusCode(200);
    byte[] delivered = get("x", query).extract().asByteArray();
    assertArrayEquals(delivered, previewed);
    assertFalse(java.util.Arrays.equals(before, delivered));
  }

  @Test
  void aPreviewTellsWhatChanges() {
    put("application.yaml", "a: 1\nb: 1\nc: ${a}\n");
    long revision = Long.parseLong(get("x", "").extract().header("Muster-Revision"));
    preview(
            "x",
            "?diff=true",
            "{\"changes\":[{\"item\":\"x/application.yaml\",\"content\":\"a: 2\\nb: 1\\nd: 1\\n\"}]}")
        .statusCode(200)
        .header("Muster-Revision", equalTo(Long.toString(revision)))
        .body("layers.revision[1]", equalTo(0))
        .body("changes.key", contains("a", "c", "d"))
        .body("changes.kind", contains("changed", "changed", "added"))
        .body("changes[0].before.value", equalTo("1"))
        .body("changes[0].after.value", equalTo("2"))
        .body("changes[1].after.value", equalTo("2"))
        .body("changes[2].before", nullValue());
    assertEquals(Long.toString(revision), get("x", "").extract().header("Muster-Revision"));
    get("x", "").body("properties", hasSize(3)).body("changes", nullValue());
  }

  @Test
  void aPreviewShowsThatItMendsOrBreaks() {
    put("application.yaml", "a: ${b}\nb: ${a}\n");
    preview(
            "x",
            "?diff=true",
            "{\"changes\":[{\"item\":\"application.yaml\",\"content\":\"a: 1\"}]}")
        .statusCode(200)
        .body("properties.key", contains("a"))
        .body("changes", nullValue())
        .body("problemBefore", containsString("a -> b -> a"));
    preview("x", "", "{\"changes\":[{\"item\":\"application.yaml\",\"content\":\"a: ${a}\"}]}")
        .statusCode(422)
        .body("code", equalTo("reference-cycle"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|400|missing-field",
        "{\"changes\":[{}]}|400|missing-field",
        "{\"changes\":[null]}|400|missing-field",
        "{\"changes\":[{\"item\":\"a\"}]}|400|invalid-field",
        "{\"changes\":[{\"item\":\"a\",\"content\":\"\",\"delete\":true}]}|400|invalid-field",
        "{\"changes\":[{\"item\":\"a\",\"content\":\"\"},{\"item\":\"a\",\"content\":\"\"}]}|400|invalid-field",
        "{\"changes\":[{\"item\":\"a/../b\",\"content\":\"\"}]}|400|invalid-path",
        "{\"changes\":[{\"item\":\"a\",\"content\":\"\",\"contentType\":\"x\"}]}|415|unsupported-media-type",
        "{\"changes\":[{\"item\":\"a\",\"delete\":true}]}|404|unknown-item",
        "{\"changes\":[{\"item\":\"a.yaml\",\"content\":\"a: 1\\na: 2\"}]}|422|invalid-content",
        "{\"change\":[]}|400|unknown-field",
        "[|400|invalid-json",
      })
  void malformedPreviewsAreRefused(String body, int status, String code) {
    preview("x", "", body).statusCode(status).body("code", equalTo(code));
  }

  @Test
  void whatASchemaForbidsIsNotPreviewed() {
    String namespace = Http.namespace();
    given()
        .config(Http.AS_IS)
        .contentType("application/schema+json")
        .body("{\"properties\":{\"pool\":{\"maximum\":64}}}")
        .put(Http.API + "/namespaces/" + namespace + "/schemas/x?scope=prefix")
        .then()
        .statusCode(201);
    String changes = "{\"changes\":[{\"item\":\"x/application.yaml\",\"content\":\"pool: %d\"}]}";
    given()
        .contentType("application/json")
        .body(changes.formatted(100))
        .post(Http.API + "/namespaces/" + namespace + "/effective/x")
        .then()
        .statusCode(422)
        .body("code", equalTo("schema-violation"))
        .body("item", equalTo("x/application.yaml"))
        .body("problems[0].line", equalTo(1));
    given()
        .contentType("application/json")
        .body(changes.formatted(10))
        .post(Http.API + "/namespaces/" + namespace + "/effective/x")
        .then()
        .statusCode(200);
  }

  @Test
  void tooManyChangesAreRefused() {
    StringBuilder body = new StringBuilder("{\"changes\":[");
    for (int i = 0; i <= 60; i++) {
      body.append(i == 0 ? "" : ",").append("{\"item\":\"i%d\",\"content\":\"\"}".formatted(i));
    }
    preview("x", "", body + "]}").statusCode(400).body("field", equalTo("changes"));
    preview("x", "?as=yaml&diff=true", "{\"changes\":[]}").statusCode(400);
    preview("x", "", "{\"changes\":[]}").statusCode(200);
  }
}

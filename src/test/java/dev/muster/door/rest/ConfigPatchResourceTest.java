package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.ledger.LocalLedger;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ConfigPatchResourceTest {
  private static final String YAML = "# who\nname: cart # the cart\nport: 80\n";
  @Inject LocalLedger ledger;

  private static void put(String namespace, String item, String content) {
    given()
        .config(Http.AS_IS)
        .contentType("application/octet-stream")
        .body(content.getBytes(StandardCharsets.UTF_8))
        .put(Http.item(namespace, item))
        .then()
        .statusCode(201);
  }

  private static ValidatableResponse patch(String namespace, String item, String patch) {
    return given()
        .config(Http.AS_IS)
        .contentType(ConfigPatchResource.MERGE_PATCH)
        .body(patch.getBytes(StandardCharsets.UTF_8))
        .patch(Http.item(namespace, item))
        .then();
  }

  @Test
  void whatThePatchDoesNotNameStays() {
    String namespace = Http.namespace();
    put(namespace, "a/app.yaml", YAML);
    patch(namespace, "a/app.yaml", "{\"port\": 8080}")
        .statusCode(200)
        .body("result", equalTo("replaced"))
        .body("release", equalTo(2))
        .body("inPlace", equalTo(true));
    given()
        .get(Http.item(namespace, "a/app.yaml"))
        .then()
        .contentType("application/yaml")
        .body(equalTo(YAML.replace("80", "8080")));
    long before = ledger.local().revision();
    patch(namespace, "a/app.yaml", "{\"port\": 8080}").body("result", equalTo("unchanged"));
    assertEquals(before, ledger.local().revision());
    patch(namespace, "a/app.yaml", "[1]").statusCode(200).body("inPlace", equalTo(false));
  }

  @Test
  void jsonIsPatchedToo() {
    String namespace = Http.namespace();
    put(namespace, "app.json", "{\n  \"a\": {\"b\": 1, \"c\": 2}\n}\n");
    patch(namespace, "app.json", "{\"a\": {\"b\": null, \"d\": 3}}").statusCode(200);
    given()
        .get(Http.item(namespace, "app.json"))
        .then()
        .body("a.c", equalTo(2))
        .body("a.d", equalTo(3))
        .body(org.hamcrest.Matchers.not(containsString("\"b\"")));
  }

  @Test
  void whatCannotBePatchedIsRefused() {
    String namespace = Http.namespace();
    put(namespace, "app.yaml", YAML);
    put(namespace, "app.toml", "a = 1\n");
    put(namespace, "two.yaml", "a: 1\n---\nb: 2\n");
    given()
        .contentType("application/json")
        .body("{}")
        .patch(Http.item(namespace, "app.yaml"))
        .then()
        .statusCode(415)
        .header("Accept-Patch", ConfigPatchResource.MERGE_PATCH);
    patch(namespace, "app.yaml", "{\"a\":").statusCode(400).body("code", equalTo("invalid-json"));
    patch(namespace, "none", "{}").statusCode(404).body("code", equalTo("unknown-item"));
    patch(namespace, "app.toml", "{}")
        .statusCode(422)
        .body("code", equalTo("unsupported-format"))
        .body("format", equalTo("application/toml"));
    patch(namespace, "two.yaml", "{\"a\":2}")
        .statusCode(422)
        .body("code", equalTo("inapplicable-change"))
        .body("problems[0].line", greaterThan(1));
    given()
        .config(Http.AS_IS)
        .header("If-Match", "\"1\"")
        .contentType(ConfigPatchResource.MERGE_PATCH)
        .body("{\"port\":1}".getBytes(StandardCharsets.UTF_8))
        .patch(Http.item(namespace, "app.yaml"))
        .then()
        .statusCode(412);
    given()
        .config(Http.AS_IS)
        .contentType(ConfigPatchResource.MERGE_PATCH)
        .body("{}")
        .patch(Http.item(namespace, "app.yaml") + "?x=1")
        .then()
        .statusCode(400);
  }

  @Test
  void aLargePatchIsMadeToo() {
    String namespace = Http.namespace();
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < 4_000; i++) {
      yaml.append("key").append(i).append(": ").append(i).append(" # a comment\n");
    }
    put(namespace, "big.yaml", yaml.toString());
    patch(namespace, "big.yaml", "{\"key17\": 18}").statusCode(200).body("inPlace", equalTo(true));
    given()
        .get(Http.item(namespace, "big.yaml"))
        .then()
        .body(equalTo(yaml.toString().replace("key17: 17 ", "key17: 18 ")));
  }

  /** Without a guard on what was read, one of two writers overwrites what the other one has set. */
  @Test
  void patchesOfSeveralWritersAtOnceAreAllMade() {
    String namespace = Http.namespace();
    put(namespace, "app.yaml", "a0: 0\n");
    int each = 200;
    atOnce(
        writer -> {
          for (int i = 0; i < each; i++) {
            String key = (writer == 0 ? "a" : "b") + i;
            patch(namespace, "app.yaml", "{\"" + key + "\": " + i + "}").statusCode(200);
          }
        });
    String content = given().get(Http.item(namespace, "app.yaml")).then().extract().asString();
    for (int i = 0; i < each; i++) {
      assertTrue(content.contains("a" + i + ": " + i + "\n"), "a" + i);
      assertTrue(content.contains("b" + i + ": " + i + "\n"), "b" + i);
    }
  }

  /** A content and a description that are written at once: neither undoes the other. */
  @Test
  void aContentAndADescriptionWrittenAtOnceBothStay() {
    String namespace = Http.namespace();
    put(namespace, "x", "0");
    int each = 50;
    atOnce(
        writer -> {
          for (int i = 1; i <= each; i++) {
            if (writer == 0) {
              Http.put(namespace, "x", "" + i);
            } else {
              given()
                  .contentType("application/json")
                  .body("{\"labels\":{\"n\":\"" + i + "\"}}")
                  .put(Http.API + "/namespaces/" + namespace + "/metadata/x")
                  .then()
                  .statusCode(200);
              given()
                  .get(Http.API + "/namespaces/" + namespace + "/metadata/x")
                  .then()
                  .body("labels.n", equalTo("" + i));
            }
          }
        });
    given().get(Http.item(namespace, "x")).then().body(equalTo("" + each));
    given()
        .get(Http.API + "/namespaces/" + namespace + "/metadata/x")
        .then()
        .body("labels.n", equalTo("" + each));
  }

  private static void atOnce(IntConsumer writer) {
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int number = i;
      writers.add(
          CompletableFuture.runAsync(
              () -> writer.accept(number), task -> new Thread(task).start()));
    }
    writers.forEach(CompletableFuture::join);
  }
}

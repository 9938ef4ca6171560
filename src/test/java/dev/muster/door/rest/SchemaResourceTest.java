package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.muster.ledger.LocalLedger;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class SchemaResourceTest {
  private static final String PORT =
      "{\"type\":\"object\",\"properties\":{\"port\":{\"type\":\"integer\",\"maximum\":65535}}}";
  @Inject LocalLedger ledger;

  private static String schemas(String namespace) {
    return Http.API + "/namespaces/" + namespace + "/schemas";
  }

  private static ValidatableResponse schema(String namespace, String target, String json) {
    return given()
        .config(Http.AS_IS)
        .contentType("application/octet-stream")
        .body(json.getBytes(StandardCharsets.UTF_8))
        .put(schemas(namespace) + "/" + target)
        .then();
  }

  private static ValidatableResponse publish(String namespace, String item, String content) {
    return publish(namespace, item, "application/octet-stream", content);
  }

  private static ValidatableResponse publish(
      String namespace, String item, String type, String content) {
    return given()
        .config(Http.AS_IS)
        .contentType(type)
        .body(content.getBytes(StandardCharsets.UTF_8))
        .put(Http.item(namespace, item))
        .then();
  }

  /** The name says how it is read where it configures somebody; so it is checked as that. */
  @Test
  void theTypeOfPlainTextDoesNotLeadPastChecks() {
    String namespace = Http.namespace();
    schema(namespace, "app?scope=prefix", "{\"properties\":{\"a\":{\"type\":\"integer\"}}}")
        .statusCode(201);
    for (String type : new String[] {"text/plain", "text/x-yaml; charset=utf-8"}) {
      publish(namespace, "app/application.yaml", type, "a: bad")
          .statusCode(422)
          .body("code", equalTo("schema-violation"));
      publish(namespace, "app/application.yaml", type, "a: 1\na: 2")
          .statusCode(422)
          .body("code", equalTo("invalid-content"));
    }
    publish(namespace, "app/application.yaml", "text/plain", "a: 1").statusCode(201);
    given().get(Http.item(namespace, "app/application.yaml")).then().contentType("text/plain");
    publish(namespace, "app/template.txt", "text/plain", "a: {{a}}\na: 2").statusCode(201);
  }

  @Test
  void aSchemaIsKeptAsItWasSent() {
    String namespace = Http.namespace();
    String etag =
        schema(namespace, "a/b?scope=prefix", PORT)
            .statusCode(201)
            .body("target", equalTo("a/b"))
            .body("scope", equalTo("prefix"))
            .body("result", equalTo("created"))
            .extract()
            .header("ETag");
    long before = ledger.local().revision();
    schema(namespace, "a/b?scope=prefix", PORT)
        .statusCode(200)
        .header("ETag", etag)
        .body("result", equalTo("unchanged"));
    assertEquals(before, ledger.local().revision());
    given()
        .get(schemas(namespace) + "/a/b")
        .then()
        .statusCode(200)
        .contentType("application/schema+json")
        .header("ETag", etag)
        .header("Muster-Schema-Scope", "prefix")
        .body(equalTo(PORT));
    schema(namespace, "x.json", "true").statusCode(201).body("scope", equalTo("item"));
    schema(namespace, "y", "true").statusCode(201);
    String next =
        given()
            .get(schemas(namespace) + "?limit=2")
            .then()
            .body("schemas.target", contains("a/b", "x.json"))
            .body("schemas.scope", contains("prefix", "item"))
            .extract()
            .path("next");
    given()
        .get(schemas(namespace) + "?limit=2&cursor=" + next)
        .then()
        .body("schemas.target", contains("y"))
        .body("next", nullValue());
    given().header("If-Match", "\"1\"").delete(schemas(namespace) + "/a/b").then().statusCode(412);
    given().delete(schemas(namespace) + "/a/b").then().statusCode(200);
    given().delete(schemas(namespace) + "/a/b").then().statusCode(404);
    given()
        .get(schemas(namespace) + "/a/b")
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-schema"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app.json | {\\n\"port\": 70000} | 2",
        "app.yaml | a: 1\\nport: 70000\\n | 2",
        "app.toml | a = 1\\nport = 70000\\n | 2",
        "app.properties | a=1\\nport=70000\\n | 2",
        "app.conf | a=1\\nport=70000\\n | 2",
      })
  void whatViolatesItIsNotPublished(String item, String content, int line) {
    String namespace = Http.namespace();
    schema(namespace, "a?scope=prefix", PORT).statusCode(201);
    schema(namespace, item, PORT).statusCode(201);
    String text = content.replace("\\n", "\n");
    for (String name : new String[] {item, "a/" + item, "a/b/" + item}) {
      publish(namespace, name, text)
          .statusCode(422)
          .body("code", equalTo("schema-violation"))
          .body("problems", hasSize(1))
          .body("problems[0].schema", equalTo(name.equals(item) ? item : "a"))
          .body("problems[0].pointer", equalTo("/port"))
          .body("problems[0].line", equalTo(line));
      given().get(Http.item(namespace, name)).then().statusCode(404);
    }
    publish(namespace, "a", text).statusCode(201); // the folder's own name is not below it
    publish(namespace, "ab/" + item, text).statusCode(201);
    publish(namespace, "a/" + item, text.replace("70000", "80")).statusCode(201);
  }

  @Test
  void allSchemasThatCoverAnItemHold() {
    String namespace = Http.namespace();
    schema(namespace, "a?scope=prefix", "{\"required\":[\"x\"]}");
    schema(namespace, "a/b?scope=prefix", "{\"required\":[\"y\"]}");
    schema(namespace, "a/b/c.json", "{\"required\":[\"z\"]}");
    publish(namespace, "a/b/c.json", "{}")
        .statusCode(422)
        .body("problems.schema", contains("a", "a/b", "a/b/c.json"));
    publish(namespace, "a/b/c.json", "{\"x\":1,\"y\":1,\"z\":1}").statusCode(201);
    publish(namespace, "a/b/d.json", "{\"x\":1,\"y\":1}").statusCode(201);
  }

  @Test
  void everyWayToPublishIsChecked() {
    String namespace = Http.namespace();
    publish(namespace, "app.yaml", "port: 70000\n").statusCode(201);
    publish(namespace, "app.yaml", "port: 80\n").statusCode(200);
    schema(namespace, "app.yaml", PORT).statusCode(201);
    given()
        .config(Http.AS_IS)
        .contentType(ConfigPatchResource.MERGE_PATCH)
        .body("{\"port\":\"x\"}".getBytes(StandardCharsets.UTF_8))
        .patch(Http.item(namespace, "app.yaml"))
        .then()
        .statusCode(422)
        .body("code", equalTo("schema-violation"));
    given()
        .config(Http.AS_IS)
        .contentType("text/plain")
        .body("70000")
        .put(Http.API + "/namespaces/" + namespace + "/properties/app.yaml?key=port")
        .then()
        .statusCode(422)
        .body("code", equalTo("schema-violation"));
    given()
        .post(Http.API + "/namespaces/" + namespace + "/history/app.yaml?rollback=1")
        .then()
        .statusCode(422)
        .body("code", equalTo("schema-violation"));
    given().get(Http.item(namespace, "app.yaml")).then().body(equalTo("port: 80\n"));
  }

  @Test
  void contentsWithoutSchemasAreFreeBelowAPrefixOnly() {
    String namespace = Http.namespace();
    schema(namespace, "a?scope=prefix", PORT);
    publish(namespace, "a/x.xml", "<a/>").statusCode(201);
    publish(namespace, "a/x.bin", "x").statusCode(201);
    schema(namespace, "b.txt", PORT);
    publish(namespace, "b.txt", "x").statusCode(422).body("code", equalTo("schema-violation"));
    publish(namespace, "a/two.yaml", "a: 1\n---\nb: 1\n")
        .statusCode(422)
        .body("problems[0].line", equalTo(3));
  }

  @Test
  void itemsThatAreThereMustSatisfyANewSchemaUnlessAllowed() {
    String namespace = Http.namespace();
    publish(namespace, "a/good.yaml", "port: 80\n");
    publish(namespace, "a/b/bad.yaml", "x: 1\nport: 70000\n");
    publish(namespace, "a/x.xml", "<a/>");
    schema(namespace, "a?scope=prefix", PORT)
        .statusCode(409)
        .body("code", equalTo("items-violate-schema"))
        .body("problems.item", contains("a/b/bad.yaml"))
        .body("problems[0].line", equalTo(2));
    given().get(schemas(namespace)).then().body("schemas", hasSize(0));
    schema(namespace, "a?scope=prefix&existing=allow", PORT).statusCode(201);
    given().get(Http.item(namespace, "a/b/bad.yaml")).then().statusCode(200);
    publish(namespace, "a/b/bad.yaml", "x: 2\nport: 70000\n").statusCode(422);
    publish(namespace, "a/b/bad.yaml", "x: 1\nport: 70000\n").body("result", equalTo("unchanged"));
    publish(namespace, "a/b/bad.yaml", "x: 2\nport: 80\n").statusCode(200);
  }

  @Test
  void whatIsNoSchemaIsRefused() {
    String namespace = Http.namespace();
    schema(namespace, "x", "{\"type\":").statusCode(422).body("code", equalTo("invalid-schema"));
    schema(namespace, "x", "{\"type\":17}").statusCode(422).body("code", equalTo("invalid-schema"));
    schema(namespace, "x", "{\"$ref\":\"http://example.org/s\"}").statusCode(422);
    schema(namespace, "x?scope=all", "true").statusCode(400).body("parameter", equalTo("scope"));
    schema(namespace, "x?existing=maybe", "true").statusCode(400);
    schema(namespace, "x", "{\"description\":\"" + "x".repeat(256 << 10) + "\"}").statusCode(413);
    schema("none-such", "x", "true").statusCode(404).body("code", equalTo("unknown-namespace"));
    given()
        .config(Http.AS_IS)
        .contentType("text/html")
        .body("true")
        .put(schemas(namespace) + "/x")
        .then()
        .statusCode(415);
    given().get(schemas("none-such")).then().statusCode(404);
  }

  @Test
  void aNamespaceTakesItsSchemasWithIt() {
    String namespace = Http.namespace();
    schema(namespace, "x.json", "false").statusCode(201);
    given().delete(Http.API + "/namespaces/" + namespace).then().statusCode(200);
    given().put(Http.API + "/namespaces/" + namespace).then().statusCode(201);
    given().get(schemas(namespace)).then().body("schemas", hasSize(0));
    publish(namespace, "x.json", "{}").statusCode(201);
  }

  /**
   * A schema and contents that it forbids are put at the same time, again and again: never are both
   * there. Without the guards on schemas, or on items, they are.
   */
  @Test
  void aSchemaAndWhatViolatesItAreNeverBothPutInRaces() {
    String namespace = Http.namespace();
    for (int i = 0; i < 60; i++) {
      String folder = "f" + i;
      CompletableFuture<Integer> put =
          later(() -> publish(namespace, folder + "/x.yaml", "port: 70000\n"));
      CompletableFuture<Integer> schema =
          later(() -> schema(namespace, folder + "?scope=prefix", PORT));
      boolean published = put.join() == 201;
      boolean forbidden = schema.join() == 201;
      assertNotEquals(published, forbidden, "one of them wins, in " + folder);
    }
  }

  private static CompletableFuture<Integer> later(Supplier<ValidatableResponse> request) {
    return CompletableFuture.supplyAsync(
        () -> request.get().extract().statusCode(), task -> new Thread(task).start());
  }
}

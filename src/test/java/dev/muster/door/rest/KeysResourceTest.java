package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class KeysResourceTest {
  private String namespace = "";

  @BeforeEach
  void create() {
    namespace = Http.namespace();
    Http.put(namespace, "application.yaml", "timeout: 5");
    Http.put(namespace, "shared/db.yaml", "db.url: one\npool: ${db.url}?p");
    Http.put(
        namespace, "checkout/application.yaml", "muster.include: shared/db.yaml\nuses: ${pool}");
    Http.put(namespace, "checkout/application-prod.yaml", "db.url: two");
    Http.put(namespace, "billing/application.yaml", "x: 1");
  }

  private ValidatableResponse get(String query) {
    return given().get("/api/v1/namespaces/" + namespace + "/keys" + query).then();
  }

  @Test
  void aKeyIsFoundAndWhoWouldBeAffected() {
    get("?key=db.url")
        .statusCode(200)
        .body("definitions.item", contains("checkout/application-prod.yaml", "shared/db.yaml"))
        .body("definitions.line", contains(1, 1))
        .body("definitions.value", contains("two", "one"))
        .body("references", hasSize(1))
        .body("references[0].key", equalTo("pool"))
        .body("references[0].item", equalTo("shared/db.yaml"))
        .body("references[0].line", equalTo(2))
        .body("affected.app", contains("checkout", "checkout"))
        .body("affected.profile", contains(nullValue(), equalTo("prod")))
        .body("affected.item", contains("shared/db.yaml", "checkout/application-prod.yaml"))
        .body("affected[0].through", contains("pool", "uses"))
        .body("truncated", equalTo(false));
    get("?key=timeout").body("affected.app", contains("billing", "checkout", "checkout"));
    get("?key=none").statusCode(200).body("definitions", hasSize(0)).body("affected", hasSize(0));
  }

  @Test
  void keysAreListedInPages() {
    String next =
        get("?prefix=&limit=2")
            .statusCode(200)
            .body("keys.key", contains("db.url", "pool"))
            .body("keys[0].items", contains("checkout/application-prod.yaml", "shared/db.yaml"))
            .extract()
            .path("next");
    get("?prefix=&limit=2&cursor=" + next).body("keys.key", contains("timeout", "uses"));
    get("?prefix=db").body("keys.key", contains("db.url")).body("next", nullValue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"?key=a&prefix=b", "?key=a&limit=5", "?limit=0", "?cursor=*", "?name=a"})
  void malformedQuestionsAreRefused(String query) {
    get(query).statusCode(400);
  }

  @Test
  void anUnknownNamespaceIsTold() {
    given()
        .get("/api/v1/namespaces/none/keys?key=a")
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-namespace"));
  }
}

package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What effective configurations are, and what is refused. */
@QuarkusTest
class EffectiveResourceTest extends EffectiveRequests {
  @Test
  void layersAreToldLowestFirstAndEveryPropertyWithItsOrigin() {
    put("application.yaml", "k: 0\nonly: root\n");
    put("checkout/application.properties", "k=1");
    put("application-prod.json", "{\"k\": 2}");
    put("checkout/application-eu.toml", "\nk = 3");
    get("checkout", "?profile=prod,eu")
        .statusCode(200)
        .contentType("application/json")
        .body("namespace", equalTo(namespace))
        .body("app", equalTo("checkout"))
        .body("profiles", contains("prod", "eu"))
        .body(
            "layers.item",
            contains(
                "application.yaml",
                "checkout/application.properties",
                "application-prod.json",
                "checkout/application-eu.toml"))
        .body("layers.why", contains("defaults", "application", "profile prod", "profile eu"))
        .body("layers[3].contentType", equalTo("application/toml"))
        .body("properties.key", contains("k", "only"))
        .body("properties[0].value", equalTo("3"))
        .body("properties[0].kind", equalTo("integer"))
        .body("properties[0].item", equalTo("checkout/application-eu.toml"))
        .body("properties[0].line", equalTo(2))
        .body("properties[0].overrides.value", contains("2", "1", "0"))
        .body("properties[0].overrides[2].item", equalTo("application.yaml"))
        .body("properties[0].raw", nullValue())
        .body("unresolved", empty());
    get("checkout", "?profile=eu,prod").body("properties[0].value", equalTo("2"));
  }

  @Test
  void anApplicationWithoutItemsHasTheDefaults() {
    get("new", "").statusCode(200).body("layers", empty()).body("properties", empty());
    put("application.yaml", "k: 0");
    get("new", "").body("properties.value", contains("0"));
    get("team/new", "").body("properties.value", contains("0"));
    put("team/new/application.yaml", "k: 1");
    get("team/new", "").body("properties.value", contains("1"));
    given()
        .get(Http.API + "/namespaces/none/effective/x")
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-namespace"));
  }

  @Test
  void variantsApplyByLabels() {
    put("application.yaml", "k: 0");
    putLabelled("application+a.yaml", "k: 1", Map.of("for.zone", "a"));
    putLabelled("application+gold.yaml", "k: 2", Map.of("for.zone", "a", "for.tier", "gold"));
    putLabelled("application+none.yaml", "k: 3", Map.of());
    get("x", "?labels=zone=a")
        .body("labels", equalTo(Map.of("zone", "a")))
        .body("properties[0].value", equalTo("1"))
        .body("layers[1].why", equalTo("labels zone=a"))
        .body("ignored.item", contains("application+none.yaml", "application+gold.yaml"))
        .body("ignored[0].reason", startsWith("it has no conditions"))
        .body("ignored[1].reason", containsString("does not say its tier"));
    get("x", "?labels=tier=gold,zone=a").body("properties[0].value", equalTo("2"));
    get("x", "?labels=zone=b").body("properties[0].value", equalTo("0"));
    get("x", "").body("properties[0].value", equalTo("0"));
  }

  @Test
  void itemsIncludeOthers() {
    put("shared/db.yaml", "db:\n  url: one\n  user: shared\n");
    put("shared/more.yaml", "db.url: two");
    put(
        "checkout/application.yaml",
        "muster:\n  include: [shared/db.yaml, shared/more.yaml, 'shared/none.yaml?']\ndb.user: own\n");
    get("checkout", "")
        .body(
            "layers.item",
            contains("shared/db.yaml", "shared/more.yaml", "checkout/application.yaml"))
        .body("layers[0].why", equalTo("include of checkout/application.yaml line 2"))
        .body("properties.key", contains("db.url", "db.user"))
        .body("properties.value", contains("two", "own"));
    given().delete(Http.item(namespace, "shared/more.yaml")).then().statusCode(200);
    get("checkout", "")
        .statusCode(422)
        .body("code", equalTo("unknown-include"))
        .body("item", equalTo("checkout/application.yaml"))
        .body("line", equalTo(2))
        .body("include", equalTo("shared/more.yaml"));
    put("shared/more.yaml", "muster.include: checkout/application.yaml");
    get("checkout", "")
        .statusCode(422)
        .body("code", equalTo("reference-cycle"))
        .body(
            "cycle",
            contains("checkout/application.yaml", "shared/more.yaml", "checkout/application.yaml"));
  }

  @Test
  void aLayerThatCannotBeReadIsToldNotLeftOut() {
    put("application.yaml", "a: 1\n---\nb: 1\n");
    get("x", "")
        .statusCode(422)
        .header("Muster-Revision", org.hamcrest.Matchers.notNullValue())
        .body("code", equalTo("unreadable-layer"))
        .body("item", equalTo("application.yaml"))
        .body("line", equalTo(3));
  }

  // ---- values

  @Test
  void referencesAreResolvedAcrossItems() {
    put("application.yaml", "host: db1\nurl: jdbc:${host}:${port:5432}/${HOME}\n");
    put("x/application.properties", "host=db2");
    get("x", "")
        .body("properties[1].value", equalTo("jdbc:db2:5432/${HOME}"))
        .body("properties[1].raw", equalTo("jdbc:${host}:${port:5432}/${HOME}"))
        .body("properties[1].references", contains("host", "port", "HOME"))
        .body("unresolved", hasSize(1))
        .body("unresolved[0].key", equalTo("url"))
        .body("unresolved[0].reference", equalTo("${HOME}"))
        .body("unresolved[0].line", equalTo(2));
    get("x", "?resolve=false")
        .body("properties[1].value", equalTo("jdbc:${host}:${port:5432}/${HOME}"))
        .body("unresolved", empty());
    put("x/application.properties", "host=${url}");
    get("x", "")
        .statusCode(422)
        .body("code", equalTo("reference-cycle"))
        .body("detail", containsString("host -> url -> host"))
        .body("cycle", contains("host", "url", "host"))
        .body("places.item", contains("x/application.properties", "application.yaml"));
    get("x", "?resolve=false").statusCode(200);
  }

  @Test
  void whatWouldGrowWithoutBoundIsRefused() {
    StringBuilder laughs = new StringBuilder("a0: " + "x".repeat(50) + "\n");
    for (int i = 1; i < 40; i++) {
      laughs.append("a%d: '${a%d}${a%d}'%n".formatted(i, i - 1, i - 1));
    }
    put("application.yaml", laughs.toString());
    get("x", "").statusCode(422).body("code", equalTo("effective-too-large"));
    get("x", "?as=yaml").statusCode(422);
  }

  // ---- forms

  @ParameterizedTest
  @CsvSource({
    "properties, text/x-java-properties",
    "yaml, application/yaml",
    "flat, application/json"
  })
  void theContentAloneIsTheSameBytesEachTime(String as, String type) {
    put("application.yaml", "b: {c: größer, a: [1, x]}\na: '8080'\nn: 5\n");
    byte[] first = get("x", "?as=" + as).statusCode(200).contentType(type).extract().asByteArray();
    put("other", "x"); // makes it computed again
    assertArrayEquals(first, get("x", "?as=" + as).extract().asByteArray());
    String expected =
        switch (as) {
          case "properties" -> "a=8080\nb.a[0]=1\nb.a[1]=x\nb.c=gr\\u00F6\\u00DFer\nn=5\n";
          case "yaml" -> "a: \"8080\"\nb:\n  a:\n    - 1\n    - x\n  c: \"größer\"\n\"n\": 5\n";
          default ->
              """
              {
                "a": "8080",
                "b.a[0]": "1",
                "b.a[1]": "x",
                "b.c": "größer",
                "n": "5"
              }
              """;
        };
    assertEquals(expected, new String(first, java.nio.charset.StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?profile=a,a", "?profile=a,,b", "?profile=a/b", "?profile=a%2Bb", "?labels=zone",
        "?labels=zone=a,zone=b", "?labels==a", "?as=xml", "?resolve=maybe", "?diff=true"
      })
  void malformedQuestionsAreRefused(String query) {
    get("x", query).statusCode(400);
  }

  @Test
  void tooManyProfilesAndLabelsAreRefused() {
    StringBuilder profiles = new StringBuilder("p");
    StringBuilder labels = new StringBuilder("l=1");
    for (int i = 0; i < 40; i++) {
      profiles.append(",p").append(i);
      labels.append(",l").append(i).append("=1");
    }
    get("x", "?profile=" + profiles).statusCode(400).body("parameter", equalTo("profile"));
    get("x", "?labels=" + labels).statusCode(400).body("parameter", equalTo("labels"));
  }
}

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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.ledger.LocalLedger;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class EffectiveResourceTest {
  @Inject LocalLedger ledger;
  @Inject Watchers watchers;

  private String namespace = "";

  @BeforeEach
  void create() {
    namespace = Http.namespace();
  }

  private String path(String app, String query) {
    return Http.API + "/namespaces/" + namespace + "/effective/" + app + query;
  }

  private ValidatableResponse get(String app, String query) {
    return given().urlEncodingEnabled(false).get(path(app, query)).then();
  }

  private void put(String item, String content) {
    int status =
        given()
            .config(Http.AS_IS)
            .contentType("application/octet-stream") // the type is what the name stands for
            .body(content.getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .put(Http.item(namespace, item))
            .statusCode();
    assertTrue(status == 200 || status == 201, item + ": " + status);
  }

  private void putLabelled(String item, String content, Map<String, String> labels) {
    put(
        item
            + "?labels="
            + labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(",")),
        content);
  }

  private ValidatableResponse preview(String app, String query, String body) {
    return given()
        .urlEncodingEnabled(false)
        .config(Http.AS_IS)
        .contentType("application/json")
        .body(body)
        .post(path(app, query))
        .then();
  }

  // ---- layers

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

  // ---- waiting

  private CompletableFuture<HttpResponse<String>> poll(String app, String query, String etag) {
    return Http.getLater(path(app, query), "If-None-Match", etag, "Prefer", "wait=50");
  }

  private static HttpResponse<String> answer(CompletableFuture<HttpResponse<String>> poll)
      throws Exception {
    return poll.get(40, TimeUnit.SECONDS);
  }

  @Test
  void onlyWhatChangesALayerAnswersThoseWhoWait() throws Exception {
    put("application.yaml", "k: 0");
    put("checkout/application.yaml", "muster.include: shared/db.yaml");
    put("shared/db.yaml", "db: 1");
    put("billing/application.yaml", "k: 7");
    put("checkout/readme.txt", "x");
    String etag = get("checkout", "?profile=prod").extract().header("ETag");
    given()
        .header("If-None-Match", etag)
        .get(path("checkout", "?profile=prod"))
        .then()
        .statusCode(304);
    List<CompletableFuture<HttpResponse<String>>> polls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      polls.add(poll("checkout", "?profile=prod", etag));
    }
    Http.await("parked", () -> watchers.count() == 20);
    put("billing/application.yaml", "k: 8");
    put("billing/application-prod.yaml", "k: 8");
    put("checkout/readme.txt", "y");
    put("shared/other.yaml", "db: 2");
    given().delete(Http.item(namespace, "shared/other.yaml")).then().statusCode(200);
    Http.await("parked again", () -> ledger.parked() == 20);
    assertEquals(20, watchers.count());
    assertEquals(etag, get("checkout", "?profile=prod").statusCode(200).extract().header("ETag"));
    put("shared/db.yaml", "db: 2");
    for (CompletableFuture<HttpResponse<String>> poll : polls) {
      HttpResponse<String> answer = answer(poll);
      assertEquals(200, answer.statusCode());
      assertTrue(answer.body().contains("\"value\":\"2\""), answer.body());
      assertEquals("wait=50", answer.headers().firstValue("Preference-Applied").orElseThrow());
    }
    assertEquals(0, ledger.parked());
  }

  @Test
  void layersThatComeAndGoAnswerToo() throws Exception {
    put("application.yaml", "k: 0\nmuster.include: 'a/b/c.yaml?'");
    put("a/x.yaml", "k: 1");
    for (String item :
        List.of(
            "x/application.yaml",
            "application-prod.yaml",
            "x/application-prod.yaml",
            "a/b/c.yaml")) {
      String etag = get("x", "?profile=prod").extract().header("ETag");
      CompletableFuture<HttpResponse<String>> comes = poll("x", "?profile=prod", etag);
      Http.await("parked", () -> watchers.count() == 1);
      put(item, "n: 9");
      HttpResponse<String> came = answer(comes);
      assertTrue(came.body().contains("\"value\":\"9\""), came.body());
      CompletableFuture<HttpResponse<String>> goes =
          poll("x", "?profile=prod", came.headers().firstValue("ETag").orElseThrow());
      Http.await("parked", () -> watchers.count() == 1);
      given().delete(Http.item(namespace, item)).then().statusCode(200);
      HttpResponse<String> gone = answer(goes);
      assertEquals(200, gone.statusCode());
      assertFalse(gone.body().contains("\"value\":\"9\""), gone.body());
    }
  }

  @Test
  void largeConfigurationsAreWaitedForAndReadByWorkers() throws Exception {
    StringBuilder large = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      large.append("key%04d: value ${n}%n".formatted(i));
    }
    put("application.yaml", large + "n: 1\n");
    HttpResponse<String> first = answer(Http.getLater(path("x", "?as=properties")));
    assertTrue(first.body().contains("key2999=value 1\n"));
    List<CompletableFuture<HttpResponse<String>>> polls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      polls.add(poll("x", "?as=properties", first.headers().firstValue("ETag").orElseThrow()));
    }
    Http.await("parked", () -> watchers.count() == 20);
    put("application.yaml", large + "n: 2\n");
    for (CompletableFuture<HttpResponse<String>> poll : polls) {
      assertTrue(answer(poll).body().contains("key2999=value 2\n"));
    }
    assertEquals(0, watchers.count());
  }

  @Test
  void aConfigurationThatBreaksEndsThePollWithTheProblem() throws Exception {
    put("application.yaml", "k: 0");
    String etag = get("x", "").extract().header("ETag");
    CompletableFuture<HttpResponse<String>> poll = poll("x", "", etag);
    Http.await("parked", () -> watchers.count() == 1);
    put("application.yaml", "muster.include: none.yaml");
    HttpResponse<String> answer = answer(poll);
    assertEquals(422, answer.statusCode());
    assertTrue(answer.body().contains("unknown-include"), answer.body());
  }

  // ---- previews

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

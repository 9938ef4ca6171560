package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Path;
import dev.muster.discovery.Health;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.InstanceStatus;
import dev.muster.discovery.Verdicts;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which instances a consumer gets, and in which order. */
@QuarkusTest
class SelectionTest extends WaitingRequests {
  @Inject Verdicts verdicts;

  private String namespace;
  private String service;
  private String instances;

  @BeforeEach
  void createNamespace(TestInfo test) {
    namespace =
        "n" + Integer.toHexString((test.getTestMethod() + test.getDisplayName()).hashCode());
    Change ensure = new Change.Ensure(Path.of("/services/" + namespace), Life.persistent());
    ledger.submit(new Command.Transact(List.of(), List.of(ensure))).join();
    service = "/api/v1/namespaces/" + namespace + "/services/cart";
    instances = service + "/instances";
  }

  /** Two in zone a, one in b of the same region, one in another region. */
  private void registerFour() {
    put("a-1", "\"zone\":\"a\",\"region\":\"eu\",\"version\":\"1\",\"tags\":[\"old\"]");
    put("a-2", "\"zone\":\"a\",\"region\":\"eu\",\"version\":\"2\",\"tags\":[\"new\",\"canary\"]");
    put(
        "b-1",
        "\"zone\":\"b\",\"region\":\"eu\",\"version\":\"2\",\"tags\":[\"new\"],"
            + "\"ports\":[{\"name\":\"grpc\",\"port\":9090,\"protocol\":\"grpc\"}]");
    put(
        "0-us",
        "\"zone\":\"a\",\"region\":\"us\",\"version\":\"2\",\"metadata\":{\"team\":\"x y\"},"
            + "\"tags\":[\"new\"]");
  }

  private void put(String id, String more) {
    given()
        .contentType("application/json")
        .body("{\"address\":\"10.0.0.1\",\"port\":8080," + more + "}")
        .put(instances + "/" + id)
        .then()
        .statusCode(201);
  }

  private void find(String id, Health health) {
    InstanceKey key = new InstanceKey(namespace, "cart", id);
    long created = ledger.local().tree().find(key.path()).stat().createdRevision();
    assertEquals(
        Verdicts.Outcome.WRITTEN,
        verdicts
            .report(
                new Verdicts.Finding(
                    key, created, InstanceStatus.CHECK + "web", health, "as the test wants"))
            .join());
  }

  private ValidatableResponse list(String query) {
    return given()
        .urlEncodingEnabled(false)
        .get(instances + (query.equals("?") ? "" : query))
        .then()
        .statusCode(200);
  }

  private List<String> ids(String query) {
    return list(query).extract().path("instances.id");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "?tag=new | 0-us,a-2,b-1",
        "?tag=new,canary | a-2",
        "?tag=none | ''",
        "?where=version=2 | 0-us,a-2,b-1",
        "?where=version%21%3D2 | a-1",
        "?where=region=eu,version%20in%20(2) | a-2,b-1",
        "?where=!tag.canary,zone=a | 0-us,a-1",
        "?where=team=%22x%20y%22 | 0-us",
        "?where=id%20in%20(a-1,a-2)&tag=old | a-1",
        "?port=grpc | b-1",
        "?zone=a&region=eu | a-1,a-2,b-1,0-us",
        "?zone=a&region=us | 0-us,a-1,a-2,b-1",
        "?zone=a | 0-us,a-1,a-2,b-1",
        "?region=eu | a-1,a-2,b-1,0-us",
        "?zone=a&region=eu&spillBelow=2 | a-1,a-2",
        "?zone=a&region=eu&spillBelow=3 | a-1,a-2,b-1",
        "?zone=b&region=eu&spillBelow=1 | b-1",
        "?zone=c&region=eu&spillBelow=1 | a-1,a-2,b-1",
        "?zone=c&region=ap&spillBelow=1 | 0-us,a-1,a-2,b-1"
      })
  void picksAndOrders(String query, String expected) {
    registerFour();
    assertEquals(expected, String.join(",", ids(query)), query);
  }

  @Test
  void pagesGoOnWhereTheyEndedWhateverTheOrder() {
    registerFour();
    for (String query : List.of("?limit=1", "?zone=a&region=eu&limit=1", "?where=zone&limit=2")) {
      List<String> all = ids(query.replaceAll("&?limit=.", ""));
      List<String> turned = new ArrayList<>();
      String cursor = "";
      do {
        Response page =
            given().urlEncodingEnabled(false).get(instances + query + cursor).thenReturn();
        turned.addAll(page.<List<String>>path("instances.id"));
        cursor = page.path("next") == null ? null : "&cursor=" + page.path("next");
      } while (cursor != null);
      assertEquals(all, turned, query);
    }
  }

  @Test
  void theSickAreServedToThoseWhoAskForThem() {
    registerFour();
    find("a-1", Health.CRITICAL);
    find("a-2", Health.WARNING);
    assertEquals(List.of("0-us", "b-1"), ids("?health=passing"));
    assertEquals(List.of("0-us", "a-2", "b-1"), ids("?health=warning"));
    list("")
        .body("instances.health", contains("passing", "critical", "warning", "passing"))
        .body("instances[1].components", nullValue());
    given()
        .get(instances + "/a-1")
        .then()
        .statusCode(200)
        .body("components.'check:web'.health", equalTo("critical"))
        .body("components.'check:web'.output", equalTo("as the test wants"))
        .body("history", hasSize(1))
        .body("history[0].health", equalTo("critical"));
    given()
        .get("/api/v1/namespaces/" + namespace + "/services")
        .then()
        .body("services[0].instances", equalTo(4))
        .body("services[0].passing", equalTo(2));
    find("a-1", Health.PASSING);
    given()
        .get(instances + "/a-1")
        .then()
        .body("health", equalTo("passing"))
        .body("history.health", contains("critical", "passing"));
  }

  @Test
  void theCompactFormIsWhatAProxyNeeds() {
    registerFour();
    list("?form=compact&where=version=2&zone=b&port=grpc")
        .body("service", equalTo("cart"))
        .body("endpoints", hasSize(1))
        .body("endpoints[0]", contains("b-1", "10.0.0.1", 9090, 1, "b"));
    list("?form=compact").body("endpoints", hasSize(4));
    put("plain", "\"weight\":7");
    assertEquals(
        "[\"plain\",\"10.0.0.1\",8080,7,null]",
        list("?form=compact&where=!zone")
            .extract()
            .asString()
            .replaceAll(".*\\[(\\[.*\\])].*", "$1")
            .strip());
  }

  @Test
  void aSubsetIsTheSameForAClientAndClientsSpread() {
    for (int i = 0; i < 10; i++) {
      put("i-" + i, "\"weight\":1");
    }
    Set<String> all = new HashSet<>();
    for (int client = 0; client < 20; client++) {
      String query = "?subset=3&client=c" + client;
      List<String> first = ids(query);
      assertEquals(3, first.size());
      all.addAll(first);
      assertEquals(first, ids(query));
    }
    assertEquals(10, all.size(), "every instance has clients: " + all);
    List<String> before = ids("?subset=3&client=c0");
    given().delete(instances + "/" + before.get(0)).then().statusCode(200);
    List<String> after = ids("?subset=3&client=c0");
    assertTrue(after.containsAll(before.subList(1, 3)), before + " became " + after);
    assertEquals(3, after.size());
  }

  @Test
  void weightsOfAVersionAreSetInOneRevision() {
    registerFour();
    Response before = given().get(service).thenReturn();
    before.then().statusCode(200).header("ETag", "\"0\"").body("weights", hasSize(0));
    Response set =
        given()
            .contentType("application/json")
            .body(
                "{\"weights\":[{\"where\":\"version=2, zone=b\",\"weight\":5},"
                    + "{\"where\":\"version=2\",\"weight\":90}]}")
            .put(service + "/weights");
    set.then().statusCode(200).body("weights[1].where", equalTo("version=2"));
    list("")
        .header("Muster-Revision", set.header("Muster-Revision"))
        .body("instances.weight", contains(90, 1, 90, 5))
        .body("instances.findAll{it.id=='0-us'}.metadata.team", contains("x y"));
    list("?form=compact&where=version=2").body("endpoints.collect{it[3]}", contains(90, 90, 5));
    given()
        .contentType("application/json")
        .header("If-Match", "\"1\"")
        .body("{\"weights\":[]}")
        .put(service + "/weights")
        .then()
        .statusCode(412);
    given()
        .contentType("application/json")
        .header("If-Match", set.header("ETag"))
        .body("{\"weights\":[]}")
        .put(service + "/weights")
        .then()
        .statusCode(200);
    list("").body("instances.weight", contains(1, 1, 1, 1));
  }

  @Test
  void aPollForThePassingSleepsWhileOthersChange() throws Exception {
    registerFour();
    find("a-1", Health.CRITICAL);
    String etag = list("?health=passing").extract().header("ETag");
    CompletableFuture<Response> poll =
        CompletableFuture.supplyAsync(
            () ->
                given()
                    .header("If-None-Match", etag)
                    .header("Prefer", "wait=30")
                    .get(instances + "?health=passing"));
    awaitParked(1);
    given().delete(instances + "/a-1").then().statusCode(200);
    put("sick", "\"weight\":1,\"tags\":[\"never-passing\"]");
    Response answer = poll.get(20, TimeUnit.SECONDS);
    answer.then().statusCode(200).body("instances.id", contains("0-us", "a-2", "b-1", "sick"));
    String newer = answer.header("ETag");
    find("sick", Health.CRITICAL);

    CompletableFuture<Response> waits =
        CompletableFuture.supplyAsync(
            () ->
                given()
                    .header("If-None-Match", list("?health=passing").extract().header("ETag"))
                    .header("Prefer", "wait=2")
                    .get(instances + "?health=passing"));
    awaitParked(1);
    given().delete(instances + "/sick").then().statusCode(200);
    ledger.catchUp();
    Response unchanged = waits.get(20, TimeUnit.SECONDS);
    unchanged.then().statusCode(304).header("ETag", not(equalTo(newer)));
    String now = list("?health=passing").extract().header("ETag");
    assertEquals(
        now.replace("-gzip", ""),
        unchanged.header("ETag").replace("-gzip", ""),
        "the next poll waits too");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "?health=critical | health",
        "?health=well | health",
        "?tag= | tag",
        "?tag=a,,b | tag",
        "?where=a%20b | joined by",
        "?port= | port",
        "?zone= | zone",
        "?spillBelow=2 | goes with 'zone'",
        "?subset=2 | goes with 'subset'",
        "?client=x | goes with 'subset'",
        "?subset=0&client=x | subset",
        "?form=json | compact",
        "?form=compact&limit=2 | no pages"
      })
  void saysWhatIsWrong(String query, String what) {
    given()
        .urlEncodingEnabled(false)
        .get(instances + (query.equals("?") ? "" : query))
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-parameter"))
        .body("detail", containsString(what));
  }

  @Test
  void aServiceIsThereAsLongAsItIsSetOrHasInstances() {
    given().get(service).then().statusCode(404).body("code", equalTo("unknown-service"));
    Response set =
        given()
            .contentType("application/json")
            .body(
                "{\"owner\":\"team-cart\",\"description\":\"carts\",\"metadata\":{\"tier\":\"1\"},"
                    + "\"protectionThreshold\":0.3,\"protectionMaxSeconds\":60}")
            .put(service);
    set.then().statusCode(201).body("name", equalTo("cart"));
    given()
        .get(service)
        .then()
        .statusCode(200)
        .header("ETag", set.header("ETag"))
        .body("owner", equalTo("team-cart"))
        .body("metadata.tier", equalTo("1"))
        .body("protectionThreshold", equalTo(0.3f))
        .body("protectionMaxSeconds", equalTo(60));
    given()
        .get("/api/v1/namespaces/" + namespace + "/services")
        .then()
        .body("services[0].name", equalTo("cart"))
        .body("services[0].instances", equalTo(0));
    list("").body("instances", hasSize(0));
    assertFalse(set.header("ETag").equals("\"0\""));
    given().header("If-Match", "\"1\"").delete(service).then().statusCode(412);
    given().header("If-Match", set.header("ETag")).delete(service).then().statusCode(200);
    given().delete(service).then().statusCode(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"protectionThreshold\":0} | protectionThreshold",
        "{\"protectionThreshold\":1.1} | protectionThreshold",
        "{\"protectionMaxSeconds\":1} | service.protection",
        "{\"weights\":[{\"where\":\"a b\",\"weight\":1}]} | weights[0].where",
        "{\"weights\":[{\"where\":\"a\"}]} | weights[0].weight",
        "{\"weights\":[{\"where\":\"a\",\"weight\":10001}]} | service.weight",
        "{\"weights\":[null]} | weights",
        "{\"owner\":\"a\\u0000\"} | owner",
        "{\"ownr\":\"a\"} | ownr"
      })
  void refusesSettings(String body, String what) {
    given()
        .contentType("application/json")
        .body(body)
        .put(service)
        .then()
        .statusCode(400)
        .body(containsString(what));
  }
}

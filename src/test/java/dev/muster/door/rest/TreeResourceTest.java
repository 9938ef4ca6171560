package dev.muster.door.rest;

import static dev.muster.door.rest.InstancesResourceTest.problem;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Path;
import dev.muster.ledger.LocalLedger;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class TreeResourceTest {
  @Inject LocalLedger ledger;

  @TestHTTPResource("/")
  URI server;

  private String tree;
  private String path;

  @BeforeEach
  void createABranch(TestInfo test) {
    path = "/t" + Integer.toHexString((test.getTestMethod() + test.getDisplayName()).hashCode());
    tree = "/api/v1/tree" + path;
    Change ensure = new Change.Ensure(Path.of(path), Life.persistent());
    ledger.submit(new Command.Transact(List.of(), List.of(ensure))).join();
  }

  @Test
  void writesReadsAndDeletes() {
    Response created = put("/a", "one");
    created
        .then()
        .statusCode(201)
        .body("path", equalTo(path + "/a"))
        .body("stat.version", equalTo(0))
        .body("stat.kind", equalTo("persistent"));
    Response read = given().get(tree + "/a");
    read.then()
        .statusCode(200)
        .header("ETag", created.header("ETag"))
        .header("Content-Type", "application/octet-stream")
        .header("X-Content-Type-Options", "nosniff")
        .body(equalTo("one"));
    assertEquals(0, JsonPath.from(read.header("Muster-Stat")).getInt("version"));

    Response again = put("/a", "one");
    again.then().statusCode(200).header("ETag", created.header("ETag"));
    assertEquals(again.header("Muster-Revision"), created.header("Muster-Revision"));
    put("/a", "two").then().statusCode(200).body("stat.version", equalTo(1));

    problem(
        given().header("If-Match", created.header("ETag")).delete(tree + "/a"),
        412,
        "revision-conflict");
    given().delete(tree + "/a").then().statusCode(200).body("path", equalTo(path + "/a"));
    problem(given().get(tree + "/a"), 404, "unknown-node");
    problem(given().delete(tree + "/a"), 404, "unknown-node");
  }

  @Test
  void comparesAndSets() {
    String etag = raw("x").header("If-None-Match", "*").put(tree + "/a").header("ETag");
    problem(raw("y").header("If-None-Match", "*").put(tree + "/a"), 412, "already-exists");
    String next = raw("y").header("If-Match", etag).put(tree + "/a").header("ETag");
    problem(raw("z").header("If-Match", etag).put(tree + "/a"), 412, "revision-conflict")
        .body("actual", equalTo(Integer.parseInt(next.replace("\"", ""))));
    problem(raw("y").header("If-Match", etag).put(tree + "/a"), 412, "revision-conflict");
    raw("y").header("If-Match", next).put(tree + "/a").then().statusCode(200).header("ETag", next);
    raw("z").header("If-Match", "*").put(tree + "/a").then().statusCode(200);
    problem(raw("z").header("If-Match", "*").put(tree + "/b"), 404, "unknown-node");
    problem(raw("z").header("If-Match", "\"1\"").put(tree + "/b"), 404, "unknown-node");
  }

  @Test
  void createsParentsOnlyWhenAsked() {
    problem(raw("x").put(tree + "/a/b/c"), 409, "no-parent");
    raw("x").put(tree + "/a/b/c?parents").then().statusCode(201);
    given().get(tree + "/a/b").then().statusCode(200).body(equalTo(""));
    problem(given().delete(tree + "/a"), 409, "not-empty");
    given().delete(tree + "/a?recursive=true").then().statusCode(200);
    problem(given().get(tree + "/a/b/c"), 404, "unknown-node");
  }

  @Test
  void numbersSequentialNodes() {
    raw("x")
        .put(tree + "/n-?sequential=true")
        .then()
        .statusCode(201)
        .body("path", equalTo(path + "/n-0000000000"));
    raw("x")
        .put(tree + "/n-?sequential=true")
        .then()
        .statusCode(201)
        .body("path", equalTo(path + "/n-0000000001"));
    problem(
        raw("x").header("If-None-Match", "*").put(tree + "/n-?sequential"), 400, "invalid-header");
  }

  @Test
  void createsNodesOfEveryKind() {
    raw("")
        .put(tree + "/c?container=true")
        .then()
        .statusCode(201)
        .body("stat.kind", equalTo("container"));
    raw("")
        .put(tree + "/t?ttlSeconds=60")
        .then()
        .statusCode(201)
        .body("stat.kind", equalTo("ttl"))
        .body("stat.ttlSeconds", equalTo(60));
    raw("").put(tree + "/t?ttlSeconds=60").then().statusCode(200);
    problem(raw("").put(tree + "/t?container=true"), 412, "already-exists");
    raw("data").put(tree + "/t").then().statusCode(200).body("stat.kind", equalTo("ttl"));
    problem(raw("").put(tree + "/x?ttlSeconds=0"), 400, "limit-exceeded");
    problem(raw("").put(tree + "/x?ttlSeconds=9223372036854775807"), 400, "limit-exceeded");
    problem(raw("").put(tree + "/x?ttlSeconds=-1"), 400, "invalid-parameter");
    problem(raw("").put(tree + "/x?ttlSeconds=5&container"), 400, "invalid-parameter");
    problem(
        raw("").header("If-Match", "*").put(tree + "/t?ttlSeconds=60"), 400, "invalid-parameter");
  }

  @Test
  void ephemeralNodesNeedTheirSessionsSecret() {
    Response session = given().contentType("application/json").body("{}").post("/api/v1/sessions");
    String id = session.path("id");
    String secret = session.path("secret");
    problem(raw("").put(tree + "/e?session=" + id), 403, "invalid-secret");
    problem(with("00").put(tree + "/e?session=" + id), 403, "invalid-secret");
    problem(with(secret).put(tree + "/e?session=1"), 404, "unknown-session");
    problem(with(secret).put(tree + "/e?session=nonsense"), 404, "unknown-session");
    with(secret)
        .put(tree + "/e?session=" + id)
        .then()
        .statusCode(201)
        .body("stat.kind", equalTo("ephemeral"))
        .body("stat.session", equalTo(id));
    problem(raw("").put(tree + "/e/child"), 409, "ephemeral-parent");
    given().get("/api/v1/sessions/" + id).then().body("paths", hasItem(path + "/e"));
    with(secret).delete("/api/v1/sessions/" + id).then().statusCode(200);
    problem(given().get(tree + "/e"), 404, "unknown-node");
  }

  @Test
  void showsStatAndChildren() {
    for (String name : List.of("c", "a", "b")) {
      put("/" + name, name);
    }
    given()
        .get(tree + "?stat=true")
        .then()
        .statusCode(200)
        .body("children", equalTo(3))
        .body("path", equalTo(path))
        .body("kind", equalTo("persistent"));
    Response first = given().get(tree + "?children=true&limit=2");
    first.then().statusCode(200).body("total", equalTo(3)).body("children[0].bytes", equalTo(1));
    assertEquals(List.of("a", "b"), first.path("children.name"));
    Response second = given().get(tree + "?children=true&cursor=" + first.path("next"));
    assertEquals(List.of("c"), second.path("children.name"));
    second.then().body("next", nullValue());
    given()
        .get("/api/v1/tree?children=true&limit=1000")
        .then()
        .statusCode(200)
        .body("path", equalTo("/"))
        .body("children.name", hasItem(path.substring(1)));
    given().get("/api/v1/tree").then().statusCode(200).header("ETag", "\"0\"");
  }

  @Test
  void aPollWaitsForANodeToCome() throws Exception {
    given().header("If-None-Match", "\"0\"").get(tree + "/later").then().statusCode(304);
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve(tree + "/later"))
            .header("If-None-Match", "\"0\"")
            .header("Prefer", "wait=30")
            .build();
    CompletableFuture<HttpResponse<String>> poll =
        HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
    put("/unrelated", "x");
    put("/later", "here");
    assertEquals("here", poll.get(20, TimeUnit.SECONDS).body());
  }

  @Test
  void watchesANodeItsChildrenOrAllBelow() throws Exception {
    long from = ledger.local().revision();
    put("/a", "1");
    raw("2").put(tree + "/a/b?parents");
    raw("3").put(tree + "/a/b/c?parents");
    given().delete(tree + "/a/b/c");
    put("/a", "4");

    assertEquals(List.of("created /a", "changed /a"), watch(tree + "/a?from=" + from, 2));
    assertEquals(
        List.of("created /a", "created /a/b", "changed /a"),
        watch(tree + "/a?children=true&from=" + from, 3));
    assertEquals(
        List.of("created /a", "created /a/b", "created /a/b/c", "deleted /a/b/c", "changed /a"),
        watch(tree + "?recursive=true&from=" + from, 5));
  }

  private List<String> watch(String target, int count) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve(target))
            .header("Accept", "text/event-stream")
            .build();
    HttpResponse<InputStream> stream =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
    assertEquals(200, stream.statusCode());
    List<String> events = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      String name = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("data: ") && !name.equals("bookmark")) {
          String changed = JsonPath.from(line.substring(6)).getString("path");
          assertTrue(changed.startsWith(path), changed);
          events.add(name + " " + changed.substring(path.length()));
          if (events.size() == count) {
            break;
          }
        }
      }
    }
    return events;
  }

  // ---- what bad input gets

  @ParameterizedTest
  @ValueSource(strings = {"config", "history", "services", "muster"})
  void branchesOfServicesAreReadOnly(String branch) {
    String target = "/api/v1/tree/" + branch;
    for (String below : List.of("", "/x", "/x/y")) {
      problem(raw("x").put(target + below + "?parents"), 403, "reserved-branch")
          .body("branch", equalTo("/" + branch));
      problem(raw("x").put(target + below), 403, "reserved-branch");
      problem(given().delete(target + below + "?recursive"), 403, "reserved-branch");
    }
    Change ensure = new Change.Ensure(Path.of("/" + branch), Life.persistent());
    ledger.submit(new Command.Transact(List.of(), List.of(ensure))).join();
    given().get(target).then().statusCode(200);
    put("/" + branch, "x").then().statusCode(201);
    raw("x").put("/api/v1/tree/" + branch + "x").then().statusCode(201);
    given().delete("/api/v1/tree/" + branch + "x").then().statusCode(200);
  }

  @ParameterizedTest
  @CsvSource({
    "/a/../b, dot-segment",
    "/%2e%2E/b, dot-segment",
    "/., dot-segment",
    "//b, empty-segment",
    "/b/, empty-segment",
    "/a%2Fb, encoded-slash",
    "/a;b, path-parameters",
    "/%FF, invalid-utf8",
    "/%C0%AE, invalid-utf8",
    "/a%0Ab, invalid-character",
    "/a%7Fb, invalid-character",
    "/%EF%BF%BF, invalid-path"
  })
  void refusesPathTricks(String tail, String code) throws Exception {
    for (String method : List.of("GET ", "PUT ", "DELETE ")) {
      String answer = RawRequest.send(server, method + tree + tail);
      assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
      assertTrue(answer.contains("\"code\":\"" + code + "\""), answer);
    }
  }

  @Test
  void takesNamesThatAreUnusualButRight() {
    raw("x")
        .put(tree + "/%C3%BC%20%3B%25")
        .then()
        .statusCode(201)
        .body("path", equalTo(path + "/ü ;%"));
    given()
        .urlEncodingEnabled(false)
        .get(tree + "/%C3%BC%20%3B%25")
        .then()
        .statusCode(200)
        .body(equalTo("x"));
  }

  @Test
  void keepsTheTreesLimits() {
    problem(raw("x").put(tree + "/" + "x".repeat(1_100)), 400, "limit-exceeded")
        .body("limit", equalTo("path.bytes"));
    problem(raw("x").put(tree + "/x".repeat(32)), 400, "limit-exceeded")
        .body("limit", equalTo("path.depth"));
    problem(
        given()
            .contentType("application/octet-stream")
            .body(new byte[(1 << 20) + 1])
            .put(tree + "/x"),
        413,
        "body-too-large");
    byte[] largest = new byte[1 << 20];
    given()
        .contentType("application/octet-stream")
        .body(largest)
        .put(tree + "/x")
        .then()
        .statusCode(201);
    assertEquals(largest.length, given().get(tree + "/x").asByteArray().length);
    given().delete(tree + "/x").then().statusCode(200);
  }

  @Test
  void refusesTheRootAndUnknownParameters() {
    problem(given().delete("/api/v1/tree?recursive"), 403, "protected-path");
    problem(given().delete(tree + "?recursiv"), 400, "unknown-parameter");
    problem(given().delete(tree + "?recursive=maybe"), 400, "invalid-parameter");
    problem(given().get(tree + "?limit=5&stat=true&depth=3"), 400, "unknown-parameter");
    problem(given().get(tree + "?children&limit=1001"), 400, "invalid-parameter");
    problem(given().header("If-None-Match", "*").delete(tree), 400, "invalid-header");
    problem(raw("x").header("If-Match", "1").put(tree + "/x"), 400, "invalid-etag");
  }

  // ---- helpers

  private Response put(String name, String data) {
    return raw(data).put(tree + name);
  }

  private static RequestSpecification with(String secret) {
    return raw("").header("Muster-Session-Secret", secret);
  }

  private static RequestSpecification raw(String data) {
    return given()
        .urlEncodingEnabled(false)
        .contentType("application/octet-stream")
        .body(data.getBytes(StandardCharsets.UTF_8));
  }
}

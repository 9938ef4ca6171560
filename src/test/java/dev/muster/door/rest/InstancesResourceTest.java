package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.coordination.SessionId;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Path;
import dev.muster.duty.MemoryHeartbeats;
import dev.muster.ledger.LocalLedger;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
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
class InstancesResourceTest {
  private static final String BODY = "{\"address\":\"10.0.0.1\",\"port\":8080}";

  @Inject LocalLedger ledger;
  @Inject MemoryHeartbeats heartbeats;

  @TestHTTPResource("/api/v1")
  URI api;

  private String services;
  private String instances;

  /** A namespace for each test, so that none sees another's. */
  @BeforeEach
  void createNamespace(TestInfo test) {
    String namespace =
        "n" + Integer.toHexString((test.getTestMethod() + test.getDisplayName()).hashCode());
    Change ensure = new Change.Ensure(Path.of("/services/" + namespace), Life.persistent());
    ledger.submit(new Command.Transact(List.of(), List.of(ensure))).join();
    services = "/api/v1/namespaces/" + namespace + "/services";
    instances = services + "/cart/instances";
  }

  @Test
  void registersListsRenewsAndDeregisters() {
    Response registered = put("/cart-1", BODY);
    registered
        .then()
        .statusCode(201)
        .header("Muster-Lease-Seconds", "15")
        .header("ETag", matchesPattern("\"[0-9]+\""))
        .body("id", equalTo("cart-1"))
        .body("session", matchesPattern("[0-9a-f]+"))
        .body("ttlSeconds", equalTo(15));
    String session = registered.path("session");

    list("")
        .header("ETag", registered.header("ETag"))
        .body("service", equalTo("cart"))
        .body("instances", hasSize(1))
        .body("instances[0].id", equalTo("cart-1"))
        .body("instances[0].address", equalTo("10.0.0.1"))
        .body("instances[0].port", equalTo(8080))
        .body("instances[0].weight", equalTo(1))
        .body("instances[0].tags", empty())
        .body("instances[0].health", equalTo("passing"))
        .body("instances[0].session", equalTo(session))
        .body("instances[0].ttlSeconds", equalTo(15))
        .body("next", nullValue());
    given()
        .get(services)
        .then()
        .statusCode(200)
        .body("services[0].name", equalTo("cart"))
        .body("services[0].instances", equalTo(1))
        .body("services[0].passing", equalTo(1));

    given()
        .put(instances + "/cart-1/lease")
        .then()
        .statusCode(200)
        .header("Muster-Lease-Seconds", "15")
        .body("session", equalTo(session));
    assertTrue(heartbeats.heard().contains(SessionId.parse(session).getAsLong()));
    list("").header("ETag", registered.header("ETag"));

    given().delete(instances + "/cart-1").then().statusCode(200).body("id", equalTo("cart-1"));
    list("").body("instances", empty()).header("ETag", not(registered.header("ETag")));
    problem(given().get(instances + "/cart-1"), 404, "unknown-instance");
    problem(given().delete(instances + "/cart-1"), 404, "unknown-instance");
    problem(given().put(instances + "/cart-1/lease"), 404, "unknown-instance");
  }

  @Test
  void repeatingARegistrationChangesNothing() {
    Response first = put("/cart-1", BODY);
    String etag = list("").extract().header("ETag");
    Response second = put("/cart-1", BODY);

    second.then().statusCode(200).header("ETag", first.header("ETag"));
    assertEquals((String) first.path("session"), second.path("session"));
    list("").header("ETag", etag);
  }

  @Test
  void showsOneInstance() {
    Response registered =
        put(
            "/cart-1",
            "{\"address\":\"::1\",\"port\":1,\"weight\":0,\"tags\":[\"b\",\"a\"],"
                + "\"metadata\":{\"zone\":\"süd\"},\"ephemeral\":false}");
    registered.then().statusCode(201).body("session", nullValue());
    given()
        .get(instances + "/cart-1")
        .then()
        .statusCode(200)
        .header("ETag", registered.header("ETag"))
        .body("tags", equalTo(List.of("a", "b")))
        .body("metadata.zone", equalTo("süd"))
        .body("session", nullValue());
    problem(given().put(instances + "/cart-1/lease"), 409, "no-lease");
  }

  @Test
  void bindsToASession() {
    Response session = json("{\"ttlSeconds\":30}").post("/api/v1/sessions");
    String id = session.path("id");
    String secret = session.path("secret");
    String body = "{\"address\":\"h\",\"port\":1,\"session\":\"" + id + "\"}";

    problem(json(body).put(instances + "/i"), 403, "invalid-secret");
    problem(
        json(body).header("Muster-Session-Secret", "00").put(instances + "/i"),
        403,
        "invalid-secret");
    json(body)
        .header("Muster-Session-Secret", secret)
        .put(instances + "/i")
        .then()
        .statusCode(201)
        .body("session", equalTo(id))
        .body("ttlSeconds", equalTo(30));
    given()
        .header("Muster-Session-Secret", secret)
        .delete("/api/v1/sessions/" + id)
        .then()
        .statusCode(200);
    list("").body("instances", empty());
    problem(
        json(body).header("Muster-Session-Secret", secret).put(instances + "/i"),
        404,
        "unknown-session");
  }

  @Test
  void pagesById() {
    for (String id : List.of("c", "a", "b")) {
      put("/" + id, BODY);
    }
    Response first = given().get(instances + "?limit=2&health=passing");
    assertEquals(List.of("a", "b"), first.path("instances.id"));
    String next = first.path("next");
    for (String another :
        List.of(
            instances + "?limit=2&health=passing&zone=a&cursor=",
            instances + "?limit=2&cursor=",
            instances.replace("/instances", "-2/instances") + "?limit=2&health=passing&cursor=",
            "/api/v1/namespaces?cursor=",
            "/api/v1/sessions?cursor=",
            "/api/v1/zones?cursor=")) {
      problem(given().get(another + next), 400, "invalid-cursor");
    }
    given()
        .get(instances + "?health=passing&consistency=linearizable&limit=1&cursor=" + next)
        .then()
        .statusCode(200);
    Response second = given().get(instances + "?limit=2&health=passing&cursor=" + next);
    assertEquals(List.of("c"), second.path("instances.id"));
    second.then().body("next", nullValue());
  }

  // ---- waiting

  @Test
  void aConsumerWaitsForAServiceThatDoesNotExistYet() throws Exception {
    list("").header("ETag", "\"0\"").body("instances", empty());
    CompletableFuture<HttpResponse<String>> poll = poll(instances, "\"0\"", 30);
    json(BODY).put(services + "/other/instances/x").then().statusCode(201);
    put("/cart-1", BODY);

    HttpResponse<String> answer = poll.get(20, TimeUnit.SECONDS);
    assertEquals(200, answer.statusCode());
    assertTrue(answer.body().contains("cart-1"), answer.body());
  }

  @Test
  void aPollEndsWith304AndHeartbeatsWakeNobody() throws Exception {
    put("/cart-1", BODY);
    String etag = list("").extract().header("ETag");
    CompletableFuture<HttpResponse<String>> poll = poll(instances, etag, 1);
    given().put(instances + "/cart-1/lease").then().statusCode(200);
    put("/cart-1", BODY).then().statusCode(200);

    HttpResponse<String> answer = poll.get(20, TimeUnit.SECONDS);
    assertEquals(304, answer.statusCode());
    assertEquals(etag, answer.headers().firstValue("ETag").orElse(""));
    assertEquals("wait=1", answer.headers().firstValue("Preference-Applied").orElse(""));
  }

  @Test
  void streamsWhoComesAndGoes() throws Exception {
    long from = ledger.local().revision();
    put("/cart-1", BODY);
    put("/cart-1", "{\"address\":\"10.0.0.2\",\"port\":8080}");
    given().delete(instances + "/cart-1").then().statusCode(200);
    try (BufferedReader lines = stream(from)) {
      assertEquals(List.of("created", "10.0.0.1"), next(lines, "10.0.0.1"));
      assertEquals(List.of("changed", "10.0.0.2"), next(lines, "10.0.0.2"));
      assertEquals(List.of("deleted", "cart-1"), next(lines, "cart-1"));
    }
  }

  @Test
  void aStreamTellsTheWeightThatTheServiceGives() throws Exception {
    put("/cart-1", BODY);
    given()
        .contentType("application/json")
        .body("{\"weights\": [{\"where\": \"tag.canary\", \"weight\": 7}]}")
        .put(instances.replace("/instances", "/weights"))
        .then()
        .statusCode(200);
    long from = ledger.local().revision();
    put("/cart-2", "{\"address\":\"10.0.0.2\",\"port\":8080,\"tags\":[\"canary\"]}");
    put("/cart-3", "{\"address\":\"10.0.0.3\",\"port\":8080}");
    try (BufferedReader lines = stream(from)) {
      assertEquals(List.of("created", "\"weight\":7"), next(lines, "\"weight\":7"));
      assertEquals(List.of("created", "\"weight\":1,"), next(lines, "\"weight\":1,"));
    }
  }

  private BufferedReader stream(long from) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri(instances + "?from=" + from))
            .header("Accept", "text/event-stream")
            .build();
    HttpResponse<InputStream> stream =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
    return new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
  }

  /** The next event's name, and the word if its data has it. */
  private static List<String> next(BufferedReader lines, String word) throws Exception {
    String name = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("event: ")) {
        name = line.substring(7);
      } else if (line.startsWith("data: ") && !name.equals("bookmark")) {
        return List.of(name, line.contains(word) ? word : line);
      }
    }
    return List.of(name, "the stream has ended");
  }

  // ---- what bad input gets

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | 400 | invalid-json",
        "{ | 400 | invalid-json",
        "[] | 400 | invalid-json",
        "null | 400 | invalid-json",
        "{} {} | 400 | invalid-json",
        "{\"port\":1} | 400 | missing-field",
        "{\"address\":\"h\"} | 400 | missing-field",
        "{\"address\":null,\"port\":1} | 400 | missing-field",
        "{\"address\":\"h\",\"port\":1,\"prot\":2} | 400 | unknown-field",
        "{\"address\":\"h\",\"port\":1,\"port\":2} | 400 | invalid-json",
        "{\"address\":\"h\",\"port\":\"1\"} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":1.5} | 400 | invalid-field",
        "{\"address\":7,\"port\":1} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":99999999999} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":0} | 400 | limit-exceeded",
        "{\"address\":\"h\",\"port\":65536} | 400 | limit-exceeded",
        "{\"address\":\"h\",\"port\":-1} | 400 | limit-exceeded",
        "{\"address\":\"h:80\",\"port\":1} | 400 | invalid-field",
        "{\"address\":\"0.0.0.0\",\"port\":1} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":1,\"ttlSeconds\":1} | 400 | limit-exceeded",
        "{\"address\":\"h\",\"port\":1,\"ttlSeconds\":9223372036854775807} | 400 | limit-exceeded",
        "{\"address\":\"h\",\"port\":1,\"ttlSeconds\":-9223372036854775808} | 400 | limit-exceeded",
        "{\"address\":\"h\",\"port\":1,\"weight\":10001} | 400 | limit-exceeded",
        "{\"address\":\"h\",\"port\":1,\"tags\":[null]} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":1,\"tags\":[\"\"]} | 400 | limit-exceeded",
        "{\"address\":\"h\",\"port\":1,\"tags\":\"x\"} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":1,\"metadata\":{\"a\":null}} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":1,\"metadata\":{\"a\":{}}} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":1,\"metadata\":{\"a\":1}} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":1,\"tags\":[\"\\ud800\"]} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":1,\"metadata\":{\"a\":\"\\udc00\"}} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":1,\"metadata\":{\"\\ud800\":null}} | 400 | invalid-json",
        "{\"address\":\"\\ud800\",\"port\":1} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":1,\"session\":\"\\ud800\"} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":1,\"ephemeral\":\"no\"} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":1,\"ephemeral\":false,\"ttlSeconds\":5} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":1,\"ephemeral\":false,\"session\":\"1\"} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":1,\"session\":\"1\",\"ttlSeconds\":5} | 400 | invalid-field",
        "{\"address\":\"h\",\"port\":1,\"session\":\"xyz\"} | 404 | unknown-session",
      })
  void refusesRegistrations(String body, int status, String code) {
    problem(json(body).put(instances + "/i"), status, code);
    list("").header("ETag", "\"0\"");
  }

  @Test
  void namesTheFieldThatIsUnknown() {
    problem(
            json("{\"address\":\"h\",\"port\":1,\"prot\":2}").put(instances + "/i"),
            400,
            "unknown-field")
        .body("field", equalTo("prot"));
    problem(json("{\"address\":\"h\",\"port\":0}").put(instances + "/i"), 400, "limit-exceeded")
        .body("limit", equalTo("instance.port"))
        .body("value", equalTo(0))
        .body("max", equalTo(65_535));
  }

  @Test
  void refusesABodyThatIsTooLargeOrOfAnotherType() {
    String large = "{\"address\":\"" + "x".repeat(100_000) + "\",\"port\":1}";
    problem(json(large).put(instances + "/i"), 413, "body-too-large");
    problem(
        given().contentType("text/plain").body(BODY).put(instances + "/i"),
        415,
        "unsupported-media-type");
  }

  @ParameterizedTest
  @ValueSource(strings = {".x", "-x", "%C3%A4", "a%20b", "a:b"})
  void refusesNames(String name) {
    problem(json(BODY).put(instances + "/" + name), 400, "invalid-name")
        .body("field", equalTo("id"));
    problem(
            given().urlEncodingEnabled(false).get(services + "/" + name + "/instances"),
            400,
            "invalid-name")
        .body("field", equalTo("service"));
  }

  @ParameterizedTest
  @CsvSource({
    "/cart/instances/%2e%2e, dot-segment",
    "/cart/instances/a%2Fb, encoded-slash",
    "/cart//instances, empty-segment",
    "/cart/instances/a;v=1, path-parameters",
    "/cart/instances/%C3%28, invalid-utf8",
    "/cart/instances/%00, invalid-character"
  })
  void refusesPathTricks(String path, String code) throws Exception {
    assertTrue(
        RawRequest.send(api, "GET " + services + path).contains("\"code\":\"" + code + "\""));
  }

  @Test
  void refusesUnknownNamespacesParametersAndConditions() {
    String nowhere = "/api/v1/namespaces/nowhere/services";
    problem(given().get(nowhere), 404, "unknown-namespace");
    problem(given().get(nowhere + "/cart/instances"), 404, "unknown-namespace");
    problem(given().get(nowhere + "/cart/instances/i"), 404, "unknown-namespace");
    problem(json(BODY).put(nowhere + "/cart/instances/i"), 404, "unknown-namespace");
    problem(given().get(instances + "?helth=passing"), 400, "unknown-parameter");
    problem(given().get(instances + "?health=good"), 400, "invalid-parameter");
    problem(given().get(instances + "?limit=0"), 400, "invalid-parameter");
    problem(given().get(instances + "?cursor=%2A"), 400, "invalid-cursor");
    problem(given().get(instances + "?cursor=aTA0"), 400, "invalid-cursor");
    problem(given().get(instances + "?consistency=maybe"), 400, "invalid-parameter");
    problem(json(BODY).header("If-Match", "\"1\"").put(instances + "/i"), 400, "invalid-header");
    problem(given().header("If-None-Match", "x").get(instances), 400, "invalid-etag");
  }

  @Test
  void deregistersOnlyTheRevisionDemanded() {
    String first = put("/i", BODY).header("ETag");
    String second = put("/i", "{\"address\":\"h\",\"port\":2}").header("ETag");
    problem(given().header("If-Match", first).delete(instances + "/i"), 412, "revision-conflict")
        .body("actual", equalTo(Integer.parseInt(second.replace("\"", ""))));
    given().header("If-Match", second).delete(instances + "/i").then().statusCode(200);
  }

  // ---- helpers

  private Response put(String id, String body) {
    return json(body).put(instances + id);
  }

  private ValidatableResponse list(String query) {
    return given().get(instances + query).then().statusCode(200);
  }

  private static RequestSpecification json(String body) {
    return given().urlEncodingEnabled(false).contentType("application/json").body(body);
  }

  static ValidatableResponse problem(Response response, int status, String code) {
    return response
        .then()
        .body("code", equalTo(code))
        .statusCode(status)
        .contentType(containsString("application/problem+json"))
        .body("status", equalTo(status))
        .body("detail", not(equalTo("")));
  }

  private URI uri(String path) {
    return api.resolve(path);
  }

  private CompletableFuture<HttpResponse<String>> poll(String path, String etag, int seconds) {
    HttpRequest request =
        HttpRequest.newBuilder(uri(path))
            .header("If-None-Match", etag)
            .header("Prefer", "wait=" + seconds)
            .build();
    return HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }
}

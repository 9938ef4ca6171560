package dev.muster.door.rest;

import static dev.muster.door.rest.InstancesResourceTest.problem;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.coordination.SessionId;
import dev.muster.duty.MemoryHeartbeats;
import dev.muster.ledger.LocalLedger;
import dev.muster.ledger.UnavailableException;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class SessionsResourceTest {
  private static final String SESSIONS = "/api/v1/sessions";

  @Inject LocalLedger ledger;
  @Inject MemoryHeartbeats heartbeats;

  @Test
  void opensKeepsShowsAndCloses() {
    Response opened = json("{\"ttlSeconds\":30,\"owner\":\"me\"}").post(SESSIONS);
    opened
        .then()
        .statusCode(201)
        .header("Cache-Control", "no-store")
        .header("Muster-Revision", matchesPattern("[0-9]+"))
        .body("id", matchesPattern("[0-9a-f]{1,16}"))
        .body("secret", matchesPattern("[0-9a-f]{32}"))
        .body("ttlSeconds", equalTo(30));
    String id = opened.path("id");
    String secret = opened.path("secret");
    assertEquals(SESSIONS + "/" + id, opened.header("Location"));

    with(secret).put(SESSIONS + "/" + id).then().statusCode(200).body("ttlSeconds", equalTo(30));
    assertTrue(heartbeats.heard().contains(SessionId.parse(id).getAsLong()));
    Response shown = given().get(SESSIONS + "/" + id);
    shown.then().statusCode(200).body("owner", equalTo("me")).body("nodes", equalTo(0));
    assertFalse(shown.asString().contains(secret), "the secret is shown once");
    Response list = given().get(SESSIONS + "?limit=1000");
    list.then().statusCode(200).body("sessions.id", hasItem(id)).body("total", greaterThan(0));
    assertFalse(list.asString().contains(secret));

    with(secret).delete(SESSIONS + "/" + id).then().statusCode(200);
    problem(with(secret).put(SESSIONS + "/" + id), 404, "unknown-session");
    problem(with(secret).delete(SESSIONS + "/" + id), 404, "unknown-session");
    problem(given().get(SESSIONS + "/" + id), 404, "unknown-session");
  }

  @Test
  void opensWithoutABody() {
    given().post(SESSIONS).then().statusCode(201).body("ttlSeconds", equalTo(15));
    json("").post(SESSIONS).then().statusCode(201).body("ttlSeconds", equalTo(15));
  }

  @Test
  void pages() {
    for (int i = 0; i < 3; i++) {
      json("{}").post(SESSIONS).then().statusCode(201).body("ttlSeconds", equalTo(15));
    }
    int total = given().get(SESSIONS).path("total");
    int seen = 0;
    String cursor = "";
    do {
      Response page = given().get(SESSIONS + "?limit=2" + cursor);
      page.then().statusCode(200);
      seen += page.<java.util.List<?>>path("sessions").size();
      String next = page.path("next");
      cursor = next == null ? null : "&cursor=" + next;
    } while (cursor != null);
    assertEquals(total, seen);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE, Long.MIN_VALUE})
  void tellsALimitInTheUnitThatWasSent(long seconds) {
    problem(json("{\"ttlSeconds\":" + seconds + "}").post(SESSIONS), 400, "limit-exceeded")
        .body("detail", equalTo("session.ttl is " + seconds + " s; allowed is 2 to 86400"))
        .body("min", equalTo(2))
        .body("max", equalTo(86_400));
  }

  @Test
  void demandsTheSecret() {
    String id = json("{}").post(SESSIONS).path("id");
    problem(given().put(SESSIONS + "/" + id), 403, "invalid-secret");
    problem(with("").put(SESSIONS + "/" + id), 403, "invalid-secret");
    problem(with("0".repeat(32)).put(SESSIONS + "/" + id), 403, "invalid-secret");
    problem(given().delete(SESSIONS + "/" + id), 403, "invalid-secret");
    problem(with("0".repeat(32)).delete(SESSIONS + "/" + id), 403, "invalid-secret");
    given().get(SESSIONS + "/" + id).then().statusCode(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null | invalid-json",
        "[] | invalid-json",
        "{\"ttl\":5} | unknown-field",
        "{\"ttlSeconds\":\"5\"} | invalid-field",
        "{\"ttlSeconds\":2.5} | invalid-field",
        "{\"ttlSeconds\":1} | limit-exceeded",
        "{\"ttlSeconds\":-5} | limit-exceeded",
        "{\"ttlSeconds\":86401} | limit-exceeded",
        "{\"ttlSeconds\":9223372036854775807} | limit-exceeded",
        "{\"ttlSeconds\":92233720368547758070} | invalid-field",
        "{\"owner\":7} | invalid-field",
        "{\"owner\":\"a\\u0000\"} | invalid-field",
        "{\"owner\":\"\\ud800\"} | invalid-field",
      })
  void refusesToOpen(String body, String code) {
    problem(json(body).post(SESSIONS), 400, code);
  }

  @Test
  void refusesALongOwner() {
    problem(json("{\"owner\":\"" + "ü".repeat(129) + "\"}").post(SESSIONS), 400, "limit-exceeded")
        .body("limit", equalTo("session.owner"))
        .body("value", equalTo(258));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "x", "8000000000000000", "FF", "11111111111111111", "-1"})
  void knowsNoSuchSession(String id) {
    problem(given().get(SESSIONS + "/" + id), 404, "unknown-session");
    problem(with("00").put(SESSIONS + "/" + id), 404, "unknown-session");
  }

  @ParameterizedTest
  @CsvSource({"NOT_DONE,not-done", "UNKNOWN,unknown"})
  void saysWhatIsKnownOfAWriteWithoutAQuorum(UnavailableException.Outcome outcome, String text) {
    ledger.stall();
    try {
      CompletableFuture<Response> answer =
          CompletableFuture.supplyAsync(() -> json("{}").post(SESSIONS));
      long deadline = System.nanoTime() + 10_000_000_000L;
      while (ledger.hanging() == 0 && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      ledger.giveUp(outcome);
      problem(answer.join(), 503, "unavailable")
          .header("Retry-After", "1")
          .body("outcome", equalTo(text));
    } finally {
      ledger.resume();
    }
  }

  private static RequestSpecification with(String secret) {
    return given().header("Muster-Session-Secret", secret);
  }

  private static RequestSpecification json(String body) {
    return given().contentType("application/json").body(body);
  }
}

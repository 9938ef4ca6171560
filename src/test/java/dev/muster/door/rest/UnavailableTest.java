package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.ledger.LocalLedger;
import dev.muster.ledger.UnavailableException.Outcome;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class UnavailableTest {
  @Inject LocalLedger ledger;

  @AfterEach
  void quorumIsBack() {
    ledger.resume();
  }

  @ParameterizedTest
  @CsvSource({"NOT_DONE, not-done", "UNKNOWN, unknown"})
  void aWriteTellsWhetherItMayHaveHappened(Outcome outcome, String text) throws Exception {
    String namespace = Http.namespace();
    ledger.stall();
    CompletableFuture<HttpResponse<String>> write =
        HttpClient.newHttpClient()
            .sendAsync(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:" + RestAssured.port + Http.item(namespace, "x")))
                    .PUT(HttpRequest.BodyPublishers.ofString("x"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    Http.await("the write hangs", () -> ledger.hanging() == 1);
    ledger.giveUp(outcome);
    HttpResponse<String> answer = write.get(30, TimeUnit.SECONDS);
    assertEquals(503, answer.statusCode());
    assertEquals("1", answer.headers().firstValue("Retry-After").orElseThrow());
    assertTrue(answer.body().contains("\"code\":\"unavailable\""), answer.body());
    assertTrue(answer.body().contains("\"outcome\":\"" + text + "\""), answer.body());
  }

  @Test
  void aReadHasNoOutcomeToTell() throws Exception {
    String namespace = Http.namespace();
    ledger.stall();
    CompletableFuture<HttpResponse<String>> read =
        Http.getLater(Http.API + "/namespaces/" + namespace + "?consistency=linearizable");
    Http.await("the read hangs", () -> ledger.hanging() == 1);
    ledger.giveUp(Outcome.UNKNOWN);
    HttpResponse<String> answer = read.get(30, TimeUnit.SECONDS);
    assertEquals(503, answer.statusCode());
    assertEquals("1", answer.headers().firstValue("Retry-After").orElseThrow());
    assertTrue(answer.body().contains("\"code\":\"unavailable\""), answer.body());
    assertFalse(answer.body().contains("outcome"), answer.body());
  }

  @Test
  void localReadsGoOnAndReadinessDoesNot() {
    String namespace = Http.namespace();
    given()
        .get("/q/health/ready")
        .then()
        .statusCode(200)
        .body("checks.find { it.name == 'cluster' }.data.leader", equalTo("local"));
    ledger.stall();
    given().get("/api/v1/namespaces/" + namespace).then().statusCode(200);
    given().get("/q/health/ready").then().statusCode(503).body("status", equalTo("DOWN"));
    given().get("/q/health/live").then().statusCode(200);
    given().get("/q/health/started").then().statusCode(200);
  }

  @Test
  void metersAreThere() {
    String meters = given().get("/q/metrics").asString();
    for (String meter :
        new String[] {
          "muster_revision", "muster_tree_nodes", "muster_tree_bytes", "muster_sessions",
          "muster_watchers_parked", "muster_ready", "muster_leader", "http_server_requests"
        }) {
      assertTrue(meters.contains("\n" + meter), meter + " in " + meters);
    }
  }
}

package dev.muster.door.rest;

import static dev.muster.door.rest.InstancesResourceTest.problem;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.muster.codec.SnapshotCodec;
import dev.muster.core.State;
import dev.muster.ledger.LocalLedger;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class ClusterResourceTest {
  private static final String CLUSTER = "/api/v1/cluster";
  private static final long BUDGET_DEFAULT = 1L << 30;

  @Inject LocalLedger ledger;

  @Test
  void showsHowItDoes() {
    State state = ledger.local();
    given()
        .get(CLUSTER)
        .then()
        .statusCode(200)
        .header("Muster-Revision", Long.toString(state.revision()))
        .body("node", equalTo("local"))
        .body("leader", equalTo("local"))
        .body("ready", equalTo(true))
        .body("revision", equalTo((int) state.revision()))
        .body("nodes", equalTo((int) state.tree().root().subtreeNodes()))
        .body("sessions", equalTo(state.sessions().size()))
        .body("dataBytes", equalTo((int) state.tree().root().subtreeBytes()))
        .body("dataBudgetBytes", equalTo((int) BUDGET_DEFAULT))
        .body("members[0].name", equalTo("local"));
    given()
        .get(CLUSTER + "/members")
        .then()
        .statusCode(200)
        .body("members[0].leader", equalTo(true))
        .body("members[0].reachable", equalTo(true));
  }

  @Test
  void digestsItsState() {
    Response first = given().get(CLUSTER + "/digest");
    first
        .then()
        .statusCode(200)
        .body("node", equalTo("local"))
        .body("applied", notNullValue())
        .body("chain", matchesPattern("[0-9a-f]{16}"))
        .body("sha256", matchesPattern("[0-9a-f]{64}"));
    assertEquals(
        HexFormat.of().formatHex(SnapshotCodec.digest(ledger.local())), first.path("sha256"));
    assertEquals((String) first.path("sha256"), given().get(CLUSTER + "/digest").path("sha256"));

    given().contentType("application/json").body("{}").post("/api/v1/sessions");
    assertNotEquals((String) first.path("sha256"), given().get(CLUSTER + "/digest").path("sha256"));
  }

  @Test
  void setsTheDataBudget() {
    // For one megabyte more than is there, but not for two: each node weighs more than its data.
    int budget = (int) ledger.local().tree().root().subtreeBytes() + (2 << 20);
    try {
      set("{\"dataBudgetBytes\":" + budget + "}")
          .then()
          .statusCode(200)
          .body("dataBudgetBytes", equalTo(budget));
      given()
          .get(CLUSTER + "/settings")
          .then()
          .statusCode(200)
          .body("dataBudgetBytes", equalTo(budget));
      byte[] megabyte = new byte[1 << 20];
      String tree = "/api/v1/tree/budget";
      given()
          .contentType("application/octet-stream")
          .body(megabyte)
          .put(tree)
          .then()
          .statusCode(201);
      problem(
          given().contentType("application/octet-stream").body(megabyte).put(tree + "2"),
          507,
          "data-budget-exceeded");
      given().delete(tree).then().statusCode(200);
    } finally {
      set("{\"dataBudgetBytes\":" + BUDGET_DEFAULT + "}").then().statusCode(200);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | missing-field",
        "{\"dataBudgetBytes\":\"1GiB\"} | invalid-field",
        "{\"dataBudgetBytes\":-1} | limit-exceeded",
        "{\"dataBudgetBytes\":0} | limit-exceeded",
        "{\"dataBudgetBytes\":1099511627777} | limit-exceeded",
        "{\"budget\":1} | unknown-field"
      })
  void refusesSettings(String body, String code) {
    problem(set(body), 400, code);
  }

  private static Response set(String body) {
    return given().contentType("application/json").body(body).put(CLUSTER + "/settings");
  }
}

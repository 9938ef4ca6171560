package dev.muster.door.rest;

import static dev.muster.door.rest.InstancesResourceTest.problem;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.discovery.DiscoveryLimits;
import dev.muster.ledger.LocalLedger;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Heartbeats that tell something, and services that are protected. */
@QuarkusTest
class LeaseResourceTest {
  @Inject LocalLedger ledger;

  private static String register(String namespace) {
    String instance = "/api/v1/namespaces/" + namespace + "/services/s/instances/i";
    given()
        .contentType("application/json")
        .body("{\"address\":\"10.0.0.1\",\"port\":80}")
        .put(instance)
        .then()
        .statusCode(201);
    return instance;
  }

  private static Response beat(String instance, String json) {
    return given().contentType("application/json").body(json).put(instance + "/lease");
  }

  @Test
  void anInstanceTellsHowItDoesAndTheSameIsNoNews() {
    String instance = register(Http.namespace());
    beat(instance, "{\"status\":\"fail\",\"output\":\"no disk\"}").then().statusCode(200);
    given()
        .get(instance)
        .then()
        .body("health", equalTo("critical"))
        .body("components.heartbeat.output", equalTo("no disk"));
    long revision = ledger.local().revision();
    beat(instance, "{\"status\":\"fail\",\"output\":\"no disk yet\"}").then().statusCode(200);
    given().put(instance + "/lease").then().statusCode(200);
    assertEquals(revision, ledger.local().revision());
    given().get(instance).then().body("health", equalTo("critical"));
    beat(instance, "{\"status\":\"warn\"}").then().statusCode(200);
    given().get(instance).then().body("health", equalTo("warning"));
    beat(instance, "{\"status\":\"pass\"}").then().statusCode(200);
    given().get(instance).then().body("health", equalTo("passing")).body("history", hasSize(3));
  }

  @Test
  void whoHasMuchToSayLives() {
    String instance = register(Http.namespace());
    String much = "x".repeat(5_000);
    beat(instance, "{\"status\":\"warn\",\"output\":\"" + much + "\"}").then().statusCode(200);
    given()
        .get(instance)
        .then()
        .body(
            "components.heartbeat.output",
            equalTo("x".repeat(DiscoveryLimits.OUTPUT_BYTES_MAX) + "..."));
  }

  @Test
  void whatAProcessSaidIsTakenBackByTheNextOne() {
    String instance = register(Http.namespace());
    beat(instance, "{\"status\":\"fail\",\"output\":\"shutting down\"}").then().statusCode(200);
    String version = "{\"address\":\"127.0.0.1\",\"port\":80,\"version\":\"2\"}";
    given().contentType("application/json").body(version).put(instance).then().statusCode(200);
    given().get(instance).then().body("health", equalTo("passing")).body("history", hasSize(2));
    beat(instance, "{\"status\":\"warn\"}").then().statusCode(200);
    given().contentType("application/json").body(version).put(instance).then().statusCode(200);
    given().get(instance).then().body("health", equalTo("warning"));
  }

  @Test
  void aTagThatNobodyCouldAskForIsRefused() {
    String instance = "/api/v1/namespaces/" + Http.namespace() + "/services/s/instances/i";
    String tagged = "{\"address\":\"127.0.0.1\",\"port\":80,\"tags\":[\"a,b\"]}";
    problem(
        given().contentType("application/json").body(tagged).put(instance), 400, "invalid-field");
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    String instance = register(Http.namespace());
    problem(beat(instance, "{\"status\":\"well\"}"), 400, "invalid-field");
    problem(beat(instance, "{\"output\":\"x\"}"), 400, "invalid-field");
    problem(beat(instance + "x", "{\"status\":\"pass\"}"), 404, "unknown-instance");
  }

  @Test
  void listsSayThatAServiceIsProtectedUntilSomebodyEndsIt() {
    String namespace = Http.namespace();
    register(namespace);
    String services = "/api/v1/namespaces/" + namespace + "/services";
    String list = services + "/s/instances?health=passing";
    given().get(list).then().body("protected", nullValue());
    Reply written =
        ledger
            .submit(
                new Command.Transact(
                    List.of(),
                    List.of(
                        new Change.Put(
                            Path.of("/services/" + namespace + "/s/.guard"),
                            Bytes.utf8("{\"lost\":2,\"of\":3}"),
                            Change.attributes(Map.of())))))
            .join();
    assertTrue(written instanceof Reply.Done);
    given().get(list).then().body("protected.lost", equalTo(2)).body("instances", hasSize(1));
    given().get(services).then().body("services[0].protected.of", equalTo(3));
    given().delete(services + "/s/protection").then().statusCode(200);
    given().get(list).then().body("protected", nullValue());
    given().delete(services + "/s/protection").then().statusCode(200);
    problem(
        given().delete("/api/v1/namespaces/no/services/s/protection"), 404, "unknown-namespace");
  }

  @Test
  void checksThatDoNotGoTogetherAreRefused() {
    String instance = "/api/v1/namespaces/" + Http.namespace() + "/services/s/instances/i";
    String check = "{\"id\":\"up\",\"type\":\"tcp\",\"port\":\"nope\"}";
    problem(
        given()
            .contentType("application/json")
            .body("{\"address\":\"127.0.0.1\",\"port\":80,\"checks\":[" + check + "]}")
            .put(instance),
        400,
        "invalid-field");
    given().get(instance).then().statusCode(404);
  }
}

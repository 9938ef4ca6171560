package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.ledger.LocalLedger;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ZonesResourceTest {
  private static final String SERVICES = "/api/v1/namespaces/zones/services/";

  @Inject LocalLedger ledger;

  @BeforeEach
  void ensureNamespace() {
    given().put("/api/v1/namespaces/zones");
  }

  private static void register(String service, int number, String zone, int ttlSeconds) {
    given()
        .contentType("application/json")
        .body(Map.of("address", "10.0.0.1", "port", 80, "zone", zone, "ttlSeconds", ttlSeconds))
        .put(SERVICES + service + "/instances/" + zone + number)
        .then()
        .statusCode(201);
  }

  private static ValidatableResponse list(String query) {
    return given().get("/api/v1/zones" + query).then();
  }

  private static Object of(String zone, String field) {
    return list("").extract().path("zones.find { it.zone == '" + zone + "' }." + field);
  }

  @Test
  void zonesAreListedInPages() {
    register("paged", 1, "000-one", 600);
    register("paged", 2, "000-one", 600);
    register("other", 1, "000-two", 600);
    given().put(SERVICES + "paged/instances/000-one2/drain").then().statusCode(200);
    list("?limit=1")
        .statusCode(200)
        .body("zones.zone", contains("000-one"))
        .body("zones[0].instances", equalTo(2))
        .body("zones[0].serving", equalTo(1))
        .body("zones[0].kept", equalTo(0))
        .body("zones[0].protected", nullValue());
    String next = list("?limit=1").extract().path("next");
    list("?limit=1&cursor=" + next).body("zones.zone", contains("000-two"));
    list("?limt=1").statusCode(400);
  }

  @Test
  void listsSayThatAZoneIsProtectedUntilSomebodyEndsIt() {
    register("cart", 1, "zz-cut", 600);
    register("cart", 2, "zz-cut", 600);
    Path node = Path.of("/services/zones/cart/zz-cut1");
    write(
        new Change.SetAttributes(
            node,
            ledger
                .local()
                .tree()
                .find(node)
                .attributes()
                .plus("health", "critical")
                .plus("kept", "zone")));
    write(
        new Change.Ensure(Path.of("/muster/zones"), Life.persistent()),
        new Change.Put(
            Path.of("/muster/zones/zz-cut"),
            Bytes.utf8("{\"lost\":1,\"of\":2,\"threshold\":0.8}"),
            Change.attributes(Map.of())));

    assertEquals(2, of("zz-cut", "serving"));
    assertEquals(1, of("zz-cut", "kept"));
    assertEquals(1, of("zz-cut", "protected.lost"));
    given()
        .get(SERVICES + "cart/instances?health=passing&where=zone=zz-cut")
        .then()
        .body("instances", hasSize(2))
        .body("instances[0].kept", equalTo(true))
        .body("instances[0].keptBy", equalTo("zone"))
        .body("instances[1].kept", nullValue());

    given()
        .delete("/api/v1/zones/zz-cut/protection")
        .then()
        .statusCode(200)
        .body("zone", equalTo("zz-cut"));
    assertNull(of("zz-cut", "protected"));
  }

  @Test
  void aZoneThatNobodyIsInAnyMoreIsListedWhileItIsProtected() {
    write(
        new Change.Ensure(Path.of("/muster/zones"), Life.persistent()),
        new Change.Put(
            Path.of("/muster/zones/zz-empty"),
            Bytes.utf8("{\"lost\":9}"),
            Change.attributes(Map.of())));
    assertEquals(0, of("zz-empty", "instances"));
    assertEquals(9, of("zz-empty", "protected.lost"));
    given().delete("/api/v1/zones/zz-empty/protection").then().statusCode(200);
    assertNull(of("zz-empty", "zone"));
  }

  private void write(Change... changes) {
    assertTrue(
        ledger.submit(new Command.Transact(List.of(), List.of(changes))).join()
            instanceof Reply.Done);
  }

  @Test
  void endingWhatIsNotThereChangesNothingAndNamesAreChecked() {
    given().delete("/api/v1/zones/nowhere/protection").then().statusCode(200);
    given()
        .delete("/api/v1/zones/no.where/protection")
        .then()
        .statusCode(400)
        .body("code", equalTo("invalid-field"));
  }
}

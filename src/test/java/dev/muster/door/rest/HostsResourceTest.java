package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class HostsResourceTest {
  private String services;

  @BeforeEach
  void createNamespace(TestInfo test) {
    String namespace =
        "/api/v1/namespaces/n"
            + Integer.toHexString((test.getTestMethod() + test.getDisplayName()).hashCode());
    given().put(namespace).then().statusCode(201);
    services = namespace + "/services/";
  }

  private void register(String service, String id, String address) {
    given()
        .contentType("application/json")
        .body("{\"address\":\"" + address + "\",\"port\":80}")
        .put(services + service + "/instances/" + id);
  }

  private ValidatableResponse passing(String service) {
    return given().get(services + service + "/instances?health=passing").then().statusCode(200);
  }

  private static ValidatableResponse begin(String address, String reason) {
    return given()
        .contentType("application/json")
        .body("{\"reason\":\"" + reason + "\"}")
        .put("/api/v1/hosts/" + address + "/maintenance")
        .then();
  }

  @Test
  void aHostGetsNoTrafficUntilItIsBack() {
    register("cart", "here", "10.7.0.1");
    register("cart", "there", "10.7.0.11");
    register("pay", "here", "10.7.0.1");
    begin("10.7.0.1", "new disk").statusCode(200).body("instances", equalTo(2));

    passing("cart").body("instances.id", contains("there"));
    passing("pay").body("instances.id", empty());
    given()
        .get(services + "cart/instances")
        .then()
        .body("instances.id", contains("here", "there"))
        .body("instances[0].maintenance", equalTo("new disk"))
        .body("instances[1]", not(hasKey("maintenance")));
    given().get("/api/v1/hosts").then().body("hosts.address", hasItem("10.7.0.1"));

    register("cart", "later", "10.7.0.1");
    register("cart", "there", "10.7.0.1"); // it moves to the host
    passing("cart").body("instances.id", empty());
    register("cart", "there", "10.7.0.11");
    passing("cart").body("instances.id", contains("there"));

    begin("10.7.0.1", "no, the other disk").statusCode(200).body("instances", equalTo(3));
    given()
        .delete("/api/v1/hosts/10.7.0.1/maintenance")
        .then()
        .statusCode(200)
        .body("instances", equalTo(3));
    passing("cart").body("instances.id", contains("here", "later", "there"));
    given()
        .delete("/api/v1/hosts/10.7.0.1/maintenance")
        .then()
        .statusCode(404)
        .body("code", equalTo("unknown-host"));
  }

  @Test
  void anAddressIsTheSameInEverySpelling() {
    register("cart", "six", "2001:0db8:0:0:0:0:0:7");
    register("cart", "name", "Cart-7.Example");
    begin("2001:db8::7", "why not").statusCode(200).body("instances", equalTo(1));
    begin("cart-7.example", "why not").statusCode(200).body("instances", equalTo(1));
    passing("cart").body("instances.id", empty());
    given().delete("/api/v1/hosts/2001:db8:0::7/maintenance").then().statusCode(200);
    given().delete("/api/v1/hosts/CART-7.example/maintenance").then().statusCode(200);
    passing("cart").body("instances.id", contains("name", "six"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.7.0.300 | fine | invalid-field",
        "0.0.0.0 | fine | invalid-field",
        "10.7.0.2 | '' | limit-exceeded",
        "10.7.0.2 | a\\u0001 | invalid-field"
      })
  void saysWhatIsWrong(String address, String reason, String code) {
    begin(address, reason).statusCode(400).body("code", equalTo(code));
  }
}

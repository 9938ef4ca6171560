package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.coordination.SessionId;
import dev.muster.duty.MemoryHeartbeats;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Many instances at once, and how many a namespace may have. */
@QuarkusTest
class BulkResourceTest {
  @Inject MemoryHeartbeats heartbeats;

  private String namespace;

  @BeforeEach
  void createNamespace(TestInfo test) {
    namespace = "/api/v1/namespaces/n" + Integer.toHexString(test.getTestMethod().hashCode());
    given().put(namespace).then().statusCode(201);
  }

  private ValidatableResponse bulk(String body) {
    return given().contentType("application/json").body(body).post(namespace + "/instances").then();
  }

  private static String register(String service, String id) {
    return "{\"service\":\""
        + service
        + "\",\"id\":\""
        + id
        + "\",\"instance\":{\"address\":\"10.0.0.1\",\"port\":80}}";
  }

  private static String many(String action, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                action.equals("register")
                    ? register("s" + i % 7, "i-" + i)
                    : "{\"service\":\"s" + i % 7 + "\",\"id\":\"i-" + i + "\"}")
        .collect(Collectors.joining(",", "{\"" + action + "\":[", "]}"));
  }

  /** As programs in production say it, hundreds are far more than other bodies may have. */
  @Test
  void hundredsThatHaveMuchToTellAreRegistered() {
    String metadata = ",\"metadata\":{\"about\":\"" + "a".repeat(1_000) + "\"}}}";
    String body = many("register", 500).replace("80}}", "80" + metadata);
    assertTrue(body.length() > 500_000, () -> "only " + body.length());
    bulk(body).statusCode(200).body("failed", equalTo(0));
    bulk(" ".repeat(1 << 20) + body).statusCode(413);
  }

  @Test
  void registersRenewsAndDeregistersHundreds() {
    bulk(many("register", 500))
        .statusCode(200)
        .body("failed", equalTo(0))
        .body("results", hasSize(500))
        .body("results.status", everyItem(equalTo(201)))
        .body("results.session", everyItem(matchesPattern("[0-9a-f]+")));
    given().get(namespace + "/services").then().body("services.instances.sum()", equalTo(500));
    bulk(many("register", 500)).body("results.status", everyItem(equalTo(200)));
    List<String> sessions =
        bulk(many("renew", 500)).body("failed", equalTo(0)).extract().path("results.session");
    sessions.forEach(
        session -> assertTrue(heartbeats.heard().contains(SessionId.parse(session).getAsLong())));
    bulk(many("deregister", 500)).body("results.status", everyItem(equalTo(200)));
    given().get(namespace + "/services").then().body("services.instances.sum()", equalTo(0));
    bulk(many("renew", 500))
        .statusCode(200)
        .body("failed", equalTo(500))
        .body("results.status", everyItem(equalTo(404)))
        .body("results[0].problem.code", equalTo("unknown-instance"));
  }

  @Test
  void eachFailsForItself() {
    bulk("{\"register\":["
            + register("cart", "good")
            + ","
            + register("cart", ".bad")
            + ",{\"service\":\"cart\",\"id\":\"a\",\"instance\":{\"address\":\"x\"}}"
            + ",{\"service\":\"cart\",\"id\":\"a\"},null,{\"id\":\"a\"}"
            + ",{\"service\":\"cart\",\"id\":\"a\",\"instance\":{\"address\":\"x\",\"port\":0}}"
            + "],\"renew\":[{\"service\":\"cart\",\"id\":\"none\"}]}")
        .statusCode(200)
        .body("failed", equalTo(7))
        .body("results[0].status", equalTo(201))
        .body("results[0].problem", nullValue())
        .body("results[1].problem.code", equalTo("invalid-name"))
        .body("results[2].problem.field", equalTo("port"))
        .body("results[3].problem.field", equalTo("instance"))
        .body("results[4].problem.field", equalTo("service"))
        .body("results[5].problem.field", equalTo("service"))
        .body("results[6].problem.limit", equalTo("instance.port"))
        .body("results[7].status", equalTo(404))
        .body("results[7].action", equalTo("renew"));
  }

  /** With the words of the request for it alone; what stands beside it is done. */
  @Test
  void oneThatIsMalformedFailsForItself() {
    bulk("{\"register\":[" + register("cart", "good") + "]}").body("failed", equalTo(0));
    String instance = namespace + "/services/cart/instances/a";
    List<String> wrong =
        List.of(
            "{\"address\":\"x\",\"port\":\"80\"}",
            "{\"address\":\"x\",\"port\":80,\"tll\":5}",
            "{\"address\":\"x\",\"port\":8000000000000}",
            "{\"address\":\"x\",\"port\":80.5}",
            "{\"address\":\"x\",\"port\":80,\"tags\":\"a\"}",
            "{\"address\":\"x\",\"port\":80,\"metadata\":{\"a\":1}}",
            "{\"address\":\"\\ud800\",\"port\":80}",
            "{\"address\":\"x\",\"port\":80,\"checks\":5}");
    String entries =
        wrong.stream()
            .map(body -> "{\"service\":\"cart\",\"id\":\"a\",\"instance\":" + body + "}")
            .collect(Collectors.joining(","));
    ValidatableResponse all =
        bulk("{\"register\":["
                + entries
                + "],\"renew\":[{\"service\":\"cart\",\"id\":\"good\"},"
                + "{\"service\":\"cart\",\"id\":\"good\",\"tll\":5},5],"
                + "\"deregister\":[{\"service\":7,\"id\":\"good\"}]}")
            .statusCode(200)
            .body("failed", equalTo(wrong.size() + 3));
    for (int i = 0; i < wrong.size(); i++) {
      JsonPath alone =
          given()
              .contentType("application/json")
              .body(wrong.get(i))
              .put(instance)
              .then()
              .statusCode(400)
              .extract()
              .jsonPath();
      all.body("results[" + i + "].status", equalTo(400))
          .body("results[" + i + "].service", equalTo("cart"))
          .body("results[" + i + "].id", equalTo("a"))
          .body("results[" + i + "].problem.code", equalTo(alone.get("code")))
          .body("results[" + i + "].problem.field", equalTo(alone.get("field")))
          .body("results[" + i + "].problem.detail", equalTo(alone.get("detail")));
    }
    int renewed = wrong.size();
    all.body("results[" + renewed + "].status", equalTo(200))
        .body("results[" + (renewed + 1) + "].problem.code", equalTo("unknown-field"))
        .body("results[" + (renewed + 1) + "].problem.field", equalTo("tll"))
        .body("results[" + (renewed + 2) + "].problem.code", equalTo("invalid-json"))
        .body("results[" + (renewed + 2) + "].problem.detail", equalTo("not the shape needed"))
        .body("results[" + (renewed + 3) + "].problem.field", equalTo("service"));
  }

  @Test
  void whatIsWrongAroundTheEntriesIsRefused() {
    bulk("{\"renew\":[{\"service\":\"cart\",\"id\":\"a\"}").statusCode(400);
    bulk("{\"renew\":{\"service\":\"cart\",\"id\":\"a\"}}")
        .statusCode(400)
        .body("field", equalTo("renew"));
    bulk("{\"renew\":[{\"id\":\"a\",\"id\":\"b\"}]}")
        .statusCode(400)
        .body("code", equalTo("invalid-json"));
  }

  @Test
  void aRenewalMayTellHowTheInstanceDoes() {
    bulk("{\"register\":[" + register("cart", "a") + "," + register("cart", "b") + "]}")
        .body("failed", equalTo(0));
    bulk("{\"renew\":[{\"service\":\"cart\",\"id\":\"a\",\"status\":\"fail\",\"output\":\"db is gone\"},"
            + "{\"service\":\"cart\",\"id\":\"b\",\"status\":\"ill\"},"
            + "{\"service\":\"cart\",\"id\":\"b\",\"output\":\"hm\"}]}")
        .body("results.status", equalTo(List.of(200, 400, 400)))
        .body("results[1].problem.field", equalTo("status"))
        .body("results[2].problem.field", equalTo("status"));
    given()
        .get(namespace + "/services/cart/instances/a")
        .then()
        .body("health", equalTo("critical"))
        .body("components.heartbeat.output", equalTo("db is gone"));
  }

  @Test
  void whereThereIsNoNamespaceThereIsNothingToRenew() {
    namespace += "-none";
    bulk("{\"renew\":[{\"service\":\"cart\",\"id\":\"a\"}]}")
        .body("results[0].status", equalTo(404))
        .body("results[0].problem.code", equalTo("unknown-namespace"));
  }

  @Test
  void isBounded() {
    bulk(many("register", 501))
        .statusCode(400)
        .body("limit", equalTo("bulk.instances"))
        .body("max", equalTo(500));
    bulk("{}").statusCode(400).body("limit", equalTo("bulk.instances"));
    bulk("{\"registr\":[]}").statusCode(400).body("code", equalTo("unknown-field"));
  }

  @Test
  void aNamespaceHasNoMoreInstancesThanItMay() {
    given()
        .contentType("application/json")
        .body("{\"instancesMax\":3}")
        .put(namespace)
        .then()
        .statusCode(200);
    given().get(namespace).then().body("instancesMax", equalTo(3));
    for (int i = 0; i < 3; i++) {
      bulk("{\"register\":[" + register("s" + i, "i") + "]}").body("failed", equalTo(0));
    }
    bulk("{\"register\":[" + register("other", "i") + "," + register("s0", "i") + "]}")
        .body("results[0].status", equalTo(429))
        .body("results[0].problem.code", equalTo("too-many-instances"))
        .body("results[0].problem.detail", containsString("3 instances"))
        .body("results[0].problem.actual", equalTo(3))
        .body("results[0].problem.max", equalTo(3))
        .body("results[1].status", equalTo(200));
    bulk("{\"deregister\":[{\"service\":\"s1\",\"id\":\"i\"}]}").body("failed", equalTo(0));
    bulk("{\"register\":[" + register("other", "i") + "]}").body("failed", equalTo(0));
    given()
        .contentType("application/json")
        .body("{\"instancesMax\":1}")
        .put(namespace)
        .then()
        .statusCode(200);
    bulk("{\"register\":[" + register("another", "i") + "]}")
        .body("results[0].problem.actual", equalTo(3))
        .body("results[0].problem.max", equalTo(1))
        .body("results[0].problem.detail", containsString("has 3 instances, and may have 1:"));
    given().put(namespace).then().statusCode(200);
    given().get(namespace).then().body("instancesMax", equalTo(1));
  }
}

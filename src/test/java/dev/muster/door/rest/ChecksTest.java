package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.oneOf;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Active checks from end to end: a real server, registered over HTTP, that gets well and ill. */
@QuarkusTest
@TestProfile(ChecksTest.LoopbackAllowed.class)
class ChecksTest {
  private static final String NAMESPACE = "/api/v1/namespaces/checked";
  private static final String INSTANCE = NAMESPACE + "/services/cart/instances/cart-1";

  /** Where a node may check what runs beside it. */
  public static class LoopbackAllowed implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("muster.checks.allow", "127.0.0.0/8");
    }
  }

  private HttpServer server;
  private volatile int status = 503;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/health",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    given().put(NAMESPACE);
  }

  @AfterEach
  void stop() {
    server.stop(0);
    given().delete(INSTANCE);
  }

  private void register(String checks) {
    given()
        .contentType("application/json")
        .body(
            "{\"address\":\"127.0.0.1\",\"port\":"
                + server.getAddress().getPort()
                + ",\"ephemeral\":false,\"checks\":"
                + checks
                + "}")
        .put(INSTANCE)
        .then()
        .statusCode(oneOf(200, 201));
  }

  private static String health() {
    return given().get(INSTANCE).path("health");
  }

  private static void awaitHealth(String health) {
    Http.await(health, () -> health.equals(health()));
  }

  @Test
  void aServerThatGetsWellAndIllIsListedSo() {
    register(
        "[{\"id\":\"web\",\"type\":\"http\",\"path\":\"/health\",\"intervalSeconds\":1,"
            + "\"timeoutMillis\":900,\"unhealthyThreshold\":1}]");
    assertEquals("critical", health());
    given()
        .get(INSTANCE)
        .then()
        .body("checks", hasSize(1))
        .body("checks[0].expectedStatus", equalTo("200-299"));
    given()
        .get(NAMESPACE + "/services/cart/instances")
        .then()
        .body("instances", hasSize(1))
        .body("instances[0].checks", nullValue());

    status = 200;
    awaitHealth("passing");
    status = 429;
    awaitHealth("warning");
    status = 500;
    awaitHealth("critical");
    given()
        .get(INSTANCE)
        .then()
        .body("components.'check:web'.output", containsString("500"))
        .body("history[-1].component", equalTo("check:web"));

    register("[]");
    assertEquals("passing", health());
  }

  @Test
  void saysWhatIsWrongWithChecks() {
    given()
        .contentType("application/json")
        .body(
            "{\"address\":\"127.0.0.1\",\"port\":1,"
                + "\"checks\":[{\"id\":\"a\",\"type\":\"http\",\"pfad\":\"/\"}]}")
        .put(INSTANCE)
        .then()
        .statusCode(400)
        .body("field", equalTo("checks[0].pfad"));
    given()
        .contentType("application/json")
        .body(
            "{\"address\":\"169.254.169.254\",\"port\":80,"
                + "\"checks\":[{\"id\":\"a\",\"type\":\"http\"}]}")
        .put(INSTANCE)
        .then()
        .statusCode(400)
        .body("detail", containsString("never checked"));
  }
}

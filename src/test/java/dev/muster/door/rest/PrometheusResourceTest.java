package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class PrometheusResourceTest extends WaitingRequests {
  private static final String SD = "/api/v1/prometheus/sd";
  private static final Pattern LABEL = Pattern.compile("__meta_muster_[a-zA-Z0-9_]*");
  private static final Pattern TARGET =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9.-]+):[0-9]{1,5}");

  private String namespace;

  @BeforeEach
  void createNamespace() {
    namespace = Http.namespace();
  }

  private void put(String service, String id, String json) {
    given()
        .contentType("application/json")
        .body(json)
        .put("/api/v1/namespaces/" + namespace + "/services/" + service + "/instances/" + id)
        .then()
        .statusCode(201);
  }

  private ValidatableResponse targets(String more) {
    return given()
        .urlEncodingEnabled(false)
        .get(SD + "?namespace=" + namespace + more)
        .then()
        .statusCode(200);
  }

  @Test
  void tellsAllThatPrometheusCanUse() {
    put(
        "cart",
        "cart-1",
        "{\"address\":\"10.0.0.1\",\"port\":8080,\"weight\":3,\"zone\":\"a\",\"region\":\"eu\","
            + "\"version\":\"2.1\",\"tags\":[\"v2\",\"canary-x\"],"
            + "\"ports\":[{\"name\":\"grpc-web\",\"port\":9090}],"
            + "\"metadata\":{\"team/name\":\"shop & \\\"co\\\"\"}}");
    Response response = given().get(SD + "?namespace=" + namespace + "&service=cart");
    response.then().statusCode(200).header("Content-Type", equalTo("application/json"));
    assertEquals(
        "[{\"targets\":[\"10.0.0.1:8080\"],\"labels\":{"
            + "\"__meta_muster_address\":\"10.0.0.1\","
            + "\"__meta_muster_health\":\"passing\","
            + "\"__meta_muster_id\":\"cart-1\","
            + "\"__meta_muster_metadata_team_name\":\"shop & \\\"co\\\"\","
            + "\"__meta_muster_namespace\":\""
            + namespace
            + "\",\"__meta_muster_port\":\"8080\","
            + "\"__meta_muster_port_grpc_web\":\"9090\","
            + "\"__meta_muster_region\":\"eu\","
            + "\"__meta_muster_service\":\"cart\","
            + "\"__meta_muster_tag_canary_x\":\"true\","
            + "\"__meta_muster_tag_v2\":\"true\","
            + "\"__meta_muster_tags\":\",canary-x,v2,\","
            + "\"__meta_muster_traffic\":\"true\","
            + "\"__meta_muster_version\":\"2.1\","
            + "\"__meta_muster_weight\":\"3\","
            + "\"__meta_muster_zone\":\"a\"}}]\n",
        response.asString());
  }

  @Test
  void scrapesThePortForMetrics() {
    String ports =
        "\"ports\":[{\"name\":\"admin\",\"port\":9000},{\"name\":\"metrics\",\"port\":9100}]";
    put("cart", "a", "{\"address\":\"10.0.0.1\",\"port\":80," + ports + "}");
    put("cart", "b", "{\"address\":\"2001:db8::7\",\"port\":80}");
    put("cart", "c", "{\"address\":\"cart.example\",\"port\":80," + ports + "}");
    targets("")
        .body(
            "targets.flatten()",
            contains("10.0.0.1:9100", "[2001:db8::7]:80", "cart.example:9100"));
    targets("&port=admin")
        .body("targets.flatten()", contains("10.0.0.1:9000", "cart.example:9000"));
  }

  @Test
  void isSortedAndFiltered() {
    put("pay", "b", "{\"address\":\"10.0.0.4\",\"port\":80}");
    put("pay", "a", "{\"address\":\"10.0.0.3\",\"port\":80,\"tags\":[\"v2\"]}");
    put("cart", "b", "{\"address\":\"10.0.0.2\",\"port\":80,\"tags\":[\"v2\"],\"zone\":\"x\"}");
    put("cart", "a", "{\"address\":\"10.0.0.1\",\"port\":80}");
    String targets = "targets.flatten()";
    targets("").body(targets, contains("10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80"));
    targets("&tag=v2").body(targets, contains("10.0.0.2:80", "10.0.0.3:80"));
    targets("&where=zone%3Dx").body(targets, contains("10.0.0.2:80"));
    targets("&service=pay").body(targets, contains("10.0.0.3:80", "10.0.0.4:80"));
    targets("&service=nobody").header("ETag", "\"0\"").body("", empty());
    given()
        .get(SD)
        .then()
        .statusCode(200)
        .body("labels.__meta_muster_namespace", hasItem(namespace));
  }

  @Test
  void showsThoseThatAreIllUnlessAskedNotTo() {
    put("cart", "a", "{\"address\":\"10.0.0.1\",\"port\":80}");
    put("cart", "b", "{\"address\":\"10.0.0.2\",\"port\":80}");
    given()
        .contentType("application/json")
        .body("{\"status\":\"fail\",\"output\":\"no\"}")
        .put("/api/v1/namespaces/" + namespace + "/services/cart/instances/b/lease")
        .then()
        .statusCode(200);
    targets("")
        .body("labels.__meta_muster_health", contains("passing", "critical"))
        .body("labels.__meta_muster_traffic", contains("true", "false"));
    targets("&health=passing").body("targets.flatten()", contains("10.0.0.1:80"));
  }

  @Test
  void isSentAgainOnlyWhenItChanged() throws Exception {
    put("cart", "a", "{\"address\":\"10.0.0.1\",\"port\":80}");
    String etag = targets("").extract().header("ETag");
    given()
        .header("If-None-Match", etag)
        .get(SD + "?namespace=" + namespace)
        .then()
        .statusCode(304);
    CompletableFuture<HttpResponse<String>> later =
        Http.getLater(SD + "?namespace=" + namespace, "If-None-Match", etag, "Prefer", "wait=30");
    awaitParked(1);
    put("cart", "b", "{\"address\":\"10.0.0.2\",\"port\":80}");
    assertTrue(later.get(30, TimeUnit.SECONDS).body().contains("10.0.0.2:80"));
  }

  /** What https://prometheus.io/docs/prometheus/latest/http_sd/ asks for, of whatever there is. */
  @Test
  void isWhatPrometheusReads() throws IOException {
    put(
        "cart",
        "odd",
        "{\"address\":\"10.0.0.1\",\"port\":80,\"tags\":[\"größe\",\"a;b\",\"a b\"],"
            + "\"metadata\":{\"\\uD83D\\uDE00.1\":\"\\uD83D\\uDE00\",\"a.b\":\"1\",\"a-b\":\"2\"}}");
    put("cart", "six", "{\"address\":\"::1\",\"port\":80}");
    JsonNode list = new ObjectMapper().readTree(given().get(SD).asByteArray());
    assertTrue(list.isArray() && list.size() >= 2);
    for (JsonNode group : list) {
      List<String> names = new ArrayList<>();
      group.fieldNames().forEachRemaining(names::add);
      assertEquals(List.of("targets", "labels"), names);
      assertEquals(1, group.get("targets").size());
      String target = group.get("targets").get(0).textValue();
      assertTrue(TARGET.matcher(target).matches(), target);
      group
          .get("labels")
          .properties()
          .forEach(
              label -> {
                assertTrue(LABEL.matcher(label.getKey()).matches(), label.getKey());
                assertTrue(label.getValue().isTextual(), label.getKey());
              });
    }
  }

  @ParameterizedTest
  @CsvSource({
    "?service=cart, 400, invalid-parameter, goes with 'namespace'",
    "?namespace=none-such, 404, unknown-namespace, does not exist",
    "?namespace=a%20b, 400, invalid-name, name has 1 to 128",
    "?zone=a, 400, unknown-parameter, known parameters are",
    "?tag=, 400, invalid-parameter, is a tag"
  })
  void saysWhatIsWrong(String query, int status, String code, String detail) {
    given()
        .urlEncodingEnabled(false)
        .get(SD + query)
        .then()
        .statusCode(status)
        .body("code", equalTo(code))
        .body("detail", containsString(detail))
        .body("detail", not(containsString("null")));
  }
}

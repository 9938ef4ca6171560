package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.restassured.response.ValidatableResponse;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;

/** Tests of effective configurations: a namespace of their own for each, and how to ask there. */
abstract class EffectiveRequests extends WaitingRequests {
  String namespace = "";

  @BeforeEach
  void create() {
    namespace = Http.namespace();
  }

  final String path(String app, String query) {
    return Http.API + "/namespaces/" + namespace + "/effective/" + app + query;
  }

  final ValidatableResponse get(String app, String query) {
    return given().urlEncodingEnabled(false).get(path(app, query)).then();
  }

  final void put(String item, String content) {
    int status =
        given()
            .config(Http.AS_IS)
            .contentType("application/octet-stream") // the type is what the name stands for
            .body(content.getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .put(Http.item(namespace, item))
            .statusCode();
    assertTrue(status == 200 || status == 201, item + ": " + status);
  }

  final void putLabelled(String item, String content, Map<String, String> labels) {
    put(
        item
            + "?labels="
            + labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(",")),
        content);
  }

  final ValidatableResponse preview(String app, String query, String body) {
    return given()
        .urlEncodingEnabled(false)
        .config(Http.AS_IS)
        .contentType("application/json")
        .body(body)
        .post(path(app, query))
        .then();
  }
}

package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Requests to {@code /poll}, as tests make them. */
final class BatchPollRequests {
  static final String POLL = "/api/v1/poll";

  private BatchPollRequests() {}

  static String known(String namespace, String name, long revision) {
    return "{\"namespace\":\"%s\",\"name\":\"%s\",\"revision\":%d}"
        .formatted(namespace, name, revision);
  }

  static String body(String... items) {
    return "{\"items\":[" + String.join(",", items) + "],\"content\":true}";
  }

  static ValidatableResponse poll(String body) {
    return given().contentType("application/json").body(body).post(POLL).then();
  }

  static CompletableFuture<HttpResponse<String>> pollLater(int seconds, String body) {
    return Http.postLater(
        POLL, body, "Content-Type", "application/json", "Prefer", "wait=" + seconds);
  }

  static JsonPath answer(CompletableFuture<HttpResponse<String>> poll) throws Exception {
    HttpResponse<String> answer = poll.get(40, TimeUnit.SECONDS);
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(
        answer.headers().firstValue("Muster-Revision").orElseThrow(),
        JsonPath.from(answer.body()).getString("revision"));
    return JsonPath.from(answer.body());
  }
}

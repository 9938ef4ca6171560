package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Long polls of effective configurations. */
@QuarkusTest
class EffectivePollsTest extends EffectiveRequests {
  private CompletableFuture<HttpResponse<String>> poll(String app, String query, String etag) {
    return Http.getLater(path(app, query), "If-None-Match", etag, "Prefer", "wait=50");
  }

  private static HttpResponse<String> answer(CompletableFuture<HttpResponse<String>> poll)
      throws Exception {
    return poll.get(40, TimeUnit.SECONDS);
  }

  @Test
  void onlyWhatChangesALayerAnswersThoseWhoWait() throws Exception {
    put("application.yaml", "k: 0");
    put("checkout/application.yaml", "muster.include: shared/db.yaml");
    put("shared/db.yaml", "db: 1");
    put("billing/application.yaml", "k: 7");
    put("checkout/readme.txt", "x");
    String etag = get("checkout", "?profile=prod").extract().header("ETag");
    given()
        .header("If-None-Match", etag)
        .get(path("checkout", "?profile=prod"))
        .then()
        .statusCode(304);
    List<CompletableFuture<HttpResponse<String>>> polls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      polls.add(poll("checkout", "?profile=prod", etag));
    }
    awaitParked(20);
    put("billing/application.yaml", "k: 8");
    put("billing/application-prod.yaml", "k: 8");
    put("checkout/readme.txt", "y");
    put("shared/other.yaml", "db: 2");
    given().delete(Http.item(namespace, "shared/other.yaml")).then().statusCode(200);
    Http.await("parked again", () -> ledger.parked() == 20);
    assertEquals(20, watchers.count());
    assertEquals(etag, get("checkout", "?profile=prod").statusCode(200).extract().header("ETag"));
    put("shared/db.yaml", "db: 2");
    for (CompletableFuture<HttpResponse<String>> poll : polls) {
      HttpResponse<String> answer = answer(poll);
      assertEquals(200, answer.statusCode());
      assertTrue(answer.body().contains("\"value\":\"2\""), answer.body());
      assertEquals("wait=50", answer.headers().firstValue("Preference-Applied").orElseThrow());
    }
    assertEquals(0, ledger.parked());
  }

  @Test
  void layersThatComeAndGoAnswerToo() throws Exception {
    put("application.yaml", "k: 0\nmuster.include: 'a/b/c.yaml?'");
    put("a/x.yaml", "k: 1");
    for (String item :
        List.of(
            "x/application.yaml",
            "application-prod.yaml",
            "x/application-prod.yaml",
            "a/b/c.yaml")) {
      String etag = get("x", "?profile=prod").extract().header("ETag");
      CompletableFuture<HttpResponse<String>> comes = poll("x", "?profile=prod", etag);
      awaitParked(1);
      put(item, "n: 9");
      HttpResponse<String> came = answer(comes);
      assertTrue(came.body().contains("\"value\":\"9\""), came.body());
      CompletableFuture<HttpResponse<String>> goes =
          poll("x", "?profile=prod", came.headers().firstValue("ETag").orElseThrow());
      awaitParked(1);
      given().delete(Http.item(namespace, item)).then().statusCode(200);
      HttpResponse<String> gone = answer(goes);
      assertEquals(200, gone.statusCode());
      assertFalse(gone.body().contains("\"value\":\"9\""), gone.body());
    }
  }

  @Test
  void largeConfigurationsAreWaitedForAndReadByWorkers() throws Exception {
    StringBuilder large = new StringBuilder();
    for (int i = 0; i < 3_000; i++) {
      large.append("key%04d: value ${n}%n".formatted(i));
    }
    put("application.yaml", large + "n: 1\n");
    HttpResponse<String> first = answer(Http.getLater(path("x", "?as=properties")));
    assertTrue(first.body().contains("key2999=value 1\n"));
    List<CompletableFuture<HttpResponse<String>>> polls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      polls.add(poll("x", "?as=properties", first.headers().firstValue("ETag").orElseThrow()));
    }
    awaitParked(20);
    put("application.yaml", large + "n: 2\n");
    for (CompletableFuture<HttpResponse<String>> poll : polls) {
      assertTrue(answer(poll).body().contains("key2999=value 2\n"));
    }
    assertEquals(0, watchers.count());
  }

  @Test
  void aConfigurationThatBreaksEndsThePollWithTheProblem() throws Exception {
    put("application.yaml", "k: 0");
    String etag = get("x", "").extract().header("ETag");
    CompletableFuture<HttpResponse<String>> poll = poll("x", "", etag);
    awaitParked(1);
    put("application.yaml", "muster.include: none.yaml");
    HttpResponse<String> answer = answer(poll);
    assertEquals(422, answer.statusCode());
    assertTrue(answer.body().contains("unknown-include"), answer.body());
  }
}

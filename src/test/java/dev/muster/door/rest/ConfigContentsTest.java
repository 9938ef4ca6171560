package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings and streams with contents, and searches. */
@QuarkusTest
class ConfigContentsTest {
  private static String list(String namespace) {
    return "/api/v1/namespaces/" + namespace + "/configs";
  }

  /** All names of a listing, page by page. */
  private static List<String> names(String path, List<Integer> sizes) {
    List<String> names = new ArrayList<>();
    String next = null;
    do {
      JsonPath page =
          given()
              .get(path + (next == null ? "" : "&cursor=" + next))
              .then()
              .statusCode(200)
              .extract()
              .jsonPath();
      names.addAll(page.getList("items.name"));
      sizes.add(page.getList("items").size());
      next = page.getString("next");
    } while (next != null);
    return names;
  }

  @Test
  void aListWithContents() throws Exception {
    String namespace = Http.namespace();
    Http.put(namespace, "a/x", "ä1");
    Http.put(namespace, "b", "no");
    given()
        .contentType("application/octet-stream")
        .body(new byte[] {1, (byte) 0xFF})
        .put(Http.item(namespace, "a/y"))
        .then()
        .statusCode(201);
    given().get(list(namespace) + "?prefix=a/").then().body("items[0].content", nullValue());
    var first =
        given()
            .get(list(namespace) + "?prefix=a/&content=true")
            .then()
            .statusCode(200)
            .body("items.name", equalTo(List.of("a/x", "a/y")))
            .body("items[0].content", equalTo("ä1"))
            .body("items[0].contentBase64", nullValue())
            .body("items[1].content", nullValue())
            .body("items[1].contentBase64", equalTo("Af8="))
            .extract();
    var poll =
        Http.getLater(
            list(namespace) + "?prefix=a/&content=true",
            "If-None-Match",
            first.header("ETag"),
            "Prefer",
            "wait=50");
    Http.put(namespace, "a/x", "2");
    assertEquals(
        "2", JsonPath.from(poll.get(40, TimeUnit.SECONDS).body()).getString("items[0].content"));
    given().get(list(namespace) + "?content=yes").then().statusCode(400);
  }

  @Test
  void aPageWithContentsEndsEarlyRatherThanGrow() {
    String namespace = Http.namespace();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Http.put(namespace, "large-" + i, "x".repeat(1 << 20));
      expected.add("large-" + i);
    }
    List<Integer> sizes = new ArrayList<>();
    assertEquals(expected, names(list(namespace) + "?content=true", sizes));
    assertEquals(List.of(4, 4, 2), sizes);
    sizes.clear();
    assertEquals(expected, names(list(namespace) + "?limit=100", sizes));
    assertEquals(List.of(10), sizes);
  }

  @Test
  void namesAreSearched() {
    String namespace = Http.namespace();
    for (String name : List.of("checkout/redis.yaml", "Redis", "other", "checkout/a", "x/REDIS")) {
      Http.put(namespace, name, "a: 1");
    }
    List<Integer> sizes = new ArrayList<>();
    assertEquals(
        List.of("Redis", "checkout/redis.yaml", "x/REDIS"),
        names(list(namespace) + "?search=redis", sizes));
    assertEquals(
        List.of("checkout/redis.yaml"),
        names(list(namespace) + "?search=redis&prefix=checkout/", sizes));
    sizes.clear();
    assertEquals(
        List.of("Redis", "checkout/redis.yaml", "x/REDIS"),
        names(list(namespace) + "?search=redis&limit=1", sizes));
    assertEquals(List.of(1, 1, 1), sizes);
  }

  @Test
  void contentsAreSearched() {
    String namespace = Http.namespace();
    Http.put(namespace, "a", "url: redis://ä");
    Http.put(namespace, "b", "url: Redis");
    Http.put(namespace, "redis", "none");
    given()
        .contentType("application/octet-stream")
        .body(new byte[] {'r', 'e', 'd', 'i', 's', (byte) 0xFF})
        .put(Http.item(namespace, "binary"))
        .then()
        .statusCode(201);
    List<Integer> sizes = new ArrayList<>();
    assertEquals(List.of("a"), names(list(namespace) + "?searchContent=redis", sizes));
    assertEquals(List.of("a"), names(list(namespace) + "?searchContent=ä", sizes));
    assertEquals(List.of("a", "b"), names(list(namespace) + "?searchContent=url:", sizes));
    assertEquals(List.of("b"), names(list(namespace) + "?searchContent=edis&search=b", sizes));
  }

  @Test
  void oneSearchLooksAtSoMuchAndTheNextGoesOn() {
    String namespace = Http.namespace();
    List<String> expected = new ArrayList<>();
    for (int i = 10; i < 30; i++) {
      boolean hit = i == 10 || i == 29;
      Http.put(namespace, "large-" + i, "x".repeat((1 << 20) - 4) + (hit ? "here" : ""));
      if (hit) {
        expected.add("large-" + i);
      }
    }
    List<Integer> sizes = new ArrayList<>();
    assertEquals(expected, names(list(namespace) + "?searchContent=here", sizes));
    assertEquals(List.of(1, 0, 1), sizes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"search=", "searchContent=", "search", "Search=x"})
  void malformedSearchesAreRefused(String query) {
    given().get(list(Http.namespace()) + "?" + query).then().statusCode(400);
    given().get(list(Http.namespace()) + "?search=" + "x".repeat(257)).then().statusCode(400);
  }

  @Test
  void streamsTellContents() throws Exception {
    String namespace = Http.namespace();
    for (String path : List.of(list(namespace), Http.item(namespace, "a/x"))) {
      try (Socket socket = Http.connect()) {
        Http.write(
            socket,
            "GET "
                + path
                + "?content=true HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n");
        Http.readUntil(socket, "bookmark");
        String text = "large " + path + " ".repeat(200_000) + "end";
        // The large one is encoded elsewhere, and what follows it must not pass it by.
        Http.put(namespace, "a/x", text);
        Http.put(namespace, "a/x", "small " + path);
        String told = Http.readUntil(socket, "small " + path);
        assertTrue(told.contains("\"content\":\"" + text + "\""), path);
        given().delete(Http.item(namespace, "a/x")).then().statusCode(200);
        Http.readUntil(socket, "event: delete");
      }
    }
  }
}

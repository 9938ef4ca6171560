package dev.muster.door.rest;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.config.Configs;
import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Reply;
import dev.muster.ledger.LocalLedger;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class PollResourceTest {
  private static final String POLL = "/api/v1/poll";

  @Inject Watchers watchers;
  @Inject LocalLedger ledger;

  private static String known(String namespace, String name, long revision) {
    return "{\"namespace\":\"%s\",\"name\":\"%s\",\"revision\":%d}"
        .formatted(namespace, name, revision);
  }

  private static String body(String... items) {
    return "{\"items\":[" + String.join(",", items) + "],\"content\":true}";
  }

  private static ValidatableResponse poll(String body) {
    return given().contentType("application/json").body(body).post(POLL).then();
  }

  private static CompletableFuture<HttpResponse<String>> pollLater(int seconds, String body) {
    return Http.postLater(
        POLL, body, "Content-Type", "application/json", "Prefer", "wait=" + seconds);
  }

  private static JsonPath answer(CompletableFuture<HttpResponse<String>> poll) throws Exception {
    HttpResponse<String> answer = poll.get(40, TimeUnit.SECONDS);
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(
        answer.headers().firstValue("Muster-Revision").orElseThrow(),
        JsonPath.from(answer.body()).getString("revision"));
    return JsonPath.from(answer.body());
  }

  private void awaitParked(int count) {
    Http.await(count + " parked", () -> watchers.count() == count);
  }

  @AfterEach
  void nothingIsLeft() {
    ledger.catchUp();
    awaitParked(0);
    Http.await("nobody waits", () -> ledger.parked() == 0);
  }

  @Test
  void whatDiffersIsTold() {
    String namespace = Http.namespace();
    long same = Http.put(namespace, "same", "1");
    long other = Http.put(namespace, "a/other", "ä\u0000\uD83D\uDE00");
    given()
        .contentType("application/octet-stream")
        .body(new byte[] {1, (byte) 0xFF})
        .put(Http.item(namespace, "binary"))
        .then()
        .statusCode(201);
    poll(body(
            known(namespace, "same", same),
            known(namespace, "a/other", 1),
            known(namespace, "binary", 0),
            known(namespace, "a", 0), // a folder
            known(namespace, "gone", 5),
            known("unknown", "x", 0)))
        .statusCode(200)
        .contentType("application/json")
        .body("changed.name", equalTo(List.of("gone", "a/other", "binary")))
        .body("changed[0].deleted", equalTo(true))
        .body("changed[0].revision", equalTo(0))
        .body("changed[0].content", nullValue())
        .body("changed[1].namespace", equalTo(namespace))
        .body("changed[1].revision", equalTo((int) other))
        .body("changed[1].contentType", equalTo("text/plain"))
        .body("changed[1].content", equalTo("ä\u0000\uD83D\uDE00"))
        .body("changed[1].size", equalTo(7))
        .body("changed[1].deleted", nullValue())
        .body("changed[2].content", nullValue())
        .body("changed[2].contentBase64", equalTo("Af8="))
        .body("more", equalTo(false));
  }

  @Test
  void contentsComeOnlyIfAskedFor() {
    String namespace = Http.namespace();
    Http.put(namespace, "x", "1");
    poll("{\"items\":[" + known(namespace, "x", 0) + "]}")
        .statusCode(200)
        .body("changed", hasSize(1))
        .body("changed[0].size", equalTo(1))
        .body("changed[0].content", nullValue());
  }

  @Test
  void ofFewItemsEachIsWaitedFor() throws Exception {
    String namespace = Http.namespace();
    String other = Http.namespace();
    long x = Http.put(namespace, "x", "1");
    var poll =
        pollLater(
            50, body(known(namespace, "x", x), known(other, "a/y", 0), known("none", "z", 0)));
    awaitParked(1);
    Http.await("three paths", () -> ledger.parked() == 3);
    Http.put(namespace, "y", "1");
    Http.put(other, "a/z", "1");
    assertEquals(x, Http.put(namespace, "x", "1"));
    assertEquals(1, watchers.count());
    assertFalse(poll.isDone());
    long y = Http.put(other, "a/y", "new");
    JsonPath told = answer(poll);
    assertEquals(List.of("a/y"), told.getList("changed.name"));
    assertEquals("new", told.getString("changed[0].content"));
    assertEquals(y, told.getLong("changed[0].revision"));
    assertEquals(y, told.getLong("revision"));
    assertEquals("wait=50", poll.get().headers().firstValue("Preference-Applied").orElseThrow());
  }

  @Test
  void ofManyItemsTheirNamespaceIsWaitedForAndTheOthersInItWakeNobody() throws Exception {
    String namespace = Http.namespace();
    List<String> items = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      items.add(known(namespace, "folder-" + i % 10 + "/item-" + i, 0));
    }
    String body = body(items.toArray(new String[0]));
    var poll = pollLater(50, body);
    awaitParked(1);
    Http.await("one path", () -> ledger.parked() == 1);
    Http.put(namespace, "folder-1/other", "1");
    Http.put(namespace, "folder-1", "1");
    assertFalse(poll.isDone());
    long revision = Http.put(namespace, "folder-7/item-2997", "found");
    JsonPath told = answer(poll);
    assertEquals(List.of("folder-7/item-2997"), told.getList("changed.name"));
    assertEquals(revision, told.getLong("changed[0].revision"));
    assertEquals("found", told.getString("changed[0].content"));
  }

  @Test
  void ofManyNamespacesAllOfThemAreWaitedFor() throws Exception {
    String namespace = Http.namespace();
    List<String> items = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      items.add(known("other-" + i, "x", 0));
    }
    items.add(known(namespace, "x", 0));
    var poll = pollLater(50, body(items.toArray(new String[0])));
    awaitParked(1);
    Http.await("one path", () -> ledger.parked() == 1);
    Http.put(namespace, "y", "1");
    Http.put(namespace, "x", "1");
    assertEquals(List.of("x"), answer(poll).getList("changed.name"));
  }

  @Test
  void deletionAndCreationAreChanges() throws Exception {
    String namespace = Http.namespace();
    long revision = Http.put(namespace, "a/x", "1");
    var poll = pollLater(50, body(known(namespace, "a/x", revision)));
    awaitParked(1);
    given().delete(Http.item(namespace, "a/x")).then().statusCode(200);
    assertEquals(true, answer(poll).getBoolean("changed[0].deleted"));
    var again = pollLater(50, body(known(namespace, "a/x", 0)));
    awaitParked(1);
    long created = Http.put(namespace, "a/x", "1");
    assertEquals(created, answer(again).getLong("changed[0].revision"));
    // Deleted and there again: another revision, though the content is the same.
    poll(body(known(namespace, "a/x", revision)))
        .body("changed[0].revision", equalTo((int) created));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17})
  void aNamespaceThatGoesTakesItsItemsAlong(int items) throws Exception {
    String namespace = Http.namespace();
    List<String> known = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      known.add(known(namespace, "a/" + i, Http.put(namespace, "a/" + i, "1")));
    }
    var poll = pollLater(50, body(known.toArray(new String[0])));
    awaitParked(1);
    given().delete("/api/v1/namespaces/" + namespace + "?force=true").then().statusCode(200);
    JsonPath told = answer(poll);
    assertEquals(items, told.getList("changed.deleted").size());
    assertEquals(Set.of(0), new HashSet<>(told.getList("changed.revision")));
  }

  @Test
  void withoutAChangeItEndsWithNothingChanged() throws Exception {
    String namespace = Http.namespace();
    long revision = Http.put(namespace, "x", "1");
    JsonPath told = answer(pollLater(1, body(known(namespace, "x", revision))));
    assertEquals(List.of(), told.getList("changed"));
    assertEquals(false, told.getBoolean("more"));
    assertTrue(told.getLong("revision") >= revision);
    poll(body(known(namespace, "x", revision))).statusCode(200).body("changed", hasSize(0));
  }

  @Test
  void whatDoesNotFitComesWithTheNextPolls() {
    String namespace = Http.namespace();
    Map<String, Long> known = new LinkedHashMap<>();
    Map<String, Long> written = new LinkedHashMap<>();
    String large = "x".repeat(1_000_000);
    for (int i = 0; i < 9; i++) {
      known.put("large-" + i, 0L);
      written.put("large-" + i, Http.put(namespace, "large-" + i, large + i));
    }
    int polls = 0;
    boolean more = true;
    while (more) {
      polls++;
      String body =
          body(
              known.entrySet().stream()
                  .map(item -> known(namespace, item.getKey(), item.getValue()))
                  .toArray(String[]::new));
      JsonPath told = poll(body).statusCode(200).extract().jsonPath();
      List<Map<String, Object>> changed = told.getList("changed");
      assertFalse(changed.isEmpty());
      for (Map<String, Object> item : changed) {
        String name = (String) item.get("name");
        assertEquals(large + name.substring(6), item.get("content"));
        assertEquals(0L, known.put(name, ((Number) item.get("revision")).longValue()));
      }
      more = told.getBoolean("more");
    }
    assertEquals(3, polls);
    assertEquals(written, known);
  }

  @Test
  void oneItemAloneAlwaysFits() {
    String namespace = Http.namespace();
    // Six characters for each byte.
    String content = "\u0001".repeat(1 << 20);
    Http.put(namespace, "x", content);
    Http.put(namespace, "y", content);
    poll(body(known(namespace, "x", 0), known(namespace, "y", 0)))
        .body("changed", hasSize(1))
        .body("changed[0].content", equalTo(content))
        .body("more", equalTo(true));
  }

  @Test
  void aNodeThatIsBehindCatchesUpFirst() throws Exception {
    String namespace = Http.namespace();
    long old = Http.put(namespace, "x", "old");
    ledger.holdBack();
    Reply.Done done =
        (Reply.Done)
            ledger.submitElsewhere(
                new Command.Transact(
                    List.of(),
                    List.of(
                        new Change.Put(
                            Configs.path(namespace, "x"),
                            Bytes.utf8("new"),
                            Change.attributes(Map.of("content-type", "text/plain"))))));
    // One knows the item's revision, one the state's, as who was told of a deletion does.
    var byItem = pollLater(2, body(known(namespace, "x", done.revision())));
    var byState =
        pollLater(
            50,
            "{\"revision\":%d,\"items\":[%s],\"content\":true}"
                .formatted(done.revision(), known(namespace, "x", 0)));
    // Who knows nothing newer is answered from what there is.
    poll(body(known(namespace, "x", 0))).body("changed[0].content", equalTo("old"));
    poll(body(known(namespace, "x", old))).body("changed", hasSize(0));
    awaitParked(2);
    assertFalse(byState.isDone());
    ledger.catchUp();
    assertEquals("new", answer(byState).getString("changed[0].content"));
    assertEquals(List.of(), answer(byItem).getList("changed"));
  }

  @Test
  void aRevisionThatDoesNotComeIs503() {
    poll(body(known("n", "x", Long.MAX_VALUE)))
        .statusCode(503)
        .body("code", equalTo("revision-not-reached"));
  }

  @Test
  void afterASnapshotAllIsLookedThrough() throws Exception {
    String namespace = Http.namespace();
    String[] items = new String[20];
    for (int i = 0; i < items.length; i++) {
      items[i] = known(namespace, "x-" + i, 0);
    }
    var many = pollLater(50, body(items));
    var one = pollLater(50, body(items[3]));
    awaitParked(2);
    ledger.holdBack();
    ledger.submitElsewhere(
        new Command.Transact(
            List.of(),
            List.of(
                new Change.Put(
                    Configs.path(namespace, "x-3"),
                    Bytes.utf8("new"),
                    Change.attributes(Map.of("content-type", "text/plain"))))));
    ledger.restoreFromSnapshot();
    assertEquals(List.of("x-3"), answer(many).getList("changed.name"));
    assertEquals(List.of("x-3"), answer(one).getList("changed.name"));
  }

  @Test
  void aNodeThatStopsAnswersThoseWhoWait() throws Exception {
    String namespace = Http.namespace();
    var poll = pollLater(50, body(known(namespace, "x", 0)));
    awaitParked(1);
    try {
      watchers.drain(true);
      assertEquals(List.of(), answer(poll).getList("changed"));
    } finally {
      watchers.drain(false);
    }
  }

  @Test
  void aClientThatGoesIsForgotten() throws IOException {
    String body = body(known(Http.namespace(), "x", 0));
    try (Socket socket = Http.connect()) {
      Http.write(
          socket,
          "POST /api/v1/poll HTTP/1.1\r\nHost: x\r\nPrefer: wait=60\r\n"
              + "Content-Type: application/json\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      awaitParked(1);
    }
    awaitParked(0);
  }

  /** Waiting at many paths counts as many long polls would. */
  @Test
  void aPollOfSixteenItemsCountsEightTimes() throws Exception {
    String namespace = Http.namespace();
    String[] items = new String[16];
    for (int i = 0; i < items.length; i++) {
      items[i] = known(namespace, "x-" + i, 0);
    }
    var poll = pollLater(50, body(items));
    awaitParked(8);
    Http.await("each is waited for", () -> ledger.parked() == 16);
    Http.put(namespace, "x-15", "1");
    answer(poll);
  }

  /** Many polls, changes at random: each client ends up with what there is, and never goes back. */
  @Test
  void nobodyMissesTheLastRevision() throws Exception {
    String namespace = Http.namespace();
    Random random = new Random(7);
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Client client = new Client(namespace, i % 2 == 0 ? 10 : 40);
      clients.add(client);
      client.poll();
    }
    Map<String, Long> last = new LinkedHashMap<>();
    for (int i = 0; i < 150; i++) {
      String name = "x-" + random.nextInt(40);
      if (random.nextInt(4) == 0 && last.getOrDefault(name, 0L) > 0) {
        given().delete(Http.item(namespace, name)).then().statusCode(200);
        last.put(name, 0L);
      } else {
        last.put(name, Http.put(namespace, name, "" + i));
      }
    }
    for (Client client : clients) {
      Http.await(client.items + " items have all of " + last, () -> client.has(last));
      client.over = true;
    }
    for (int i = 0; i < 40; i++) {
      Http.put(namespace, "x-" + i, "the end");
    }
    for (Client client : clients) {
      Http.await("the end of " + client.items + " items", () -> client.ended);
      assertEquals(List.of(), client.wrong);
    }
  }

  private static final class Client {
    final Map<String, Long> known = new LinkedHashMap<>();
    final List<String> wrong = new ArrayList<>();
    final String namespace;
    final int items;
    long revision;
    volatile boolean over;
    volatile boolean ended;

    Client(String namespace, int items) {
      this.namespace = namespace;
      this.items = items;
      for (int i = 0; i < items; i++) {
        known.put("x-" + i, 0L);
      }
    }

    synchronized void poll() {
      String all =
          String.join(
              ",",
              known.entrySet().stream()
                  .map(item -> known(namespace, item.getKey(), item.getValue()))
                  .toList());
      pollLater(50, "{\"revision\":" + revision + ",\"items\":[" + all + "]}")
          .thenAccept(this::take);
    }

    private synchronized void take(HttpResponse<String> answer) {
      JsonPath told = JsonPath.from(answer.body());
      if (told.getLong("revision") < revision) {
        wrong.add("back to " + answer.body());
      }
      revision = told.getLong("revision");
      List<Map<String, Object>> changed = told.getList("changed");
      for (Map<String, Object> item : changed) {
        long now = ((Number) item.get("revision")).longValue();
        long before = known.put((String) item.get("name"), now);
        if (now != 0 && now <= before) {
          wrong.add("after " + before + " " + item);
        }
      }
      if (over) {
        ended = true;
      } else {
        poll();
      }
    }

    synchronized boolean has(Map<String, Long> last) {
      return known.entrySet().stream()
          .allMatch(item -> last.getOrDefault(item.getKey(), 0L).equals(item.getValue()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                           | missing-field
          {"items":[]}                                                 | missing-field
          {"items":[{"name":"x"}]}                                     | missing-field
          {"items":[{"namespace":"n"}]}                                | missing-field
          {"items":[null]}                                             | invalid-field
          {"items":[{"namespace":"n","name":"x","revision":-1}]}       | invalid-field
          {"items":[{"namespace":"n","name":"x","revision":"1"}]}      | invalid-field
          {"items":[{"namespace":"n","name":"x"}],"revision":-1}       | invalid-field
          {"items":[{"namespace":"n","name":"x"}],"content":"yes"}     | invalid-field
          {"items":[{"namespace":"n","name":"x"},{"namespace":"n","name":"x"}]} | invalid-field
          {"items":[{"namespace":".n","name":"x"}]}                    | invalid-name
          {"items":[{"namespace":"n","name":"a//x"}]}                  | invalid-path
          {"items":[{"namespace":"n","name":"../x"}]}                  | invalid-path
          {"items":[{"namespace":"n","name":""}]}                      | invalid-path
          {"items":[{"namespace":"n","name":"x","etag":"1"}]}          | unknown-field
          {"items":{}}                                                 | invalid-field
          """)
  void whatIsWrongIsSaid(String body, String code) {
    poll(body).statusCode(400).body("code", equalTo(code));
  }

  @Test
  void thereAreLimits() {
    List<String> items = new ArrayList<>();
    for (int i = 0; i <= 3_000; i++) {
      items.add(known("n", "x-" + i, 0));
    }
    poll(body(items.toArray(new String[0])))
        .statusCode(400)
        .body("code", equalTo("limit-exceeded"))
        .body("limit", equalTo("poll.items"))
        .body("max", equalTo(3_000));
    poll(body(known("n", "x".repeat(1 << 20), 0)))
        .statusCode(413)
        .body("code", equalTo("body-too-large"));
    poll(body(known("n", "x".repeat(1_100), 0)))
        .statusCode(400)
        .body("detail", containsString("1024"));
    given().contentType("text/plain").body("{}").post(POLL).then().statusCode(415);
    given()
        .contentType("application/json")
        .body("{}")
        .post(POLL + "?limit=1")
        .then()
        .statusCode(400);
  }
}

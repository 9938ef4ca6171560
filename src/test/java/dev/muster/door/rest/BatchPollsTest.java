package dev.muster.door.rest;

import static dev.muster.door.rest.BatchPollRequests.answer;
import static dev.muster.door.rest.BatchPollRequests.body;
import static dev.muster.door.rest.BatchPollRequests.known;
import static dev.muster.door.rest.BatchPollRequests.poll;
import static dev.muster.door.rest.BatchPollRequests.pollLater;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.config.Configs;
import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batch polls that wait: for what, until when, and what they leave behind. */
@QuarkusTest
class BatchPollsTest extends WaitingRequests {
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
}

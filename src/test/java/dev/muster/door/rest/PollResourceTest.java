package dev.muster.door.rest;

import static dev.muster.door.rest.BatchPollRequests.POLL;
import static dev.muster.door.rest.BatchPollRequests.answer;
import static dev.muster.door.rest.BatchPollRequests.body;
import static dev.muster.door.rest.BatchPollRequests.known;
import static dev.muster.door.rest.BatchPollRequests.poll;
import static dev.muster.door.rest.BatchPollRequests.pollLater;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.muster.config.Configs;
import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Reply;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a batch poll is told at once, and what is refused. */
@QuarkusTest
class PollResourceTest extends WaitingRequests {
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

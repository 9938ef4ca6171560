package dev.muster.client;

import static dev.muster.client.FakeServer.changed;
import static dev.muster.client.FakeServer.gone;
import static dev.muster.client.FakeServer.polled;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Items that are followed together: none of them waits for another, or suffers from it. */
@Timeout(60)
class BatchTest {
  private static final FakeServer.Told REFUSED = FakeServer.problem(403, "forbidden", "");

  private final FakeServer server = new FakeServer();
  private final ManualTimer timer = new ManualTimer();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private Muster client;

  @BeforeEach
  void open() {
    client = Muster.builder().server(server.uri()).with(timer, new FixedRandom(0)).build();
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private Subscription listen(String item) {
    return client.listen(
        item,
        new ConfigListener() {
          @Override
          public void changed(Config config) {
            told.add(item + "=" + config.text() + "@" + config.revision());
          }

          @Override
          public void absent(String name, long revision, boolean isStale) {
            told.add(item + " absent@" + revision);
          }

          @Override
          public void deleted(String name, long revision, boolean isStale) {
            told.add(item + " deleted@" + revision);
          }

          @Override
          public void staleness(Config config) {
            told.add(item + (config.isStale() ? " stale" : " fresh"));
          }
        });
  }

  /** Listeners of several items are told at the same time: their order means nothing. */
  private void awaitTold(String... expected) throws InterruptedException {
    Await.until(
        "told " + List.of(expected) + ", was " + told, () -> told.size() >= expected.length);
    assertEquals(sorted(List.of(expected)), sorted(told));
  }

  private static List<String> sorted(List<String> events) {
    List<String> sorted = new ArrayList<>(events);
    Collections.sort(sorted);
    return sorted;
  }

  private static Predicate<FakeServer.Asked> asks(int waitSeconds, Map<String, Long> items) {
    return asked ->
        asked.isBatch()
            && asked.header("Prefer").equals("wait=" + waitSeconds)
            && asked.items().equals(items);
  }

  private FakeServer.Asked awaitAsked(int waitSeconds, Map<String, Long> items)
      throws InterruptedException {
    Predicate<FakeServer.Asked> isMeant = asks(waitSeconds, items);
    Await.until(
        items + " is asked for with wait=" + waitSeconds,
        () -> server.asked().stream().anyMatch(isMeant));
    return server.asked().stream().filter(isMeant).reduce((first, last) -> last).orElseThrow();
  }

  /** a and b are followed, each at revision 7. */
  private void followBoth() throws InterruptedException {
    listen("a");
    server.tellWhoever(asks(0, Map.of("a", 0L)), polled(7, changed("a", 7, "seven")));
    awaitAsked(30, Map.of("a", 7L));
    listen("b");
    server.tellWhoever(asks(0, Map.of("a", 7L, "b", 0L)), polled(7, changed("b", 7, "seven")));
    awaitTold("a=seven@7", "b=seven@7");
    awaitAsked(30, Map.of("a", 7L, "b", 7L));
    told.clear();
  }

  @Test
  void aNewcomerDoesNotWaitForThePollOfTheOthers() throws Exception {
    followBoth(); // b came while a poll for a was parked, and was asked for all the same
    assertEquals(4, server.asked().size());
  }

  @Test
  void norForThePauseAfterAnAnswerThatWasUnderWay() throws Exception {
    followBoth();
    listen("c");
    awaitAsked(0, Map.of("a", 7L, "b", 7L, "c", 0L));
    listen("d");
    server.tellWhoever(
        asks(0, Map.of("a", 7L, "b", 7L, "c", 0L)), FakeServer.problem(503, "unavailable", ""));
    awaitAsked(0, Map.of("a", 7L, "b", 7L, "c", 0L, "d", 0L));
  }

  @Test
  void aChangeIsToldToThoseItConcerns() throws Exception {
    followBoth();
    server.tellWhoever(asks(30, Map.of("a", 7L, "b", 7L)), polled(9, changed("b", 9, "nine")));
    awaitTold("b=nine@9");
    FakeServer.Asked next = awaitAsked(30, Map.of("a", 7L, "b", 9L));
    assertTrue(next.body().contains("\"content\":true,\"revision\":9,"), next.body());
    server.tellWhoever(asks(30, Map.of("a", 7L, "b", 9L)), polled(10, gone("a")));
    awaitTold("b=nine@9", "a deleted@10");
    awaitAsked(30, Map.of("a", 0L, "b", 9L));
  }

  @Test
  void whatDoesNotFitIntoAnAnswerIsNotTakenForAbsent() throws Exception {
    listen("a");
    listen("b");
    listen("c");
    server.tellWhoever(asks(0, Map.of("a", 0L)), polled(6));
    server.tellWhoever(
        asks(0, Map.of("a", 0L, "b", 0L, "c", 0L)), polled(7, true, List.of(changed("b", 7, "x"))));
    awaitTold("a absent@6", "b=x@7");
    server.tellWhoever(asks(0, Map.of("a", 0L, "b", 7L, "c", 0L)), polled(9, changed("a", 8, "y")));
    awaitTold("a absent@6", "b=x@7", "a=y@8", "c absent@9");
    awaitAsked(30, Map.of("a", 8L, "b", 7L, "c", 0L));
  }

  @Test
  void contentsThatAreNoTextAndTheirTypesArrive() throws Exception {
    CompletableFuture<Config> heard = new CompletableFuture<>();
    server.tell(
        polled(
            7,
            "{\"namespace\":\"default\",\"name\":\"k/ü.bin\",\"revision\":5,\"size\":3,"
                + "\"contentType\":\"image/png\",\"contentBase64\":\"AP8B\"}"));
    client.listen("k/ü.bin", heard::complete);
    Config config = heard.get();
    assertArrayEquals(new byte[] {0, -1, 1}, config.bytes());
    assertEquals("image/png", config.contentType());
    assertEquals("\"5\"", config.etag());
    assertEquals(7, config.asOfRevision());
  }

  @Test
  void whoIsRefusedDoesNotTakeTheOthersAlong() throws Exception {
    followBoth();
    Subscription c = listen("c");
    server.tellWhoever(asks(0, Map.of("a", 7L, "b", 7L, "c", 0L)), REFUSED);
    server.tellWhoever(asks(0, Map.of("a", 7L)), polled(8));
    server.tellWhoever(asks(0, Map.of("b", 7L)), polled(9, changed("b", 9, "nine")));
    server.tellWhoever(asks(0, Map.of("c", 0L)), REFUSED);
    awaitAsked(30, Map.of("a", 7L, "b", 9L));
    awaitTold("b=nine@9");
    assertEquals("forbidden", c.failure().orElseThrow().code());

    timer.advance(1);
    server.tellWhoever(asks(0, Map.of("c", 0L)), polled(10, changed("c", 10, "ten")));
    awaitAsked(30, Map.of("a", 7L, "b", 9L, "c", 10L)); // among the others again
    awaitTold("b=nine@9", "c=ten@10");
    assertFalse(c.failure().isPresent());
  }

  @Test
  void whatIsRefusedAsAWholeIsAskedAgainAfterAPause() throws Exception {
    followBoth();
    server.tellWhoever(asks(30, Map.of("a", 7L, "b", 7L)), REFUSED);
    server.tellWhoever(asks(0, Map.of("a", 7L)), polled(8));
    server.tellWhoever(asks(0, Map.of("b", 7L)), polled(9, changed("b", 9, "nine")));
    awaitTold("b=nine@9");
    Await.until("a pause", () -> timer.delays().contains(1L));
    int before = server.asked().size();
    timer.advance(1);
    server.asked(before);
    assertEquals(Map.of("a", 7L, "b", 9L), server.asked(before).items());
  }

  @Test
  void namesThatMayBeRefusedAreAskedForAlone() throws Exception {
    followBoth();
    Subscription odd = listen("x//y");
    server.tellWhoever(asks(0, Map.of("x//y", 0L)), FakeServer.problem(400, "invalid-path", ""));
    Await.until("refused", () -> odd.failure().isPresent());
    assertEquals("invalid-path", odd.failure().orElseThrow().code());
    assertEquals(Map.of("a", 7L, "b", 7L), server.asked(3).items());
    assertEquals(5, server.asked().size()); // nobody else was disturbed
  }

  @Test
  void whoHasLeftIsNotAskedForAnyMore() throws Exception {
    Subscription a = listen("a");
    server.tellWhoever(asks(0, Map.of("a", 0L)), polled(7, changed("a", 7, "seven")));
    awaitAsked(30, Map.of("a", 7L));
    listen("b");
    server.tellWhoever(asks(0, Map.of("a", 7L, "b", 0L)), polled(7, changed("b", 7, "seven")));
    awaitTold("a=seven@7", "b=seven@7");
    a.close();
    server.tellWhoever(asks(30, Map.of("a", 7L, "b", 7L)), polled(9, changed("a", 9, "nine")));
    server.tellWhoever(asks(30, Map.of("b", 7L)), polled(10, changed("b", 10, "ten")));
    awaitTold("a=seven@7", "b=seven@7", "b=ten@10");
  }

  @Test
  void anOutageIsToldToAll() throws Exception {
    followBoth();
    server.tellWhoever(
        asks(30, Map.of("a", 7L, "b", 7L)), FakeServer.problem(503, "unavailable", ""));
    awaitTold("a stale", "b stale");
    timer.advance(1);
    server.tellWhoever(asks(0, Map.of("a", 7L, "b", 7L)), polled(9, changed("b", 9, "nine")));
    awaitTold("a stale", "b stale", "a fresh", "b=nine@9");
  }

  @Test
  void aConnectionThatBreaksIsNoOutage() throws Exception {
    followBoth();
    server.tellWhoever(asks(30, Map.of("a", 7L, "b", 7L)), FakeServer.hangUp());
    server.asked(4); // asked again, at once
    server.tellWhoever(asked -> asked == server.asked().get(4), polled(9, changed("b", 9, "nine")));
    awaitTold("b=nine@9");
  }

  @Test
  void anOlderStateThanWasToldIsNoAnswer() throws Exception {
    followBoth();
    server.tellWhoever(asks(30, Map.of("a", 7L, "b", 7L)), polled(6, changed("b", 6, "six")));
    Await.until("a pause", () -> timer.delays().contains(1L));
    timer.advance(1);
    server.asked(4);
    server.tellWhoever(asked -> asked == server.asked().get(4), polled(9, changed("b", 9, "nine")));
    awaitTold("b=nine@9");
  }

  @Test
  void whatIsNoAnswerOfMusterChangesNothing() throws Exception {
    followBoth();
    Subscription again = client.listen("a", config -> {});
    for (String body :
        List.of(
            "{}",
            "[",
            "{\"revision\":9,\"changed\":[],\"more\":0}",
            "{\"revision\":9,\"changed\":[{}],\"more\":false}",
            "{\"revision\":9,\"changed\":[{\"namespace\":\"default\",\"name\":\"a\"}],\"more\":false}",
            "{\"revision\":9,\"changed\":[{\"namespace\":\"default\",\"name\":\"a\",\"revision\":10,"
                + "\"content\":\"later\"}],\"more\":false}",
            "{\"revision\":9,\"changed\":[{\"namespace\":\"default\",\"name\":\"a\",\"revision\":9}],"
                + "\"more\":false}",
            "{\"revision\":9,\"changed\":[{\"namespace\":\"default\",\"name\":\"a\",\"revision\":9,"
                + "\"contentBase64\":\"?\"}],\"more\":false}")) {
      int before = server.asked().size();
      server.tellWhoever(
          asked -> asked == server.asked().get(before - 1), FakeServer.json(200, 9, body));
      Await.until("a pause", () -> timer.delays().contains(1L));
      assertEquals(MusterException.INVALID_ANSWER, again.failure().orElseThrow().code(), body);
      timer.advance(1);
      server.asked(before);
    }
    assertEquals(List.of(), told);
  }

  @Test
  void aThousandItemsNeedTwoPolls() throws Exception {
    for (int i = 0; i < Limits.FOLLOWED_MAX; i++) {
      client.listen("item-" + i, config -> {});
    }
    Predicate<FakeServer.Asked> isFull =
        asked ->
            asked.header("Prefer").equals("wait=30")
                && asked.items().size() == Limits.BATCH_ITEMS_MAX;
    Await.until(
        "all wait",
        () -> {
          server.tellNow(asked -> asked.header("Prefer").equals("wait=0"), polled(7));
          return server.asked().stream().filter(isFull).count() == 2;
        });
    Set<String> all = new HashSet<>();
    server.asked().stream().filter(isFull).forEach(asked -> all.addAll(asked.items().keySet()));
    assertEquals(Limits.FOLLOWED_MAX, all.size());
    assertTrue(server.asked().size() < 20, server.asked().size() + " requests");
  }

  @Test
  void theLongestNamesFitIntoAPoll() {
    String name = "\"".repeat(Limits.ITEM_NAME_BYTES_SURE);
    assertTrue(Paths.isItemName(name));
    Resource resource = Resource.item("n".repeat(63), name);
    Follower follower = new Follower(resource, null, timer, Runnable::run, new OutageLog());
    follower.saw(Snapshot.absent(Long.MAX_VALUE), true);
    BatchQuestion full =
        BatchQuestion.of(
            "n".repeat(63), Collections.nCopies(Limits.BATCH_ITEMS_MAX, follower), 60, 0);
    byte[] body = full.call().body();
    assertTrue(body.length < 1 << 20, body.length + " bytes");
  }

  @Test
  void namesThatServersMightRefuseAreKnown() {
    for (String name : List.of("a", "a/b.yaml", "ü", "😀", ".a", "a b", "...")) {
      assertTrue(Paths.isItemName(name), name);
    }
    for (String name :
        List.of(
            "/a",
            "a/",
            "a//b",
            ".",
            "a/../b",
            "a\nb",
            "a\u007Fb",
            "\uD800",
            "\uFFFF",
            "\uFDD0",
            "a".repeat(1_000),
            "a/".repeat(32) + "a")) {
      assertFalse(Paths.isItemName(name), name);
    }
  }

  @Test
  void closingEndsThePolls() throws Exception {
    followBoth();
    client.close();
    server.tellNow(asked -> true, polled(9, changed("a", 9, "nine")));
    timer.advance(100_000);
    assertEquals(4, server.asked().size());
    assertEquals(List.of(), told);
  }
}

package dev.muster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.client.MusterException.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which server is asked, when again, and when not. */
@Timeout(60)
class RetryTest {
  // No hanging up: Java's HTTP client itself sends a GET again when a connection it reused ends.
  private static final FakeServer.Told AWAY = FakeServer.problem(503, "unavailable", "");

  private final FakeServer one = new FakeServer();
  private final FakeServer two = new FakeServer();
  private final ManualTimer timer = new ManualTimer();

  // Its dice show 0.5: the first server of two is "two".
  private final Muster client =
      Muster.builder()
          .server(one.uri())
          .server(two.uri())
          .with(timer, new FixedRandom(0.5))
          .build();

  @AfterEach
  void close() {
    client.close();
    one.close();
    two.close();
  }

  private static <T> CompletableFuture<T> later(Supplier<T> what) {
    return CompletableFuture.supplyAsync(what);
  }

  /** Waits until the client pauses between two rounds; returns for how long. */
  private long pause() throws InterruptedException {
    Await.until("a pause", () -> pauses().size() == 1);
    return pauses().get(0);
  }

  private List<Long> pauses() {
    return timer.delays().stream()
        .filter(delay -> delay < Limits.REQUEST_TIMEOUT_MILLIS_DEFAULT - 1_000)
        .toList();
  }

  private static MusterException failure(CompletableFuture<?> future) {
    return (MusterException) assertThrows(ExecutionException.class, future::get).getCause();
  }

  @Test
  void asksAnotherServerAtOnceAndStaysThere() {
    two.tell(AWAY);
    one.always(FakeServer.item(7, "seven"));

    assertEquals("seven", client.get("a").text());
    client.get("a");

    assertEquals(1, two.asked().size());
    assertEquals(2, one.asked().size());
  }

  @Test
  void aServerThatIsGoneIsNoObstacle() {
    two.close();
    one.always(FakeServer.item(7, "seven"));

    assertEquals(7, client.get("a").revision());
  }

  @Test
  void afterTheStickyTimeTheDiceChooseAnew() {
    two.tell(AWAY).always(FakeServer.item(7, "seven"));
    one.always(FakeServer.item(7, "seven"));
    client.get("a");

    timer.advance(Limits.STICKY_MILLIS + 1);
    client.get("a");

    assertEquals(2, two.asked().size());
  }

  @Test
  void pausesGrowWithFullJitterAfterAllFailed() throws Exception {
    one.always(AWAY);
    two.always(AWAY);
    CompletableFuture<Config> get = later(() -> client.get("a"));

    for (long bound : new long[] {100, 200, 400, 800}) {
      assertEquals(1 + bound / 2, pause());
      timer.advance(pause());
    }
    Await.until("five rounds", () -> pauses().size() == 1 && one.asked().size() == 5);
    one.always(FakeServer.item(7, "seven"));
    timer.advance(pause());

    assertEquals("seven", get.get().text());
  }

  @Test
  void givesUpWhenTheTimeIsUp() throws Exception {
    one.always(AWAY);
    two.always(AWAY);
    CompletableFuture<Config> get = later(() -> client.get("a"));

    while (!get.isDone()) {
      Await.until("a pause or the end", () -> get.isDone() || pauses().size() == 1);
      timer.advance(get.isDone() ? 0 : pause());
    }

    assertEquals("unavailable", failure(get).code());
    assertTrue(one.asked().size() < 20);
  }

  @Test
  void honoursRetryAfter() throws Exception {
    FakeServer.Told busy =
        FakeServer.problem(429, "too-many-watchers", "").with("Retry-After", "3");
    two.tell(busy).always(FakeServer.item(7, "seven"));
    one.tell(busy);
    CompletableFuture<Config> get = later(() -> client.get("a"));

    assertTrue(pause() > 3_000, () -> "paused for " + pauses());
    assertEquals(1, two.asked().size());
    timer.advance(pause());

    assertEquals("seven", get.get().text());
  }

  @Test
  void aServerThatAskedToBeLeftAloneIsLeftOut() throws Exception {
    two.tell(FakeServer.problem(503, "unavailable", "").with("Retry-After", "5"))
        .always(FakeServer.item(8, "eight"));
    one.tell(FakeServer.item(7, "seven"), AWAY, FakeServer.item(7, "seven"));
    client.get("a");

    CompletableFuture<Config> get = later(() -> client.get("a"));
    timer.advance(pause());
    assertEquals("seven", get.get().text());
    assertEquals(1, two.asked().size());

    timer.advance(5_000);
    one.tell(AWAY);
    assertEquals("eight", client.get("a").text());
  }

  @Test
  void writesThatAreLeftAloneDoNotKeepReadsFromServers() {
    FakeServer.Told noLeader =
        FakeServer.problem(503, "unavailable", ",\"outcome\":\"not-done\"")
            .with("Retry-After", "60");
    two.tell(noLeader).always(FakeServer.item(7, "seven"));
    one.tell(noLeader);
    assertThrows(
        MusterException.class, () -> client.put("a", "x", "text/plain", Precondition.none()));

    assertEquals("seven", client.get("a").text());
    assertEquals(2, two.asked().size());
  }

  @Test
  void readsNothingOlderFromAnotherServer() throws Exception {
    two.tell(FakeServer.item(42, "new"), AWAY);
    one.tell(FakeServer.problem(503, "revision-not-reached", ",\"actual\":40"));
    client.get("a");
    CompletableFuture<Config> get = later(() -> client.get("b"));
    pause();

    assertEquals("0", two.asked(0).header("Muster-Min-Revision"));
    assertEquals("42", one.asked(0).header("Muster-Min-Revision"));
    two.tell(FakeServer.item(43, "newer"));
    timer.advance(pause());
    assertEquals("newer", get.get().text());
  }

  @Test
  void whatIsNoMusterIsNotBelieved() {
    two.always(new FakeServer.Told(404, java.util.Map.of("Content-Type", "text/html"), "gone?"));
    one.always(FakeServer.item(7, "seven"));
    assertEquals("seven", client.get("a").text());
  }

  @Test
  void aProxysOwnPageIsNoContent() {
    two.always(new FakeServer.Told(200, java.util.Map.of(), "please log in"));
    one.always(FakeServer.item(7, "seven"));
    assertEquals("seven", client.get("a").text());
  }

  @Test
  void refusalsAreTold() {
    two.always(FakeServer.problem(412, "revision-conflict", ",\"actual\":9"));

    MusterException refusal =
        assertThrows(
            MusterException.class,
            () -> client.put("a", "x", "text/plain", Precondition.ifRevision(7)));

    assertEquals("revision-conflict", refusal.code());
    assertEquals(412, refusal.status());
    assertEquals("told so", refusal.detail());
    assertEquals(9, refusal.actual().getAsLong());
    assertEquals(Outcome.NOT_DONE, refusal.outcome());
    assertEquals("\"7\"", two.asked().get(0).header("If-Match"));
  }

  @Test
  void aWriteThatWasNotDoneIsRepeated() {
    two.tell(FakeServer.problem(503, "unavailable", ",\"outcome\":\"not-done\""));
    one.tell(FakeServer.json(201, 5, "{\"result\":\"created\"}"));

    Written written = client.put("a", "x", "text/plain", Precondition.none());

    assertEquals(new Written(Written.Result.CREATED, 5), written);
    assertEquals("text/plain", one.asked().get(0).header("Content-Type"));
    assertEquals("x", one.asked().get(0).body());
  }

  @Test
  void aWriteOfUnknownOutcomeIsNotRepeatedBlindly() {
    two.tell(FakeServer.problem(503, "unavailable", ",\"outcome\":\"unknown\""));

    MusterException failure =
        assertThrows(
            MusterException.class, () -> client.put("a", "x", "text/plain", Precondition.none()));

    assertEquals(Outcome.UNKNOWN, failure.outcome());
    assertEquals(0, one.asked().size());
  }

  @Test
  void noAnswerToAWriteIsAnUnknownOutcome() {
    two.tell(FakeServer.hangUp());

    MusterException failure =
        assertThrows(MusterException.class, () -> client.delete("a", Precondition.none()));

    assertEquals(Outcome.UNKNOWN, failure.outcome());
    assertEquals(0, one.asked().size());
  }

  @Test
  void withAPreconditionItIsRepeatedAndAConflictIsResolvedByReading() {
    two.tell(FakeServer.hangUp());
    one.tell(FakeServer.problem(412, "already-exists", ""), FakeServer.item(9, "x"));

    Written written = client.put("a", "x", "text/plain", Precondition.createOnly());

    assertEquals(new Written(Written.Result.UNCHANGED, 9), written);
    assertTrue(one.asked().get(1).path().endsWith("?consistency=linearizable"));
  }

  @Test
  void aConflictAfterAnUnknownOutcomeLeavesItUnknown() {
    two.tell(FakeServer.hangUp());
    one.tell(FakeServer.problem(412, "already-exists", ""), FakeServer.item(9, "another's"));

    MusterException failure =
        assertThrows(
            MusterException.class,
            () -> client.put("a", "x", "text/plain", Precondition.createOnly()));

    assertEquals("already-exists", failure.code());
    assertEquals(Outcome.UNKNOWN, failure.outcome());
  }

  @Test
  void whatIsTooLargeIsNotSent() {
    byte[] content = new byte[Limits.CONTENT_BYTES_MAX + 1];
    MusterException failure =
        assertThrows(
            MusterException.class,
            () -> client.put("a", content, "text/plain", Precondition.none()));
    assertEquals(MusterException.LIMIT_EXCEEDED, failure.code());
    assertEquals(0, one.asked().size() + two.asked().size());
  }

  @Test
  void namesAreEncodedOnce() {
    two.always(FakeServer.item(7, "seven"));
    client.get("dir/a b%ü;c");
    assertEquals(
        "/api/v1/namespaces/default/configs/dir/a%20b%25%C3%BC%3Bc", two.asked().get(0).path());
  }

  @Test
  void contentWithoutItsRevisionIsNotTakenForNone() {
    two.always(
        new FakeServer.Told(200, java.util.Map.of("Muster-Revision", "7"), "of a proxy's cache"));
    assertEquals(
        MusterException.INVALID_ANSWER,
        assertThrows(MusterException.class, () -> client.find("a")).code());
  }

  @Test
  void whatBecameOfAWriteStaysUnknownIfReadingFailsToo() throws Exception {
    two.tell(FakeServer.hangUp());
    one.tell(FakeServer.problem(412, "already-exists", ""), FakeServer.problem(400, "no", ""));

    MusterException failure =
        assertThrows(
            MusterException.class,
            () -> client.put("a", "x", "text/plain", Precondition.createOnly()));

    assertEquals("already-exists", failure.code());
    assertEquals(Outcome.UNKNOWN, failure.outcome());
  }

  @Test
  void aClosedClientSaysSo() {
    client.close();
    assertThrows(IllegalStateException.class, () -> client.get("a"));
    assertFalse(one.asked().size() > 0);
  }
}

package dev.muster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What listeners are told, in which order, and what they are told when nobody answers. */
@Timeout(60)
class ListenTest {
  // No hanging up: Java's HTTP client itself sends a GET again when a connection it reused ends.
  private static final FakeServer.Told AWAY = FakeServer.problem(503, "unavailable", "");

  private final FakeServer one = new FakeServer();
  private final FakeServer two = new FakeServer();
  private final ManualTimer timer = new ManualTimer();
  private final Recorder told = new Recorder();
  private Muster client;

  /** Writes down what it is told. */
  private static final class Recorder implements ConfigListener {
    final List<String> events = new CopyOnWriteArrayList<>();

    @Override
    public void changed(Config config) {
      events.add(config.text() + "@" + config.revision() + (config.isStale() ? " stale" : ""));
    }

    @Override
    public void absent(String item, long revision, boolean isStale) {
      events.add("absent@" + revision + (isStale ? " stale" : ""));
    }

    @Override
    public void deleted(String item, long revision, boolean isStale) {
      events.add("deleted@" + revision + (isStale ? " stale" : ""));
    }

    @Override
    public void staleness(Config config) {
      events.add(config.isStale() ? "stale" : "fresh");
    }

    void await(String... expected) throws InterruptedException {
      Await.until(
          "told " + List.of(expected) + ", was " + events, () -> events.size() >= expected.length);
      assertEquals(List.of(expected), events);
    }
  }

  private Muster client(FakeServer... servers) {
    MusterBuilder builder = Muster.builder().with(timer, new FixedRandom(0));
    for (FakeServer server : servers) {
      builder.server(server.uri());
    }
    client = builder.build();
    return client;
  }

  private Muster cachingClient(Path directory) {
    client =
        Muster.builder()
            .with(timer, new FixedRandom(0))
            .server(one.uri())
            .cacheDirectory(directory)
            .build();
    return client;
  }

  @AfterEach
  void close() {
    if (client != null) {
      client.close();
    }
    one.close();
    two.close();
  }

  @Test
  void isToldTheContentAndThenEachChange() throws Exception {
    one.tell(FakeServer.item(7, "seven"), FakeServer.item(9, "nine"));
    client(one).listen("a", told);

    told.await("seven@7", "nine@9");
    FakeServer.Asked third = one.asked(2);
    assertEquals(Map.of("a", 9L), third.items());
    assertEquals("wait=30", third.header("Prefer"));
    assertEquals("9", third.header("Muster-Min-Revision"));
  }

  @Test
  void anUnchangedItemIsNotToldAgain() throws Exception {
    one.tell(FakeServer.item(7, "seven"));
    client(one).listen("a", told);
    one.asked(1);
    timer.advance(Limits.IDLE_POLL_MILLIS_MIN); // as if the poll had taken that long
    one.tell(FakeServer.unchanged(7, 20), FakeServer.item(21, "next"));

    told.await("seven@7", "next@21");
    assertEquals("20", one.asked(2).header("Muster-Min-Revision"));
  }

  @Test
  void pollsThatBringNothingTooSoonAreSlowedDown() throws Exception {
    one.tell(FakeServer.item(7, "seven")).always(FakeServer.unchanged(7, 7));
    client(one).listen("a", told);
    one.asked(1);
    Await.until(
        "a pause",
        () -> timer.delays().stream().anyMatch(delay -> delay == Limits.IDLE_POLL_MILLIS_MIN + 1));
    assertEquals(2, one.asked().size());
  }

  @Test
  void isToldOfADeletionAndOfWhatComesAfter() throws Exception {
    one.tell(
        FakeServer.item(7, "seven"),
        FakeServer.problem(404, "unknown-item", "")
            .with("ETag", "\"0\"")
            .with("Muster-Revision", "8"),
        FakeServer.item(9, "nine"));
    client(one).listen("a", told);

    told.await("seven@7", "deleted@8", "nine@9");
    assertEquals(Map.of("a", 0L), one.asked(2).items());
    assertEquals("8", one.asked(2).header("Muster-Min-Revision"));
  }

  @Test
  void movesToAnotherServerAndNeverGoesBack() throws Exception {
    one.tell(FakeServer.item(42, "new"), AWAY);
    two.tell(FakeServer.item(40, "old")); // a server that does not do as it is asked
    client(one, two).listen("a", told);

    assertEquals("42", two.asked(0).header("Muster-Min-Revision"));
    Await.until("a pause", () -> timer.delays().stream().anyMatch(delay -> delay < 100));
    two.tell(FakeServer.item(43, "newer"));
    timer.advance(100);
    told.await("new@42", "newer@43");
  }

  @Test
  void anOutageIsToldAndWhatWasKnownStays() throws Exception {
    one.tell(FakeServer.item(7, "seven"), AWAY);
    client(one).listen("a", told);

    told.await("seven@7", "stale");
    assertTrue(clientSeesStale());
    one.tell(FakeServer.unchanged(7, 7));
    timer.advance(100);
    told.await("seven@7", "stale", "fresh");
  }

  private boolean clientSeesStale() {
    one.tell(AWAY);
    Config config = client.get("a");
    assertEquals("seven", config.text());
    return config.isStale() && config.source() == Config.Source.CACHE;
  }

  @Test
  void afterAnOutageTheFirstPollDoesNotWait() throws Exception {
    one.tell(FakeServer.item(7, "seven"), AWAY);
    client(one).listen("a", told);
    told.await("seven@7", "stale");
    timer.advance(100);

    assertEquals("wait=0", one.asked(2).header("Prefer"));
  }

  @Test
  void theCacheOutlivesTheClient(@TempDir Path directory) throws Exception {
    one.tell(FakeServer.item(7, "seven"));
    assertEquals("seven", cachingClient(directory).get("a").text());
    client.close();

    one.always(FakeServer.hangUp());
    Config config = cachingClient(directory).get("a");
    assertTrue(config.isStale());
    assertEquals("seven@7", config.text() + config.etag().replace("\"", "@").substring(0, 2));
    client.listen("a", told);
    told.await("seven@7 stale");

    one.always(FakeServer.item(8, "eight"));
    timer.advance(100);
    Await.until("told of it", () -> told.events.contains("eight@8"));
    Await.until(
        "nothing older is read any more",
        () ->
            one.asked().stream()
                .anyMatch(asked -> asked.header("Muster-Min-Revision").equals("8")));
  }

  @Test
  void thatAnItemDoesNotExistIsToldAndOutlivesTheClient(@TempDir Path directory) throws Exception {
    one.tell(
        FakeServer.problem(404, "unknown-item", "")
            .with("ETag", "\"0\"")
            .with("Muster-Revision", "8"));
    cachingClient(directory).listen("a", told);
    told.await("absent@8");
    client.close();

    one.always(AWAY);
    cachingClient(directory).listen("a", told);
    told.await("absent@8", "absent@8 stale");
    one.always(FakeServer.item(9, "nine"));
    timer.advance(100);
    told.await("absent@8", "absent@8 stale", "nine@9");
  }

  @Test
  void whatAnEarlierProcessWasToldIsTheLeastThatIsRead(@TempDir Path directory) throws Exception {
    one.tell(FakeServer.item(7, "seven"));
    cachingClient(directory).get("a");
    client.close();

    one.tell(FakeServer.item(7, "seven"));
    cachingClient(directory).listen("a", told);
    assertEquals("7", one.asked(1).header("Muster-Min-Revision"));
    told.await("seven@7");
  }

  @Test
  void aDamagedCacheFileIsIgnored(@TempDir Path directory) throws IOException {
    one.tell(FakeServer.item(7, "seven"));
    cachingClient(directory).get("a");
    client.close();
    Path file;
    try (var files = Files.list(directory)) {
      file = files.filter(found -> found.toString().endsWith(".cache")).findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(file);
    assertTrue(new String(whole, StandardCharsets.UTF_8).endsWith("seven"));
    one.always(FakeServer.problem(503, "unavailable", ""));

    for (int cut = 0; cut < whole.length; cut += 13) {
      Files.write(file, java.util.Arrays.copyOf(whole, cut));
      assertUnknown(directory);
    }
    for (int at = 0; at < whole.length; at += 13) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 4;
      Files.write(file, flipped);
      assertUnknown(directory);
    }
    Files.write(file, whole);
    assertEquals(7, new DiskCache(directory).read("namespaces/default/configs/a").modified());
  }

  private static void assertUnknown(Path directory) throws IOException {
    assertEquals(null, new DiskCache(directory).read("namespaces/default/configs/a"));
  }

  @Test
  void aListenerThatFailsIsToldOfTheNextChange() throws Exception {
    one.tell(FakeServer.item(7, "seven"));
    client(one)
        .listen(
            "a",
            config -> {
              told.changed(config);
              throw new IllegalStateException("as the test wishes");
            });
    told.await("seven@7");
    one.tell(FakeServer.item(9, "nine"));
    told.await("seven@7", "nine@9");
  }

  @Test
  void aSlowListenerIsToldTheLatest() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    one.tell(FakeServer.item(7, "seven"));
    client(one)
        .listen(
            "a",
            config -> {
              told.changed(config);
              try {
                slow.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    told.await("seven@7");
    one.tell(FakeServer.item(8, "eight"), FakeServer.item(9, "nine"));
    one.asked(3); // so both have come
    slow.countDown();
    told.await("seven@7", "nine@9");
  }

  @Test
  void manyListenersOfOneItemShareAPoll() throws Exception {
    Recorder second = new Recorder();
    one.tell(FakeServer.item(7, "seven"));
    Subscription first = client(one).listen("a", told);
    told.await("seven@7");
    client.listen("a", second);
    second.await("seven@7");
    one.asked(1);
    assertEquals(2, one.asked().size());

    first.close();
    one.tell(FakeServer.item(9, "nine"));
    second.await("seven@7", "nine@9");
    assertEquals(List.of("seven@7"), told.events);
  }

  @Test
  void manyItemsNeedFewThreads() throws Exception {
    long before = clientThreads();
    client(one);
    one.tell(FakeServer.unchanged(0, 7)); // and then nothing any more
    int items = 200;
    for (int i = 0; i < items; i++) {
      client.listen("item-" + i, told);
    }
    Await.until(
        "all are asked for",
        () -> one.asked().stream().anyMatch(asked -> asked.items().size() == items));
    long more = clientThreads() - before;
    assertTrue(more <= Limits.IO_THREADS + Limits.LISTENER_THREADS, more + " threads more");
  }

  private static long clientThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("muster-client"))
        .count();
  }

  @Test
  void moreThanMayBeFollowedIsRefused() {
    client(one);
    for (int i = 0; i < Limits.FOLLOWED_MAX; i++) {
      client.listen("item-" + i, told);
    }
    assertThrows(MusterException.class, () -> client.listen("one more", told));
  }
}

package dev.muster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that accept and never answer, answers that overtake each other, and refusals. */
@Timeout(60)
class OutageTest {
  private static final FakeServer.Told AWAY = FakeServer.problem(503, "unavailable", "");
  private static final FakeServer.Told ABSENT =
      FakeServer.problem(404, "unknown-item", "")
          .with("ETag", "\"0\"")
          .with("Muster-Revision", "8");

  private final FakeServer one = new FakeServer();
  private final FakeServer two = new FakeServer();
  private final ManualTimer timer = new ManualTimer();
  private final List<String> told = new CopyOnWriteArrayList<>();
  @TempDir private Path directory;
  private Muster client;

  @AfterEach
  void close() {
    one.always(FakeServer.json(200, 50, "{}")); // to what is deregistered
    two.always(FakeServer.json(200, 50, "{}"));
    client.close();
    one.close();
    two.close();
  }

  private MusterBuilder builder(FakeServer... servers) {
    MusterBuilder builder = Muster.builder().with(timer, new FixedRandom(0));
    for (FakeServer server : servers) {
      builder.server(server.uri());
    }
    return builder;
  }

  private void listen(String item) {
    client.listen(
        item,
        new ConfigListener() {
          @Override
          public void changed(Config config) {
            told.add(config.text() + (config.isStale() ? " stale" : ""));
          }

          @Override
          public void absent(String name, long revision, boolean isStale) {
            told.add("absent" + (isStale ? " stale" : ""));
          }

          @Override
          public void deleted(String name, long revision, boolean isStale) {
            told.add("deleted");
          }
        });
  }

  private void awaitTold(String... expected) throws InterruptedException {
    Await.until("told " + List.of(expected), () -> told.size() >= expected.length);
    assertEquals(List.of(expected), told);
  }

  /** Of an earlier process: the item a is in the cache. */
  private void fillTheCache(FakeServer.Told answer) {
    one.tell(answer);
    client = builder(one).cacheDirectory(directory).build();
    client.find("a");
    client.close();
  }

  private static boolean isPoll(FakeServer.Asked asked) {
    return asked.header("Prefer") != null;
  }

  /** Lets the time pass for which something waits, or will in a moment. */
  private void pass(long delayMillis) throws InterruptedException {
    Await.until("something waits", () -> timer.delays().contains(delayMillis));
    timer.advance(delayMillis);
  }

  @Test
  void theCacheIsServedWhileServersHang() throws Exception {
    fillTheCache(FakeServer.item(7, "seven"));
    client = builder(one, two).cacheDirectory(directory).build();
    listen("a");
    one.asked(1);
    assertEquals(List.of(), told);

    timer.advance(Limits.FIRST_ANSWER_MILLIS_MAX);
    awaitTold("seven stale");
    one.tell(FakeServer.item(8, "eight")); // after all
    awaitTold("seven stale", "eight");
  }

  @Test
  void aReadTakesNoLongerThanItMay() throws Exception {
    fillTheCache(FakeServer.item(7, "seven"));
    try (FakeServer three = new FakeServer()) {
      client = builder(one, two, three).cacheDirectory(directory).build();
      CompletableFuture<Config> get = CompletableFuture.supplyAsync(() -> client.get("a"));
      one.asked(1);
      pass(Limits.REQUEST_TIMEOUT_MILLIS_DEFAULT);
      Await.until("another is asked", () -> two.asked().size() + three.asked().size() == 1);
      pass(Limits.OPERATION_TIMEOUT_MILLIS_DEFAULT - Limits.REQUEST_TIMEOUT_MILLIS_DEFAULT);

      assertEquals("seven", get.get().text());
      assertTrue(get.get().isStale());
      assertEquals(1, two.asked().size() + three.asked().size());
    }
  }

  @Test
  void soDoesOneOfManyPages() throws Exception {
    client = builder(one, two).build();
    one.tell(FakeServer.json(200, 12, "{\"instances\":[],\"next\":\"c1\"}"));
    CompletableFuture<ServiceInstances> read =
        CompletableFuture.supplyAsync(() -> client.instances("cart"));
    one.asked(1);
    pass(Limits.REQUEST_TIMEOUT_MILLIS_DEFAULT);
    two.asked(0);
    pass(Limits.OPERATION_TIMEOUT_MILLIS_DEFAULT - Limits.REQUEST_TIMEOUT_MILLIS_DEFAULT);
    assertThrows(Exception.class, read::get);
  }

  @Test
  void aListenerIsToldNothingOlderThanWhatWasRead() throws Exception {
    one.tell(FakeServer.item(7, "seven"));
    client = builder(one).build();
    listen("a");
    awaitTold("seven");
    one.asked(1);

    CompletableFuture<Config> get = CompletableFuture.supplyAsync(() -> client.get("a"));
    one.tellWhoever(asked -> !isPoll(asked), FakeServer.item(9, "nine"));
    assertEquals("nine", get.get().text());
    one.tellWhoever(OutageTest::isPoll, FakeServer.item(8, "eight")); // it was on its way
    assertEquals(Map.of("a", 9L), one.asked(3).items());
    one.tellWhoever(OutageTest::isPoll, FakeServer.item(10, "ten"));

    awaitTold("seven", "nine", "ten");
  }

  @Test
  void norIsItDisturbedByAnUnchangedThatWasOvertaken() throws Exception {
    one.tell(FakeServer.item(7, "seven"));
    client = builder(one).build();
    listen("a");
    awaitTold("seven");
    CompletableFuture<Config> get = CompletableFuture.supplyAsync(() -> client.get("a"));
    one.tellWhoever(asked -> !isPoll(asked), FakeServer.item(9, "nine"));
    get.get();
    one.tellWhoever(OutageTest::isPoll, FakeServer.unchanged(7, 8));
    assertEquals(Map.of("a", 9L), one.asked(3).items());
    awaitTold("seven", "nine");
  }

  @Test
  void thatSomethingWasAbsentIsNoAnswer() throws Exception {
    fillTheCache(FakeServer.item(7, "seven"));
    client = builder(one).cacheDirectory(directory).build();
    one.tell(ABSENT);
    assertTrue(client.find("a").isEmpty());

    one.always(AWAY);
    CompletableFuture<?> find = CompletableFuture.supplyAsync(() -> client.find("a"));
    Await.until(
        "it gives up",
        () -> {
          timer.advance(1_000);
          return find.isDone();
        });
    Throwable failure = assertThrows(Exception.class, find::get).getCause();
    assertEquals(MusterException.UNAVAILABLE, ((MusterException) failure).code());
    listen("a");
    awaitTold("absent stale");
  }

  @Test
  void whyNothingIsKnownCanBeAsked() throws Exception {
    one.always(FakeServer.problem(403, "forbidden", ""));
    client = builder(one).build();
    Subscription subscription = client.listen("a", config -> told.add(config.text()));
    Await.until("refused", () -> subscription.failure().isPresent());
    assertEquals("forbidden", subscription.failure().orElseThrow().code());

    one.always(FakeServer.item(7, "seven"));
    timer.advance(1_000);
    awaitTold("seven");
    assertFalse(subscription.failure().isPresent());
  }

  @Test
  void pollsThatAreTooManyDoNotEndALease() throws Exception {
    String body = "{\"session\":\"7b\"}";
    one.tell(FakeServer.json(201, 6, body).with("Muster-Lease-Seconds", "30"));
    client = builder(one).build();
    Registration registration = client.register("cart", Instance.of("cart-1", "10.0.0.1", 8080));
    one.tell(
        FakeServer.item(7, "seven"),
        FakeServer.problem(429, "too-many-watchers", "").with("Retry-After", "60"));
    listen("a");
    Await.until("a pause", () -> timer.delays().stream().anyMatch(delay -> delay >= 60_000));

    one.always(FakeServer.json(200, 6, body).with("Muster-Lease-Seconds", "30"));
    pass(10_000);
    assertTrue(one.asked(3).path().endsWith("/lease"));
    Await.until("heard", () -> registration.state() == Registration.State.REGISTERED);
  }

  @Test
  void aProxyThatIsInNoHurryDoesNotEndALease() throws Exception {
    one.tell(FakeServer.json(201, 6, "{}").with("Muster-Lease-Seconds", "30"));
    client = builder(one).build();
    client.register("cart", Instance.of("cart-1", "10.0.0.1", 8080));
    one.always(new FakeServer.Told(503, java.util.Map.of("Retry-After", "60"), ""));
    pass(10_000);
    one.asked(1);
    Await.until("a pause", () -> timer.delays().stream().anyMatch(delay -> delay == 5_001));
    timer.advance(5_001);
    assertTrue(one.asked(2).path().endsWith("/lease"));
  }

  @Test
  void aServerThatHangsDoesNotEndAShortLease() throws Exception {
    one.tell(FakeServer.json(201, 6, "{}").with("Muster-Lease-Seconds", "3"));
    client = builder(one, two).build();
    client.register("cart", Instance.of("cart-1", "10.0.0.1", 8080));
    pass(1_000);
    one.asked(1); // and is never heard of again
    pass(500);
    assertTrue(two.asked(0).path().endsWith("/lease"));
  }

  @Test
  void anExecutorThatFailsEndsNeitherThePollsNorTheListener() throws Exception {
    one.tell(FakeServer.item(7, "seven"), FakeServer.item(8, "eight"));
    AtomicInteger calls = new AtomicInteger();
    Executor failing =
        task -> {
          if (calls.incrementAndGet() == 1) {
            throw new IllegalStateException("as the test wishes");
          }
          task.run();
        };
    client = builder(one).listenerExecutor(failing).build();
    listen("a");
    awaitTold("eight");
  }

  @Test
  void aListenerOnTheClientsThreadMayWaitForOthersThatUseTheClient() throws Exception {
    one.tell(FakeServer.item(7, "seven"));
    client = builder(one).listenerExecutor(Runnable::run).build();
    CountDownLatch listened = new CountDownLatch(1);
    client.listen(
        "a",
        config -> {
          Thread another =
              new Thread(
                  () -> {
                    client.listen("a", same -> {}).close();
                    listened.countDown();
                  });
          another.start();
          try {
            told.add(listened.await(10, TimeUnit.SECONDS) ? "free" : "locked");
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    awaitTold("free");
  }
}

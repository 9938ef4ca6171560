package dev.muster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A poll names what the client has; an instance that is drained is stopped once all have: so a list
 * is named only when the listeners have taken it over.
 */
@Timeout(60)
class TakeoverTest extends ServedTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile boolean rejecting;

  @Override
  MusterBuilder builder() {
    return super.builder().listenerExecutor(this::run);
  }

  private void run(Runnable listener) {
    if (rejecting) {
      throw new RejectedExecutionException("as the test wishes");
    }
    threads.execute(listener);
  }

  @Override
  @AfterEach
  void close() {
    super.close();
    threads.shutdownNow();
  }

  private static FakeServer.Told list(long revision) {
    return FakeServer.json(200, revision, "{\"service\":\"cart\",\"instances\":[]}");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** That the next poll waits for listeners, which have at most this long. */
  private void awaitWaiting(long atLeastMillis, long atMostMillis) throws InterruptedException {
    Await.until(
        "it waits",
        () ->
            timer.delays().stream()
                .anyMatch(delay -> atLeastMillis <= delay && delay <= atMostMillis));
  }

  private String tagOf(int request) throws InterruptedException {
    return server.asked(request).header("If-None-Match");
  }

  @Test
  void theNextPollWaitsUntilTheListenersHaveTakenTheListOver() throws Exception {
    CountDownLatch takenOver = new CountDownLatch(1);
    server.tell(list(12));
    ServiceWatch watch = client.watch("cart", instances -> await(takenOver));
    awaitWaiting(Limits.LISTENERS_MILLIS_MAX, Limits.LISTENERS_MILLIS_MAX);
    assertEquals(1, server.asked().size());
    takenOver.countDown();
    assertEquals("\"12\"", tagOf(1));
    Await.until("no more waiting", () -> !timer.delays().contains(Limits.LISTENERS_MILLIS_MAX));
    watch.close();
  }

  @Test
  void aListenerThatHangsKeepsNoPollForEver() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    server.tell(list(12));
    ServiceWatch watch = client.watch("cart", instances -> await(never));
    awaitWaiting(Limits.LISTENERS_MILLIS_MAX, Limits.LISTENERS_MILLIS_MAX);
    timer.advance(Limits.LISTENERS_MILLIS_MAX);
    assertEquals("\"12\"", tagOf(1));
    server.tell(FakeServer.problem(503, "unavailable", ""));
    Await.until("an answer", () -> watch.failure().isPresent());
    timer.advance(Limits.BACKOFF_MAX_MILLIS);
    assertEquals("\"12\"", tagOf(2), "it has waited long enough for that list");
    never.countDown();
    watch.close();
  }

  @Test
  void whatTheApplicationReadItselfIsTakenOverByTheListenersFirstToo() throws Exception {
    CountDownLatch takenOver = new CountDownLatch(1);
    server.tell(list(12));
    ServiceWatch watch =
        client.watch(
            "cart",
            instances -> {
              if (instances.revision() == 31) {
                await(takenOver);
              }
            });
    assertEquals("\"12\"", tagOf(1)); // and waits
    CompletableFuture<?> read = CompletableFuture.runAsync(() -> client.instances("cart"), threads);
    server.asked(2);
    server.tellWhoever(asked -> asked.header("If-None-Match") == null, list(31));
    read.get();
    server.tell(list(31)); // no news for the poll, which makes a pause
    awaitWaiting(Limits.IDLE_POLL_MILLIS_MIN, 2 * Limits.IDLE_POLL_MILLIS_MIN);
    timer.advance(2 * Limits.IDLE_POLL_MILLIS_MIN);
    awaitWaiting(
        Limits.LISTENERS_MILLIS_MAX - 2 * Limits.IDLE_POLL_MILLIS_MIN,
        Limits.LISTENERS_MILLIS_MAX - Limits.IDLE_POLL_MILLIS_MIN);
    assertEquals(3, server.asked().size());
    takenOver.countDown();
    assertEquals("\"31\"", tagOf(3));
    watch.close();
  }

  @Test
  void noPollSeesAListBeforeItSeesThatListenersAreBeingTold() {
    Resource resource = new Resource("services/cart/instances", "", "", (answer, left) -> null);
    AtomicReference<Follower> follower = new AtomicReference<>();
    List<Follower.Known> seen = new ArrayList<>();
    follower.set(
        new Follower(
            resource,
            null,
            timer,
            task -> { // between the new list and what the listeners make of it
              seen.add(follower.get().known());
              task.run();
            },
            new OutageLog()));
    CountDownLatch takenOver = new CountDownLatch(1);
    follower
        .get()
        .add(
            new Mailbox<>(
                threads, task -> {}, follower.get()::view, (before, now) -> await(takenOver)));
    follower.get().saw(new Snapshot(12, 12, "", new byte[0]), true);
    follower.get().sawElsewhere(new Snapshot(31, 31, "", new byte[0]));
    assertEquals(List.of(12L, 31L), seen.stream().map(Follower.Known::tag).toList());
    for (Follower.Known known : seen) {
      assertFalse(known.telling().over().isDone());
    }
    takenOver.countDown();
    follower.get().known().telling().over().join();
  }

  @Test
  void aListenerThatIsNotRunHasTakenNothingOver() throws Exception {
    List<Long> told = new CopyOnWriteArrayList<>();
    server.tell(list(12));
    ServiceWatch watch = client.watch("cart", instances -> told.add(instances.revision()));
    assertEquals("\"12\"", tagOf(1));
    rejecting = true;
    server.tell(list(31));
    awaitWaiting(Limits.LISTENER_REFUSED_MILLIS, Limits.LISTENER_REFUSED_MILLIS);
    awaitWaiting(Limits.LISTENERS_MILLIS_MAX, Limits.LISTENERS_MILLIS_MAX);
    timer.advance(Limits.LISTENER_REFUSED_MILLIS);
    awaitWaiting(Limits.LISTENER_REFUSED_MILLIS, Limits.LISTENER_REFUSED_MILLIS);
    assertEquals(2, server.asked().size());
    rejecting = false;
    timer.advance(Limits.LISTENER_REFUSED_MILLIS);
    assertEquals("\"31\"", tagOf(2));
    assertEquals(List.of(12L, 31L), told);
    watch.close();
  }

  @Test
  void closingEndsTheWaitForAListenerThatIsNotRun() {
    Mailbox<String> mailbox =
        new Mailbox<>(
            task -> {
              throw new RejectedExecutionException("as the test wishes");
            },
            task -> {},
            () -> "latest",
            (before, now) -> {});
    mailbox.signal();
    CompletableFuture<?> idle = mailbox.whenIdle();
    assertFalse(idle.isDone());
    mailbox.close();
    assertTrue(idle.isDone());
  }
}

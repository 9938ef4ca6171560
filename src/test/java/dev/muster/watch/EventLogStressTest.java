package dev.muster.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Event;
import dev.muster.core.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One appends; others watch by revision, give up at random and come back. Nobody misses a thing.
 */
@Timeout(120)
class EventLogStressTest {
  private static final int REVISIONS = 20_000;
  private static final int WATCHERS = 12;
  private static final long PATIENCE_SECONDS = 20;
  private static final Path END = Path.of("/end");
  private static final List<Scope> SCOPES = List.of(Scope.values());

  private static final List<Path> PATHS =
      List.of(
          Path.of("/a"),
          Path.of("/a/b"),
          Path.of("/a/b/c"),
          Path.of("/a/d"),
          Path.of("/e"),
          Path.of("/e/f"));

  private final ExecutorService completions = Executors.newFixedThreadPool(2);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() throws InterruptedException {
    threads.shutdownNow();
    assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS));
    completions.shutdownNow();
    assertTrue(completions.awaitTermination(30, TimeUnit.SECONDS));
  }

  private record Watcher(Scope scope, Path path, Random random) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyMatchingEventOnceInOrder(long seed) throws Exception {
    EventLog log = new EventLog(1 << 20, 1L << 32, 50, 1_000, completions);
    List<Event> all = script(seed);
    List<Watcher> watchers = new ArrayList<>();
    List<Future<List<Event>>> seen = new ArrayList<>();
    for (int i = 0; i < WATCHERS; i++) {
      Random random = new Random(seed * 1_000 + i);
      Watcher watcher =
          new Watcher(SCOPES.get(i % 3), PATHS.get(random.nextInt(PATHS.size())), random);
      watchers.add(watcher);
      seen.add(threads.submit(() -> watch(log, watcher)));
    }
    play(log, all, new Random(seed));
    for (int i = 0; i < WATCHERS; i++) {
      Watcher watcher = watchers.get(i);
      List<Event> expected =
          all.stream().filter(event -> watcher.scope.covers(watcher.path, event.path())).toList();
      List<Event> actual = seen.get(i).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      for (int j = 0; j < Math.min(expected.size(), actual.size()); j++) {
        assertEquals(expected.get(j), actual.get(j), watcher::toString);
      }
      assertEquals(expected.size(), actual.size(), watcher::toString);
    }
    assertEquals(0, log.parked());
    assertEquals(0, log.parkedPaths());
  }

  /** Revisions of up to three events at random paths; the last one touches every path. */
  private static List<Event> script(long seed) {
    Random random = new Random(seed);
    List<Event> all = new ArrayList<>();
    for (long revision = 1; revision < REVISIONS; revision++) {
      for (int i = random.nextInt(4); i > 0; i--) {
        all.add(EventLogTest.event(revision, PATHS.get(random.nextInt(PATHS.size()))));
      }
    }
    for (Path path : PATHS) {
      all.add(EventLogTest.event(REVISIONS, path));
    }
    return all;
  }

  private static void play(EventLog log, List<Event> all, Random random) {
    int next = 0;
    for (long revision = 0; revision < REVISIONS; ) {
      revision = Math.min(REVISIONS, revision + 1 + random.nextInt(3));
      int from = next;
      while (next < all.size() && all.get(next).revision() <= revision) {
        next++;
      }
      log.append(revision, all.subList(from, next));
      if (random.nextInt(8) == 0) {
        Thread.onSpinWait();
      }
    }
  }

  private static List<Event> watch(EventLog log, Watcher watcher) throws Exception {
    List<Event> seen = new ArrayList<>();
    long after = 0;
    while (after < REVISIONS) {
      CompletableFuture<Changes> future = log.changes(watcher.scope, watcher.path, after);
      if (watcher.random.nextInt(4) == 0) {
        future.cancel(false);
      }
      Changes changes;
      try {
        changes =
            watcher.random.nextInt(4) == 0
                ? future.get(watcher.random.nextInt(200), TimeUnit.MICROSECONDS)
                : future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (CancellationException gaveUp) {
        continue;
      } catch (TimeoutException late) {
        assertTrue(future.cancel(false) || future.isDone());
        continue;
      } catch (ExecutionException failed) {
        throw new AssertionError(watcher + " after " + after, failed);
      }
      Changes.Batch batch = (Changes.Batch) changes;
      assertTrue(batch.upTo() > after, "goes on");
      seen.addAll(batch.events());
      after = batch.upTo();
    }
    return seen;
  }

  /**
   * Each round is one revision and one waiter who registers at the same moment: the narrowest case
   * of a lost wake-up, for nothing comes later that could wake the waiter instead.
   */
  @Test
  void noWakeUpIsLostBetweenLookingAndRegistering() throws Exception {
    EventLog log = new EventLog(completions);
    int rounds = 50_000;
    ConcurrentLinkedQueue<Long> known = new ConcurrentLinkedQueue<>();
    Future<?> reader =
        threads.submit(
            () -> {
              for (long revision = 1; revision <= rounds; revision++) {
                known.add(revision);
                log.changes(Scope.SUBTREE, END, revision - 1).get(10, TimeUnit.SECONDS);
              }
              return null;
            });
    long appended = 0;
    while (appended < rounds) {
      Long asked = known.poll();
      if (asked != null) {
        appended = asked;
        log.append(appended, List.of(EventLogTest.event(appended, END)));
      } else if (reader.isDone()) {
        break;
      } else {
        Thread.onSpinWait();
      }
    }
    reader.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertEquals(0, log.parkedPaths());
  }

  /**
   * Waiters ask for a revision of the future, so that earlier revisions take them out and they have
   * to come back while the one they wait for may be appended.
   */
  @Test
  void noWakeUpIsLostWhileComingBack() throws Exception {
    EventLog log = new EventLog(completions);
    List<CompletableFuture<Changes>> futures = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      futures.add(log.changes(Scope.NODE, END, i));
    }
    for (long revision = 1; revision <= futures.size(); revision++) {
      log.append(revision, List.of(EventLogTest.event(revision, END)));
      if (revision % 64 == 0) { // not so fast that they all come back to a finished history
        futures.get((int) revision - 1).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    }
    for (int i = 0; i < futures.size(); i++) {
      Changes.Batch batch = (Changes.Batch) futures.get(i).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertEquals(i + 1, batch.events().get(0).revision());
    }
    assertEquals(0, log.parked());
    assertEquals(0, log.parkedPaths());
  }

  /** The history is so short that readers are overtaken in the middle of it. */
  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  void whoIsOvertakenIsToldAndNeverMissesSilently(long seed) throws Exception {
    EventLog log = new EventLog(64, 1L << 32, 10, 1_000, completions);
    CountDownLatch started = new CountDownLatch(WATCHERS);
    List<Future<Integer>> readers = new ArrayList<>();
    for (int i = 0; i < WATCHERS; i++) {
      Random random = new Random(seed * 1_000 + i);
      readers.add(threads.submit(() -> readAllOrBeTold(log, random, started)));
    }
    assertTrue(started.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    CompletableFuture<Changes> neverReads = log.changes(Scope.NODE, END, 0);
    int restores = 0;
    for (long revision = 1; revision <= REVISIONS; revision++) {
      if (revision % 5_000 == 0) {
        log.reset(revision);
        restores++;
      } else {
        log.append(revision, List.of(EventLogTest.event(revision, PATHS.get(0))));
      }
      assertTrue(log.events() <= 64);
    }
    log.append(REVISIONS + 1L, List.of(EventLogTest.event(REVISIONS + 1L, PATHS.get(0))));
    for (Future<Integer> reader : readers) {
      assertTrue(
          reader.get(PATIENCE_SECONDS, TimeUnit.SECONDS) >= restores - 1, "told of the restores");
    }
    assertTrue(neverReads.get(PATIENCE_SECONDS, TimeUnit.SECONDS) instanceof Changes.Compacted);
    assertTrue(log.changes(Scope.NODE, END, 0).join() instanceof Changes.Compacted);
  }

  private static int readAllOrBeTold(EventLog log, Random random, CountDownLatch started)
      throws Exception {
    int told = 0;
    long after = 0;
    started.countDown();
    while (after <= REVISIONS) {
      Changes changes =
          log.changes(Scope.SUBTREE, Path.ROOT, after).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (changes instanceof Changes.Batch batch) {
        for (Event event : batch.events()) {
          after++;
          assertEquals(after, event.revision(), "every revision has one event: none is missing");
        }
        assertEquals(after, batch.upTo());
      } else if (changes instanceof Changes.Compacted compacted) {
        assertTrue(compacted.oldest() > after);
        after = compacted.oldest();
        told++;
      }
      if (random.nextInt(64) == 0) {
        Thread.onSpinWait();
      }
    }
    return told;
  }
}

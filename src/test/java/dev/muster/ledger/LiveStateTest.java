package dev.muster.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Entry;
import dev.muster.core.Event;
import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.core.Step;
import dev.muster.watch.Changes;
import dev.muster.watch.EventLog;
import dev.muster.watch.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcollections.TreePMap;

class LiveStateTest {
  private static final Path A = Path.of("/a");
  private static final Path B = Path.of("/a/b");

  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final EventLog log = new EventLog(8, 1 << 20, 100, 100_000, tasks::add);
  private final LiveState live = new LiveState(log, tasks::add);
  private State agreed = State.EMPTY;

  private Step step(Change... changes) {
    long position = agreed.applied() + 1;
    Command command = new Command.Transact(List.of(), List.of(changes));
    Step step = agreed.apply(position, new Entry(1, "test", 1, position, List.of(command)));
    agreed = step.state();
    return step;
  }

  private static Change put(Path path) {
    return new Change.Put(path, Bytes.utf8("x"), TreePMap.empty());
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  @Test
  void waitersForARevisionGetItOnTheExecutorAndInTime() {
    CompletableFuture<State> second = live.at(2);
    CompletableFuture<State> first = live.at(1);
    CompletableFuture<State> alsoFirst = live.at(1);
    live.publish(step(put(A)));
    assertFalse(first.isDone(), "never on the applying thread");
    runTasks();
    assertSame(agreed, first.join());
    assertSame(agreed, alsoFirst.join());
    assertFalse(second.isDone());
    live.publish(step(put(A)));
    runTasks();
    assertEquals(2, second.join().revision());
    assertTrue(live.at(2).isDone());
    assertEquals(0, live.waitingForRevision());
  }

  @Test
  void givenUpWaitersLeaveNothingBehind() {
    List<CompletableFuture<State>> futures = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      futures.add(live.at(1 + i % 7));
    }
    assertEquals(10_000, live.waitingForRevision());
    futures.forEach(future -> future.cancel(false));
    assertEquals(0, live.waitingForRevision());
    live.publish(step(put(A)));
    assertTrue(tasks.isEmpty(), "nobody is left to be woken");
  }

  @Test
  void theStateIsThereBeforeAnybodyIsToldOfItsEvents() {
    List<Long> seen = new ArrayList<>();
    LiveState direct = new LiveState(new EventLog(Runnable::run), Runnable::run);
    CompletableFuture<Void> told =
        direct.changes(Scope.NODE, A, 0).thenRun(() -> seen.add(direct.local().revision()));
    CompletableFuture<Void> arrived =
        direct.at(1).thenRun(() -> seen.add(direct.changes(Scope.NODE, A, 0).isDone() ? 1L : -1L));
    direct.publish(step(put(A)));
    assertTrue(told.isDone() && arrived.isDone());
    assertEquals(List.of(1L, 1L), seen);
  }

  @Test
  void quietPathsAreNeverTooOld() {
    live.publish(step(put(A)));
    for (int i = 0; i < 50; i++) {
      live.publish(step(put(Path.of("/noise"))));
    }
    assertTrue(log.oldest() > 1);
    CompletableFuture<Changes> node = live.changes(Scope.NODE, A, 1);
    CompletableFuture<Changes> subtree = live.changes(Scope.SUBTREE, A, 1);
    CompletableFuture<Changes> absent = live.changes(Scope.NODE, B, 1);
    assertInstanceOf(Changes.Compacted.class, live.changes(Scope.NODE, A, 0).join());
    assertInstanceOf(Changes.Compacted.class, live.changes(Scope.NODE, Path.of("/z"), 1).join());
    live.publish(step(put(B)));
    runTasks();
    assertFalse(node.isDone(), "a child is not the node");
    assertEquals(52, assertInstanceOf(Changes.Batch.class, subtree.join()).upTo());
    assertEquals(52, assertInstanceOf(Changes.Batch.class, absent.join()).upTo());
  }

  /** Asks the live state and a log that forgets nothing; where both answer, they agree. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void lookingAtTheTreeFirstChangesNoAnswer(long seed) {
    EventLog everything = new EventLog(Runnable::run);
    Random random = new Random(seed);
    List<Path> paths =
        List.of(
            Path.ROOT, A, B, Path.of("/a/b/c"), Path.of("/a/d"), Path.of("/e"), Path.of("/e/f"));
    for (int i = 0; i < 300; i++) {
      Path path = paths.get(random.nextInt(paths.size()));
      Step step =
          step(
              switch (random.nextInt(5)) {
                case 0 -> new Change.DeleteSubtree(path);
                case 1 -> new Change.SetAttributes(path, TreePMap.singleton("k", "v"));
                case 2 -> new Change.SetData(path, Bytes.utf8("y"));
                default -> put(path);
              });
      live.publish(step);
      everything.append(step.state().revision(), step.events());
      for (Path asked : paths) {
        for (Scope scope : Scope.values()) {
          long after = Math.max(0, agreed.revision() - random.nextInt(20));
          CompletableFuture<Changes> expected = everything.changes(scope, asked, after);
          CompletableFuture<Changes> actual = live.changes(scope, asked, after);
          if (actual.isDone() && actual.join() instanceof Changes.Compacted) {
            assertTrue(after < log.oldest());
            // What is absent, or deeper than the children, may look changed and not be.
            if (scope != Scope.CHILDREN && agreed.tree().find(asked) != null) {
              assertTrue(expected.isDone(), "told to read again though nothing has changed");
            }
          } else if (expected.isDone()) {
            assertEquals(expected.join(), actual.join());
          } else {
            assertFalse(actual.isDone());
          }
          expected.cancel(false);
          actual.cancel(false);
        }
      }
    }
    assertEquals(0, log.parked());
  }

  @Test
  void aSnapshotWakesWhoWaitsForItsRevisionAndTellsWatchers() {
    CompletableFuture<State> third = live.at(3);
    CompletableFuture<Changes> watching = live.changes(Scope.NODE, A, 0);
    step(put(A));
    step(put(A));
    step(put(A));
    live.restore(agreed);
    runTasks();
    assertSame(agreed, third.join());
    assertEquals(new Changes.Compacted(3), watching.join());
  }

  @Test
  void aStateThatGoesBackIsRefused() {
    State old = step(put(A)).state();
    live.publish(step(put(A)));
    assertThrows(IllegalStateException.class, () -> live.restore(old));
    assertEquals(2, live.local().revision());
  }

  @Test
  void closingEndsEverybody() {
    CompletableFuture<State> waiting = live.at(1);
    CompletableFuture<Changes> watching = live.changes(Scope.NODE, A, 0);
    live.close();
    runTasks();
    for (CompletableFuture<?> ended :
        List.of(waiting, watching, live.at(1), live.changes(Scope.NODE, A, 0))) {
      assertInstanceOf(
          UnavailableException.class,
          assertThrows(CompletionException.class, ended::join).getCause());
    }
    assertEquals(0, live.waitingForRevision());
    assertEquals(0, log.parked());
  }

  /**
   * A reader always waits for the very next revision, which comes at the same moment; and nothing
   * comes later that could wake it instead.
   */
  @Test
  @Timeout(120)
  void noArrivalIsLost() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      LiveState racing = new LiveState(new EventLog(threads), Runnable::run);
      int rounds = 20_000;
      AtomicLong asked = new AtomicLong();
      Future<?> reader =
          threads.submit(
              () -> {
                for (long revision = 1; revision <= rounds; revision++) {
                  asked.set(revision);
                  State state = racing.at(revision).get(20, TimeUnit.SECONDS);
                  assertTrue(state.revision() >= revision);
                  for (Event event :
                      ((Changes.Batch)
                              racing.changes(Scope.NODE, A, revision - 1).get(20, TimeUnit.SECONDS))
                          .events()) {
                    assertTrue(racing.local().revision() >= event.revision());
                  }
                }
                return null;
              });
      while (agreed.revision() < rounds && !reader.isDone()) {
        if (asked.get() > agreed.revision()) {
          racing.publish(step(put(A)));
        } else {
          Thread.onSpinWait();
        }
      }
      reader.get(60, TimeUnit.SECONDS);
      assertEquals(0, racing.waitingForRevision());
    } finally {
      threads.shutdownNow();
      assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS));
    }
  }
}

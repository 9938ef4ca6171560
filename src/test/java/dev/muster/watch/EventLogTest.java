package dev.muster.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Event;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Stat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

class EventLogTest {
  private static final Path A = Path.of("/a");
  private static final Path B = Path.of("/a/b");
  private static final Path C = Path.of("/a/b/c");
  private static final Path OTHER = Path.of("/other");
  private static final List<Scope> SCOPES = List.of(Scope.values());

  /** Tasks wait here until the test runs them: what happens in between can be seen. */
  private final Deque<Runnable> tasks = new ArrayDeque<>();

  private final EventLog log = new EventLog(tasks::add);

  static Event event(long revision, Path path) {
    return event(revision, path, 0);
  }

  static Event event(long revision, Path path, int bytes) {
    Stat stat =
        new Stat(revision, 0, revision, 0, revision, 0, revision, 0, 0, 0, Life.persistent());
    Node node =
        Node.assemble(Bytes.wrap(new byte[bytes]), TreePMap.empty(), stat, TreePMap.empty());
    return new Event(revision, Event.Type.CREATED, path, node);
  }

  private static void append(EventLog log, long revision, Path... paths) {
    log.append(revision, Arrays.stream(paths).map(path -> event(revision, path)).toList());
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private static Changes now(CompletableFuture<Changes> future) {
    assertTrue(future.isDone(), "has an answer");
    return future.join();
  }

  private static List<Long> revisions(Changes changes) {
    return assertInstanceOf(Changes.Batch.class, changes).events().stream()
        .map(Event::revision)
        .toList();
  }

  @Test
  void knownChangesAreAnsweredAtOnceAndUpToTheNewestRevision() {
    append(log, 1, A);
    append(log, 2, B);
    append(log, 3, C);
    append(log, 4);
    append(log, 5, OTHER);
    Changes changes = now(log.changes(Scope.SUBTREE, A, 1));
    assertEquals(List.of(2L, 3L), revisions(changes));
    assertEquals(5, ((Changes.Batch) changes).upTo());
    assertEquals(List.of(1L, 2L), revisions(now(log.changes(Scope.CHILDREN, A, 0))));
    assertEquals(List.of(2L), revisions(now(log.changes(Scope.NODE, B, 0))));
    assertEquals(List.of(1L, 2L, 3L, 5L), revisions(now(log.changes(Scope.SUBTREE, Path.ROOT, 0))));
    assertEquals(0, log.parked());
    assertTrue(tasks.isEmpty());
  }

  @Test
  void waitersAreFoundByPathAndScopeAndAnsweredOnTheExecutor() {
    CompletableFuture<Changes> node = log.changes(Scope.NODE, B, 0);
    CompletableFuture<Changes> child = log.changes(Scope.CHILDREN, A, 0);
    CompletableFuture<Changes> subtree = log.changes(Scope.SUBTREE, Path.ROOT, 0);
    CompletableFuture<Changes> above = log.changes(Scope.CHILDREN, Path.ROOT, 0);
    CompletableFuture<Changes> below = log.changes(Scope.SUBTREE, C, 0);
    append(log, 1, B);
    assertFalse(node.isDone(), "never on the appending thread");
    runTasks();
    for (CompletableFuture<Changes> woken : List.of(node, child, subtree)) {
      assertEquals(new Changes.Batch(1, List.of(event(1, B))), now(woken));
    }
    assertFalse(above.isDone());
    assertFalse(below.isDone());
    assertEquals(2, log.parked());
  }

  @Test
  void aWokenWaiterKeepsItsAnswerHoweverMuchIsForgottenMeanwhile() {
    EventLog small = new EventLog(2, 1 << 20, 10, 10, tasks::add);
    CompletableFuture<Changes> waiting = small.changes(Scope.SUBTREE, A, 0);
    append(small, 1, B);
    for (long revision = 2; revision <= 9; revision++) {
      append(small, revision, OTHER);
    }
    runTasks();
    assertEquals(new Changes.Batch(1, List.of(event(1, B))), now(waiting));
    assertEquals(new Changes.Compacted(7), now(small.changes(Scope.SUBTREE, A, 1)));
  }

  @Test
  void waitingThroughManyUnrelatedChangesIsNotTooOld() {
    EventLog small = new EventLog(2, 1 << 20, 10, 10, tasks::add);
    CompletableFuture<Changes> waiting = small.changes(Scope.NODE, A, 0);
    for (long revision = 1; revision <= 9; revision++) {
      append(small, revision, OTHER);
    }
    append(small, 10, A);
    runTasks();
    assertEquals(List.of(10L), revisions(now(waiting)));
  }

  @Test
  void aRevisionOfTheFutureIsWaitedFor() {
    CompletableFuture<Changes> waiting = log.changes(Scope.NODE, A, 2);
    append(log, 1, A);
    runTasks();
    append(log, 2, A);
    runTasks();
    assertFalse(waiting.isDone());
    assertEquals(1, log.parked());
    append(log, 3, A);
    runTasks();
    assertEquals(List.of(3L), revisions(now(waiting)));
  }

  @Test
  void aRevisionOfTheFutureIsNotMissedWhileItsWaiterIsOut() {
    CompletableFuture<Changes> waiting = log.changes(Scope.NODE, A, 1);
    append(log, 1, A); // takes the waiter out of the map; it comes back when the task runs
    append(log, 2, A);
    runTasks();
    assertEquals(List.of(2L), revisions(now(waiting)));
    assertEquals(0, log.parkedPaths());
  }

  @Test
  void revisionsAreNeverPartedWhenABatchIsCut() {
    EventLog small = new EventLog(100, 1 << 20, 3, 10, tasks::add);
    append(small, 1, A, B);
    append(small, 2, A, B, C, OTHER);
    append(small, 3, A);
    assertEquals(
        new Changes.Batch(
            2, List.of(event(1, A), event(1, B), event(2, A), event(2, B), event(2, C))),
        now(small.changes(Scope.SUBTREE, A, 0)));
    assertEquals(List.of(3L), revisions(now(small.changes(Scope.SUBTREE, A, 2))));
  }

  @Test
  void oneStepMayHoldManyRevisions() {
    CompletableFuture<Changes> waiting = log.changes(Scope.NODE, A, 0);
    log.append(9, List.of(event(3, A), event(3, B), event(5, A), event(8, B)));
    runTasks();
    assertEquals(new Changes.Batch(3, List.of(event(3, A))), now(waiting));
    assertEquals(new Changes.Batch(9, List.of(event(5, A))), now(log.changes(Scope.NODE, A, 3)));
    assertEquals(9, log.newest());
  }

  @Test
  void boundsForgetTheOldestButNeverTheNewest() {
    EventLog small = new EventLog(4, 10_000, 10, 10, tasks::add);
    append(small, 1, A, B);
    append(small, 2, A, B);
    append(small, 3, A);
    assertEquals(new Changes.Compacted(1), now(small.changes(Scope.NODE, OTHER, 0)));
    assertEquals(3, small.events());
    small.append(4, List.of(event(4, A, 50_000)));
    assertEquals(1, small.events());
    assertTrue(small.bytes() > 50_000);
    assertEquals(3, small.oldest());
    assertEquals(List.of(4L), revisions(now(small.changes(Scope.NODE, A, 3))));
    append(small, 5, A, B, C, OTHER, Path.of("/x"), Path.of("/y"));
    assertEquals(6, small.events());
    assertEquals(1, revisions(now(small.changes(Scope.NODE, A, 4))).size());
  }

  @Test
  void resetTellsThoseWhoMayHaveMissedSomething() {
    append(log, 1, A);
    CompletableFuture<Changes> before = log.changes(Scope.NODE, A, 1);
    CompletableFuture<Changes> future = log.changes(Scope.NODE, A, 50);
    CompletableFuture<Changes> exact = log.changes(Scope.NODE, A, 40);
    log.reset(40);
    append(log, 41, A);
    runTasks();
    assertEquals(new Changes.Compacted(40), now(before));
    assertEquals(List.of(41L), revisions(now(exact)));
    assertFalse(future.isDone());
    assertEquals(new Changes.Compacted(40), now(log.changes(Scope.NODE, OTHER, 39)));
    assertEquals(1, log.events());
  }

  @Test
  void cancelledAndTimedOutWaitersLeaveNothingBehind() throws Exception {
    List<CompletableFuture<Changes>> futures = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      futures.add(log.changes(SCOPES.get(i % 3), Path.of("/p" + i % 100 + "/q" + i % 7), 0));
    }
    assertEquals(10_000, log.parked());
    for (int i = 0; i < futures.size(); i++) {
      CompletableFuture<Changes> future = futures.get(i);
      switch (i % 4) {
        case 0 -> future.cancel(true);
        case 1 -> future.complete(new Changes.Batch(0, List.of()));
        case 2 -> future.completeExceptionally(new IllegalStateException("given up"));
        default -> futures.set(i, future.orTimeout(1, TimeUnit.MILLISECONDS));
      }
    }
    CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .handle((done, failure) -> failure)
        .get(20, TimeUnit.SECONDS);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (log.parked() > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait(); // a time-out's thread ends the future first, its entry right after
    }
    assertEquals(0, log.parked());
    assertEquals(0, log.parkedPaths());
  }

  @Test
  void whoIsCancelledWhileBeingWokenLeavesNothingBehind() {
    CompletableFuture<Changes> early = log.changes(Scope.NODE, A, 0);
    CompletableFuture<Changes> late = log.changes(Scope.NODE, A, 7);
    append(log, 1, A);
    early.cancel(false);
    late.cancel(false);
    runTasks();
    assertEquals(0, log.parked());
    assertEquals(0, log.parkedPaths());
  }

  @Test
  void whoIsCancelledBeforeItIsFindableStaysOut() {
    Waiters waiters = new Waiters();
    Waiter waiter = waiters.admit(Scope.NODE, A, 0, 1);
    waiter.cancel(false); // no entry yet that could be taken out
    waiters.add(waiter);
    assertEquals(0, waiters.paths());
    assertEquals(0, waiters.size());
  }

  @Test
  void tooManyWaitersAreRefused() {
    EventLog small = new EventLog(10, 1 << 20, 10, 2, tasks::add);
    CompletableFuture<Changes> first = small.changes(Scope.NODE, A, 0);
    CompletableFuture<Changes> second = small.changes(Scope.SUBTREE, B, 0);
    CompletableFuture<Changes> third = small.changes(Scope.NODE, C, 0);
    CompletionException refused = assertThrows(CompletionException.class, third::join);
    assertInstanceOf(TooManyWaitersException.class, refused.getCause());
    assertFalse(second.isDone());
    first.cancel(false);
    assertFalse(small.changes(Scope.NODE, C, 0).isDone());
    append(small, 1, C);
    assertTrue(small.changes(Scope.NODE, C, 0).isDone(), "who need not wait is always answered");
  }

  @Test
  void whoLooksFarBackDoesItOnTheExecutor() {
    for (long revision = 1; revision <= 10_000; revision++) {
      append(log, revision, revision == 9_000 ? A : OTHER);
    }
    CompletableFuture<Changes> far = log.changes(Scope.NODE, A, 1);
    assertFalse(far.isDone());
    runTasks();
    assertEquals(List.of(9_000L), revisions(now(far)));
    assertEquals(0, log.parked());
  }

  @Test
  void closingEndsEverybody() {
    CompletableFuture<Changes> waiting = log.changes(Scope.NODE, A, 0);
    IllegalStateException reason = new IllegalStateException("over");
    log.close(reason);
    runTasks();
    assertEquals(reason, assertThrows(CompletionException.class, waiting::join).getCause());
    assertTrue(log.changes(Scope.NODE, A, 0).isCompletedExceptionally());
    assertEquals(0, log.parked());
  }

  @Test
  void revisionsDoNotGoBack() {
    append(log, 5, A);
    assertThrows(IllegalArgumentException.class, () -> append(log, 5, A));
    assertThrows(IllegalArgumentException.class, () -> append(log, 4, A));
    assertThrows(IllegalArgumentException.class, () -> log.append(6, List.of(event(7, A))));
  }
}

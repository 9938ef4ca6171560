package dev.muster.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.LimitExceededException;
import dev.muster.core.Limits;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.watch.Changes;
import dev.muster.watch.Scope;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

class LocalLedgerTest {
  private static final Path A = Path.of("/a");
  private final LocalLedger ledger = new LocalLedger(() -> 1_000, Runnable::run);

  @AfterEach
  void close() {
    ledger.close();
  }

  private static Command put(String text) {
    return new Command.Transact(
        List.of(), List.of(new Change.Put(A, Bytes.utf8(text), TreePMap.empty())));
  }

  private static UnavailableException.Outcome outcome(CompletableFuture<?> future) {
    Throwable cause = assertThrows(CompletionException.class, future::join).getCause();
    return assertInstanceOf(UnavailableException.class, cause).outcome();
  }

  @Test
  void whoIsAnsweredReadsItsWrite() {
    CompletableFuture<Long> read =
        ledger.submit(put("x")).thenApply(reply -> ledger.local().revision());
    assertEquals(1, read.join());
    assertEquals(1, ledger.fresh().join().revision());
    assertEquals(1_000, ledger.local().timeMillis());
    assertTrue(ledger.status().ready());
  }

  @Test
  void limitsAreCheckedAtOnce() {
    Command large =
        new Command.Transact(
            List.of(),
            List.of(
                Change.Create.persistent(A, Bytes.wrap(new byte[Limits.NODE_DATA_BYTES_MAX + 1]))));
    assertThrows(LimitExceededException.class, () -> ledger.submit(large));
  }

  @Test
  void aWatcherMayWriteWhenItIsWoken() {
    CompletableFuture<Reply> second =
        ledger.changes(Scope.NODE, A, 0).thenCompose(changes -> ledger.submit(put("second")));
    ledger.submit(put("first")).join();
    assertTrue(second.isDone());
    assertEquals(2, ledger.local().revision());
  }

  @Test
  void withoutAQuorumWritesHangUntilTheyAreGivenUp() {
    ledger.stall();
    CompletableFuture<Reply> dropped = ledger.submit(put("dropped"));
    CompletableFuture<State> read = ledger.fresh();
    assertEquals(2, ledger.hanging());
    assertNull(ledger.status().leader());
    ledger.giveUp(UnavailableException.Outcome.NOT_DONE);
    assertEquals(UnavailableException.Outcome.NOT_DONE, outcome(dropped));
    assertEquals(UnavailableException.Outcome.NOT_DONE, outcome(read));

    CompletableFuture<Reply> unknown = ledger.submit(put("unknown"));
    ledger.giveUp(UnavailableException.Outcome.UNKNOWN);
    CompletableFuture<Reply> patient = ledger.submit(put("patient"));
    assertEquals(UnavailableException.Outcome.UNKNOWN, outcome(unknown));
    assertEquals(1, ledger.hanging());
    assertEquals(0, ledger.local().revision());
    ledger.resume();
    assertEquals(2, assertInstanceOf(Reply.Done.class, patient.join()).revision());
  }

  @Test
  void aNodeThatLagsSeesOtherNodesWritesLater() {
    ledger.holdBack();
    CompletableFuture<State> at = ledger.at(1);
    CompletableFuture<Changes> watching = ledger.changes(Scope.NODE, A, 0);
    assertEquals(
        1, assertInstanceOf(Reply.Done.class, ledger.submitElsewhere(put("elsewhere"))).revision());
    CompletableFuture<Reply> own = ledger.submit(put("own"));
    CompletableFuture<State> fresh = ledger.fresh();
    assertEquals(0, ledger.local().revision());
    assertFalse(at.isDone() || watching.isDone() || own.isDone() || fresh.isDone());
    assertFalse(ledger.status().ready());
    ledger.catchUp();
    assertEquals(1, at.join().revision());
    assertEquals(1, assertInstanceOf(Changes.Batch.class, watching.join()).upTo());
    assertEquals(2, assertInstanceOf(Reply.Done.class, own.join()).revision());
    assertEquals(2, fresh.join().revision());
  }

  @Test
  void aSnapshotInsteadOfTheStepsLeavesWatchersCompacted() {
    ledger.holdBack();
    CompletableFuture<Changes> watching = ledger.changes(Scope.NODE, A, 0);
    CompletableFuture<Reply> own = ledger.submit(put("own"));
    ledger.restoreFromSnapshot();
    assertEquals(new Changes.Compacted(1), watching.join());
    assertInstanceOf(Reply.Done.class, own.join());
    assertEquals(1, ledger.local().revision());
  }

  @Test
  void closingEndsWhatHangs() {
    ledger.stall();
    CompletableFuture<Reply> hanging = ledger.submit(put("x"));
    CompletableFuture<State> at = ledger.at(5);
    ledger.close();
    assertEquals(UnavailableException.Outcome.UNKNOWN, outcome(hanging));
    assertEquals(UnavailableException.Outcome.NOT_DONE, outcome(at));
    assertEquals(UnavailableException.Outcome.NOT_DONE, outcome(ledger.submit(put("late"))));
  }
}

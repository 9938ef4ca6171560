package dev.muster.raft.proposals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.codec.EntryCodec;
import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Entry;
import dev.muster.core.Guard;
import dev.muster.core.Life;
import dev.muster.core.Limits;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.core.Step;
import dev.muster.ledger.LedgerListener;
import dev.muster.ledger.UnavailableException;
import dev.muster.raft.Halt;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ProposalsTest {
  private final FaultyLog log = new FaultyLog();
  private final BlockingQueue<Halt.Reason> halts = new LinkedBlockingQueue<>();
  private Proposals proposals = proposals(Duration.ofSeconds(30));

  private Proposals proposals(Duration timeout) {
    Proposals created =
        new Proposals(
            "n1",
            1,
            log,
            System::currentTimeMillis,
            Runnable::run,
            timeout,
            LedgerListener.NONE,
            (reason, message, cause) -> halts.add(reason));
    log.proposals = created;
    return created;
  }

  @AfterEach
  void close() {
    proposals.close();
  }

  @Test
  void anIdleNodeSendsOneCommandAtOnceAndABusyOneSharesEntries() throws Exception {
    log.paused = true;
    proposals.start();
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      replies.add(proposals.submit(create(i)));
    }
    log.unpause();
    for (CompletableFuture<Reply> reply : replies) {
      assertInstanceOf(Reply.Done.class, reply.get(20, TimeUnit.SECONDS));
    }
    assertTrue(log.entriesApplied() <= 5, log.entriesApplied() + " entries for 1,000 commands");
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void everyCommandHappensOnceAndIsAnsweredWithItsOwnReply(long seed) throws Exception {
    log.random = new Random(seed);
    proposals.start();
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      replies.add(proposals.submit(create(i)));
      if (i % 50 == 0) {
        proposals.barrier().get(20, TimeUnit.SECONDS);
        proposals.leaderChanged();
      }
    }
    for (int i = 0; i < replies.size(); i++) {
      Reply.Done done =
          assertInstanceOf(Reply.Done.class, replies.get(i).get(20, TimeUnit.SECONDS));
      String name = done.outcomes().get(0).path().name();
      assertTrue(name.startsWith("c" + i + "-"), "reply to command " + i + " is about " + name);
    }
    assertEquals(3_000, log.state.tree().root().children().size());
    assertTrue(
        log.duplicates > 0 && log.losses > 0, "the log was not faulty enough to prove anything");
  }

  @Test
  void withoutALeaderNothingHasHappened() {
    log.leader = false;
    proposals.close();
    proposals = proposals(Duration.ofMillis(1));
    proposals.start();
    assertEquals(UnavailableException.Outcome.NOT_DONE, outcomeOf(proposals.submit(create(1))));
    log.leader = true;
    assertEquals(0, log.state.revision());
  }

  @Test
  void whatWasHandedOverMayHappen() throws Exception {
    log.paused = true;
    proposals.close();
    proposals = proposals(Duration.ofMillis(1));
    proposals.start();
    CompletableFuture<Reply> first = proposals.submit(create(1));
    log.awaitHandedOver();
    assertEquals(UnavailableException.Outcome.UNKNOWN, outcomeOf(first));
    log.unpause();
    while (log.state().tree().root().children().isEmpty()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void anAnswerThatCameWithASnapshotIsFoundInTheState() throws Exception {
    log.paused = true;
    proposals.start();
    CompletableFuture<Reply> reply = proposals.submit(create(7));
    log.awaitHandedOver();
    State elsewhere = log.applyWithoutTelling();
    proposals.restored(elsewhere);
    Reply.Done done = assertInstanceOf(Reply.Done.class, reply.get(20, TimeUnit.SECONDS));
    assertEquals("/c7-0000000000", done.outcomes().get(0).path().toString());
  }

  @Test
  void aNodeWhoseIncarnationWasOvertakenGoesOnUnderANewOne() throws Exception {
    log.state = log.state.apply(1, new Entry(1, "n1", 99, 1, List.of(create(1_000)))).state();
    proposals.start();
    CompletableFuture<Reply> lost = proposals.submit(create(1));
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> lost.get(20, TimeUnit.SECONDS));
    assertInstanceOf(UnavailableException.class, failure.getCause());
    assertInstanceOf(Reply.Done.class, proposals.submit(create(2)).get(20, TimeUnit.SECONDS));
  }

  @Test
  void aNodeThatTheStateHasForgottenGoesOnUnderANewIncarnation() throws Exception {
    proposals.start();
    assertInstanceOf(Reply.Done.class, proposals.submit(create(1)).get(20, TimeUnit.SECONDS));
    synchronized (log) {
      for (int i = 0; i < Limits.PROPOSERS_MAX; i++) {
        log.state =
            log.state
                .apply(log.state.applied() + 1, new Entry(1, "other" + i, 1_000 + i, 1, List.of()))
                .state();
      }
      assertNull(log.state.proposers().get("n1"));
    }
    CompletableFuture<Reply> lost = proposals.submit(create(2));
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> lost.get(20, TimeUnit.SECONDS));
    assertInstanceOf(UnavailableException.class, failure.getCause());
    assertInstanceOf(Reply.Done.class, proposals.submit(create(3)).get(20, TimeUnit.SECONDS));
  }

  @Test
  void rejectionsAreNotAnsweredInAHotLoop() throws Exception {
    log.rejecting = true;
    proposals.start();
    CompletableFuture<Reply> reply = proposals.submit(create(1));
    long begin = System.nanoTime();
    while (log.handedOver() < 5) {
      Thread.onSpinWait();
    }
    assertTrue(
        System.nanoTime() - begin >= TimeUnit.MILLISECONDS.toNanos(4 * 20),
        "an entry was handed over again without a pause");
    log.rejecting = false;
    assertInstanceOf(Reply.Done.class, reply.get(20, TimeUnit.SECONDS));
  }

  @Test
  void aFailureOfTheWayToTheLeaderDoesNotEndTheSender() throws Exception {
    log.failures = 3;
    proposals.start();
    assertInstanceOf(Reply.Done.class, proposals.submit(create(1)).get(20, TimeUnit.SECONDS));
    assertEquals(0, log.failures);
  }

  @Test
  void aCommandThatCannotBeEncodedFailsAloneAndTheSenderGoesOn() throws Exception {
    CompletableFuture<Reply> before = proposals.submit(create(1));
    CompletableFuture<Reply> bad = proposals.submit(unwritable());
    CompletableFuture<Reply> barrier = proposals.barrier();
    CompletableFuture<Reply> after = proposals.submit(create(2));
    proposals.start();
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> bad.get(20, TimeUnit.SECONDS));
    assertInstanceOf(IllegalStateException.class, failure.getCause());
    for (CompletableFuture<Reply> good : List.of(before, barrier, after)) {
      assertInstanceOf(Reply.Done.class, good.get(20, TimeUnit.SECONDS));
    }
    assertEquals(1, log.entriesApplied(), "all wait together, so they are one entry");

    CompletableFuture<Reply> alone = proposals.submit(unwritable());
    assertThrows(ExecutionException.class, () -> alone.get(20, TimeUnit.SECONDS));
    assertInstanceOf(Reply.Done.class, proposals.submit(create(3)).get(20, TimeUnit.SECONDS));
    assertEquals(2, log.entriesApplied(), "one without an entry left no gap");
    assertEquals(3, log.state().tree().root().children().size());
    assertTrue(halts.isEmpty());
  }

  /** Passes the limits; its guard is begun and then found to name no path. */
  @SuppressWarnings("NullAway") // on purpose
  private static Command unwritable() {
    return new Command.Transact(List.of(new Guard.Exists(null)), List.of());
  }

  @Test
  void theNodeHaltsIfTheSenderCannotGoOn() throws Exception {
    log.broken = new StackOverflowError("on purpose");
    proposals.start();
    CompletableFuture<Reply> reply = proposals.submit(create(1));
    assertEquals(Halt.Reason.BUG, halts.poll(20, TimeUnit.SECONDS));
    assertTrue(!reply.isDone());
  }

  @Test
  void whatIsGivenUpWhileItIsEncodedIsNotSent() throws Exception {
    CompletableFuture<Reply> given = new CompletableFuture<>();
    proposals.close();
    proposals =
        new Proposals(
            "n1",
            1,
            log,
            () -> {
              // The clock is read for the entry's head, when its commands have been encoded.
              while (!given.isDone()) {
                proposals.tick();
              }
              return 1;
            },
            Runnable::run,
            Duration.ofMillis(1),
            LedgerListener.NONE,
            (reason, message, cause) -> halts.add(reason));
    log.proposals = proposals;
    CompletableFuture<Reply> first = proposals.submit(create(1));
    first.whenComplete((reply, failed) -> given.complete(reply));
    proposals.start();
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> first.get(20, TimeUnit.SECONDS));
    assertEquals(
        UnavailableException.Outcome.NOT_DONE,
        assertInstanceOf(UnavailableException.class, failure.getCause()).outcome());
    assertInstanceOf(Reply.Done.class, proposals.submit(create(2)).get(20, TimeUnit.SECONDS));
    assertEquals(
        List.of("c2-0000000000"), List.copyOf(log.state().tree().root().children().keySet()));
  }

  @Test
  void closingRefusesWhatWaits() {
    log.leader = false;
    proposals.start();
    CompletableFuture<Reply> waiting = proposals.submit(create(1));
    proposals.close();
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> waiting.get(20, TimeUnit.SECONDS));
    assertEquals(
        UnavailableException.Outcome.NOT_DONE,
        assertInstanceOf(UnavailableException.class, failure.getCause()).outcome());
  }

  private UnavailableException.Outcome outcomeOf(CompletableFuture<Reply> reply) {
    while (!reply.isDone()) {
      proposals.tick();
    }
    ExecutionException failure = assertThrows(ExecutionException.class, reply::get);
    return assertInstanceOf(UnavailableException.class, failure.getCause()).outcome();
  }

  private static Command create(int i) {
    return new Command.Transact(
        List.of(),
        List.of(
            new Change.Create(
                Path.of("/c" + i + "-"),
                Bytes.EMPTY,
                Change.attributes(Map.of()),
                Life.persistent(),
                true)));
  }

  /** A log that loses entries, takes them twice and late, as one does that changes its leader. */
  private static final class FaultyLog implements Proposals.Outlet {
    final Deque<byte[]> delayed = new ArrayDeque<>();
    State state = State.EMPTY;
    Random random = new Random(0);
    Proposals proposals;
    volatile boolean leader = true;
    volatile boolean rejecting;
    volatile Error broken;
    int failures;
    boolean paused;
    int duplicates;
    int losses;
    private int handedOver;
    private int applied;

    @Override
    public boolean hasLeader() {
      return leader;
    }

    @Override
    public synchronized boolean handOver(byte[] entry) {
      handedOver++;
      notifyAll();
      if (broken != null) {
        throw broken;
      }
      if (failures > 0) {
        failures--;
        throw new IllegalStateException("on purpose");
      }
      if (rejecting) {
        CompletableFuture.runAsync(proposals::rejected);
        return true;
      }
      if (paused) {
        delayed.add(entry);
        return true;
      }
      int chance = random.nextInt(10);
      if (chance == 0) {
        return false;
      }
      if (chance == 1) {
        losses++;
        loseLeader();
        return true;
      }
      if (chance == 2) {
        delayed.add(entry); // an old copy that arrives later, out of order
        duplicates++;
      }
      apply(entry, true);
      if (chance == 3) {
        apply(entry, true);
        duplicates++;
      }
      if (chance == 4 && !delayed.isEmpty()) {
        apply(delayed.removeFirst(), true);
      }
      return true;
    }

    /** What a leader change does: the proposer is told, on another thread. */
    private void loseLeader() {
      var unused = CompletableFuture.runAsync(proposals::leaderChanged);
    }

    private void apply(byte[] bytes, boolean tell) {
      Entry entry = EntryCodec.decode(bytes, 0, bytes.length);
      Step step = state.apply(state.applied() + 1, entry);
      state = step.state();
      applied++;
      if (tell) {
        proposals.applied(entry, step);
      }
    }

    synchronized void unpause() {
      paused = false;
      while (!delayed.isEmpty()) {
        apply(delayed.removeFirst(), true);
      }
    }

    synchronized State applyWithoutTelling() {
      apply(delayed.removeFirst(), false);
      return state;
    }

    synchronized void awaitHandedOver() throws InterruptedException {
      while (handedOver == 0) {
        wait();
      }
    }

    synchronized int handedOver() {
      return handedOver;
    }

    synchronized int entriesApplied() {
      return applied;
    }

    synchronized State state() {
      return state;
    }
  }
}

package dev.muster.duty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Command;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.Session;
import dev.muster.ledger.LocalLedger;
import dev.muster.ledger.UnavailableException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionExpiryTest {
  private static final long TTL = 2_000;
  private static final long STEP = Duties.TICK_MILLIS;

  private final LocalLedger log = new LocalLedger(() -> 1_000, Runnable::run);
  private final LeadingLedger ledger = new LeadingLedger(log, "n1");
  private final SessionExpiry expiry = new SessionExpiry(ledger);
  private Tenure tenure = new Tenure(0);
  private long now;

  @AfterEach
  void close() {
    log.close();
  }

  private void begin() {
    Command claim = Tenure.claim(log.local(), "n1", 1);
    tenure = new Tenure(((Reply.Done) log.submitElsewhere(claim)).revision());
    now = 0;
    expiry.begin(tenure);
    expiry.tick(now);
  }

  private void run(long millis) {
    for (long end = now + millis; now < end; ) {
      now += STEP;
      expiry.tick(now);
    }
  }

  private boolean lives(long id) {
    return log.local().sessions().containsKey(id);
  }

  private Session session(long id) {
    return log.local().sessions().get(id);
  }

  @Test
  void aSilentSessionEndsAndOneThatIsHeardOfDoesNot() {
    ledger.open(1, TTL);
    ledger.open(2, TTL);
    ledger.own(1, 0, 2);
    begin();
    for (int i = 0; i < 20; i++) {
      run(STEP);
      expiry.heard(2);
    }
    assertEquals(Set.of(2L), log.local().sessions().keySet());
    assertEquals(null, log.local().tree().find(Path.of("/e0")));
    assertEquals(List.of(tenure.fence()), ledger.closes().get(0).guards());
  }

  @Test
  void nobodyIsGivenLessThanTheFullTime() {
    ledger.open(1, TTL);
    begin();
    run(TTL);
    // Heard of just before the next tick: the clock of the last one is old.
    expiry.heard(1);
    long heardAt = now + Duties.TICK_COUNTED_MILLIS_MAX;
    while (lives(1)) {
      now += Duties.TICK_COUNTED_MILLIS_MAX;
      expiry.tick(now);
      assertTrue(now < 10 * TTL, "a silent session ends");
    }
    assertTrue(now - heardAt > TTL, "ended after " + (now - heardAt) + " ms");
  }

  @Test
  void aNewLeaderGivesEverybodyAFullTtl() {
    ledger.open(1, TTL);
    begin();
    run(TTL - STEP);
    expiry.end();
    begin();
    run(TTL);
    assertTrue(lives(1));
    run(3 * STEP);
    assertTrue(!lives(1));
  }

  @Test
  void timeLeftIsKnownToTheLeaderOnly() {
    ledger.open(1, TTL);
    assertEquals(OptionalLong.empty(), expiry.millisLeft(session(1)));
    begin();
    assertEquals(OptionalLong.of(TTL), expiry.millisLeft(session(1)));
    run(2 * STEP);
    assertEquals(OptionalLong.of(TTL - 2 * STEP), expiry.millisLeft(session(1)));
    expiry.heard(1);
    assertEquals(OptionalLong.of(TTL), expiry.millisLeft(session(1)));
    expiry.end();
    assertEquals(OptionalLong.empty(), expiry.millisLeft(session(1)));
  }

  @Test
  void anUnknownSessionIsNotKept() {
    begin();
    for (long id = 1; id < 10_000; id++) {
      expiry.heard(id);
    }
    assertEquals(0, expiry.known());
    ledger.open(1, TTL);
    run(STEP);
    assertEquals(1, expiry.known());
    log.submitElsewhere(new Command.CloseSessions(List.of(), List.of(1L)));
    run(STEP);
    assertEquals(0, expiry.known());
  }

  @Test
  void aReplacedLeaderEndsNobody() {
    ledger.open(1, TTL);
    begin();
    ledger.slow();
    run(TTL + 3 * STEP);
    assertEquals(1, ledger.closes().size());
    log.submitElsewhere(Tenure.claim(log.local(), "n2", 2));
    ledger.arrive();
    assertTrue(lives(1));
  }

  @Test
  void whileCutOffNobodyEndsAndTheTimeIsNotCounted() {
    ledger.open(1, TTL);
    begin();
    run(TTL / 2);
    log.stall();
    run(10 * TTL);
    assertEquals(0, ledger.closes().size());
    log.resume();
    // What it was not heard of before the cut counts: not what came after it.
    run(STEP);
    assertTrue(lives(1), "heartbeats of that time are still under way");
    expiry.heard(1);
    run(TTL);
    assertTrue(lives(1));
    run(TTL);
    assertTrue(!lives(1));
  }

  @Test
  void aQuestionThatNobodyAnsweredIsAskedAgain() {
    ledger.open(1, TTL);
    begin();
    log.stall();
    run(2 * TTL);
    log.giveUp(UnavailableException.Outcome.UNKNOWN);
    run(2 * TTL);
    assertEquals(1, log.hanging());
    log.giveUp(UnavailableException.Outcome.UNKNOWN);
    log.resume();
    run(2 * TTL);
    assertTrue(!lives(1));
  }

  @Test
  void anAnswerToAnEarlierTenureProvesNothingInThis() {
    ledger.open(1, TTL);
    begin();
    log.stall();
    run(2 * TTL); // asks, later in its time than anybody is to end in the next
    assertEquals(1, log.hanging());
    expiry.end();
    begin();
    log.resume();
    log.stall();
    run(2 * TTL);
    assertEquals(1, log.hanging(), "it asks for itself");
    assertEquals(0, ledger.closes().size());
    log.resume();
    run(TTL);
    assertTrue(!lives(1));
  }

  @Test
  void commandsAreBoundedByWhatSessionsOwn() {
    int owned = Closings.EPHEMERALS_PER_COMMAND_MAX / 2;
    for (int id = 1; id <= 6; id++) {
      ledger.open(id, TTL);
      ledger.own(id, id * 1_000, owned - 1);
    }
    ledger.open(7, TTL);
    ledger.own(7, 7_000, 3 * owned);
    begin();
    run(TTL + 3 * STEP);
    assertEquals(
        List.of(2, 2, 2, 1), ledger.closes().stream().map(close -> close.ids().size()).toList());
    assertEquals(List.of(7L), ledger.closes().get(3).ids());
  }

  @Test
  void tenThousandAtOnceAreManySmallCommandsAndOtherWritesFlow() {
    for (long id = 1; id <= 10_000; id++) {
      ledger.open(id, TTL);
    }
    begin();
    ledger.slow();
    run(TTL + 10 * STEP);
    assertEquals(Closings.UNDER_WAY_MAX, ledger.closes().size());
    ledger.put("/meanwhile");
    for (int i = 0; i <= 10_000 / Closings.WAITING_MAX; i++) {
      ledger.arrive();
      ledger.slow();
      run(STEP);
    }
    ledger.arrive();
    assertEquals(Set.of(), log.local().sessions().keySet());
    assertTrue(
        ledger.closes().stream()
            .allMatch(close -> close.ids().size() <= Closings.SESSIONS_PER_COMMAND_MAX));
    assertEquals(
        10_000,
        ledger.closes().stream().mapToInt(close -> close.ids().size()).sum(),
        "each is ended once");
  }

  @Test
  void whatAnEarlierTenureHadUnderWayDoesNotCountInTheNext() {
    for (long id = 1; id <= 3_000; id++) {
      ledger.open(id, TTL);
    }
    begin();
    ledger.slow();
    run(TTL + 3 * STEP);
    assertEquals(Closings.UNDER_WAY_MAX, ledger.closes().size());
    expiry.end();
    begin();
    ledger.arrive(); // all refused, and answered to the next tenure
    assertEquals(3_000, log.local().sessions().size());
    ledger.slow();
    run(TTL + 3 * STEP);
    assertEquals(2 * Closings.UNDER_WAY_MAX, ledger.closes().size());
    ledger.arrive();
    run(4 * STEP);
    assertEquals(0, log.local().sessions().size());
  }

  @Test
  void aCommandThatWasGivenUpIsProposedAgain() {
    ledger.open(1, TTL);
    begin();
    run(TTL + STEP);
    log.stall();
    run(STEP);
    assertEquals(1, ledger.closes().size());
    log.giveUp(UnavailableException.Outcome.NOT_DONE);
    log.resume();
    run(STEP);
    assertTrue(!lives(1));
  }
}

package dev.muster.duty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Command;
import dev.muster.core.Reply;
import dev.muster.core.Session;
import dev.muster.ledger.LocalLedger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions that somebody wants to keep though they are silent. */
class ReprieveTest {
  private static final long TTL = 2_000;
  private static final long GRACE = 3_000;
  private static final long STEP = Duties.TICK_MILLIS;

  private final LocalLedger log = new LocalLedger(() -> 1_000, Runnable::run);
  private final LeadingLedger ledger = new LeadingLedger(log, "n1");
  private final Graces graces = new Graces();
  private final SessionExpiry expiry = new SessionExpiry(ledger, graces);
  private long now;

  /** Gives everybody {@link #GRACE}. */
  private static final class Graces implements Reprieve {
    final List<Long> asked = new ArrayList<>();
    final List<Long> heard = new ArrayList<>();
    final List<Long> gone = new ArrayList<>();

    @Override
    public long keepMillis(Session session, long silentMillis) {
      asked.add(session.id());
      return Math.max(0, session.ttlMillis() + GRACE - silentMillis);
    }

    @Override
    public void heard(long session) {
      heard.add(session);
    }

    @Override
    public void gone(long session) {
      gone.add(session);
    }
  }

  @AfterEach
  void close() {
    log.close();
  }

  private void begin() {
    Command claim = Tenure.claim(log.local(), "n1", 1);
    now = 0;
    expiry.begin(new Tenure(((Reply.Done) log.submitElsewhere(claim)).revision()));
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

  @Test
  void aSilentSessionIsKeptForItsGraceAndEndsThen() {
    ledger.open(1, TTL);
    begin();
    run(TTL);
    assertEquals(List.of(), graces.asked);
    run(GRACE);
    assertTrue(lives(1));
    assertEquals(List.of(1L), graces.asked, "nobody is asked before the time is over");
    run(3 * STEP);
    assertFalse(lives(1));
    assertEquals(List.of(1L), graces.gone);
    assertEquals(0, expiry.known());
  }

  @Test
  void aSignOfLifeIsToldOnceAndAgainAfterASilence() {
    ledger.open(1, TTL);
    begin();
    expiry.heard(1);
    expiry.heard(1);
    assertEquals(List.of(1L), graces.heard);
    run(TTL + 4 * STEP);
    assertEquals(List.of(1L), graces.asked);
    expiry.heard(1);
    expiry.heard(1);
    assertEquals(List.of(1L, 1L), graces.heard);
  }

  @Test
  void whoIsHeardOfAgainIsAskedForAfterTheNextTtlAndNotAfterTheGraceThatIsOver() {
    ledger.open(1, TTL);
    begin();
    run(TTL + 4 * STEP);
    expiry.heard(1);
    run(TTL + 5 * STEP);
    assertEquals(List.of(1L, 1L), graces.asked);
    assertTrue(lives(1));
    run(GRACE);
    assertFalse(lives(1));
  }

  @Test
  void theTimeInWhichNobodyCouldBeHeardIsNoSilence() {
    ledger.open(1, TTL);
    begin();
    run(TTL + 2 * STEP);
    log.stall();
    run(10 * GRACE);
    log.resume();
    run(STEP);
    assertTrue(lives(1));
    run(2 * GRACE);
    assertFalse(lives(1));
  }

  @Test
  void aSessionIsKnownAsSoonAsItIsHeardOf() {
    begin();
    ledger.open(1, TTL);
    expiry.heard(1);
    assertEquals(1, expiry.known());
    expiry.end();
    expiry.heard(1);
    assertEquals(0, expiry.known(), "whoever does not lead knows nobody");
  }

  @Test
  void moreThanOneTickLooksAtAreAllFoundAndForgotten() {
    int many = 2 * SessionExpiry.LOOKED_AT_MAX + 10;
    for (long id = 1; id <= many; id++) {
      ledger.open(id, 10 * TTL);
    }
    begin();
    assertEquals(SessionExpiry.LOOKED_AT_MAX, expiry.known());
    run(2 * STEP);
    assertEquals(many, expiry.known());
    for (long id = 1; id <= many; id += 100) {
      log.submitElsewhere(new Command.CloseSessions(List.of(), List.of(id)));
    }
    run(3 * STEP);
    assertEquals(log.local().sessions().size(), expiry.known());
  }
}

package dev.muster.duty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.ledger.LocalLedger;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeReaperTest {
  private static final long TTL = 10_000;
  private long clockMillis = 1_000_000;
  private final LocalLedger log = new LocalLedger(() -> clockMillis, Runnable::run);
  private final LeadingLedger ledger = new LeadingLedger(log, "n1");
  private final NodeReaper reaper =
      new NodeReaper(ledger, path -> path.isAtOrUnder(Path.of("/short")), () -> clockMillis);

  @AfterEach
  void close() {
    log.close();
  }

  private void begin() {
    Command claim = Tenure.claim(log.local(), "n1", 1);
    reaper.begin(new Tenure(((Reply.Done) log.submitElsewhere(claim)).revision()));
  }

  private void after(long millis) {
    clockMillis += millis;
    reaper.tick(0);
  }

  private boolean exists(String path) {
    return log.local().tree().find(Path.of(path)) != null;
  }

  private void set(String path) {
    ledger.done(
        new Command.Transact(
            List.of(), List.of(new Change.SetData(Path.of(path), Bytes.utf8("x")))));
  }

  private void delete(String path) {
    ledger.done(new Command.Transact(List.of(), List.of(new Change.Delete(Path.of(path)))));
  }

  @Test
  void aContainerThatIsShortLivedGoesWithItsLastChild() {
    ledger.create("/short", Life.persistent());
    ledger.create("/short/empty", Life.container());
    ledger.create("/short/left", Life.container());
    ledger.create("/short/left/child", Life.persistent());
    ledger.create("/other", Life.container());
    ledger.create("/other/child", Life.persistent());
    begin();
    delete("/short/left/child");
    delete("/other/child");
    after(1);
    assertFalse(exists("/short/left"));
    assertTrue(exists("/other"), "somebody may be about to fill it again");
    assertTrue(exists("/short/empty"), "nobody has filled it yet");
  }

  @Test
  void aTtlNodeEndsWhenNobodyHasSetItForItsTime() {
    ledger.create("/set", new Life.Ttl(TTL));
    ledger.create("/left", new Life.Ttl(TTL));
    begin();
    after(TTL);
    assertTrue(exists("/left"), "not before its time is over");
    set("/set");
    after(1);
    assertFalse(exists("/left"));
    assertTrue(exists("/set"));
    after(TTL);
    assertFalse(exists("/set"));
  }

  @Test
  void aTtlNodeWithChildrenStaysUntilTheyHaveBeenGoneForItsTime() {
    ledger.create("/t", new Life.Ttl(TTL));
    ledger.create("/t/child", Life.persistent());
    begin();
    after(10 * TTL);
    assertTrue(exists("/t"));
    delete("/t/child");
    after(TTL);
    assertTrue(exists("/t"));
    after(1);
    assertFalse(exists("/t"));
  }

  @Test
  void aContainerEndsAfterItsLastChildButNotBeforeItsFirst() {
    ledger.create("/c", new Life.Container());
    ledger.create("/new", new Life.Container());
    ledger.create("/c/child", Life.persistent());
    begin();
    after(10 * NodeReaper.CONTAINER_GRACE_MILLIS);
    assertTrue(exists("/c"));
    delete("/c/child");
    after(NodeReaper.CONTAINER_GRACE_MILLIS);
    assertTrue(exists("/c"));
    after(1);
    assertFalse(exists("/c"));
    assertTrue(exists("/new"));
  }

  @Test
  void whatIsUsedAgainMeanwhileStays() {
    ledger.create("/set", new Life.Ttl(TTL));
    ledger.create("/filled", new Life.Ttl(TTL));
    ledger.create("/anew", new Life.Ttl(TTL));
    begin();
    ledger.slow();
    after(TTL + 1);
    set("/set");
    ledger.create("/filled/child", Life.persistent());
    delete("/anew");
    ledger.create("/anew", new Life.Ttl(TTL));
    ledger.arrive();
    assertTrue(exists("/set") && exists("/filled") && exists("/anew"));
  }

  @Test
  void aReplacedLeaderDeletesNothing() {
    ledger.create("/t", new Life.Ttl(TTL));
    begin();
    ledger.slow();
    after(TTL + 1);
    log.submitElsewhere(Tenure.claim(log.local(), "n2", 2));
    ledger.arrive();
    assertTrue(exists("/t"));
  }

  @Test
  void manyAreDeletedABoundedNumberAtATime() {
    int count = 2 * NodeReaper.COMMANDS_UNDER_WAY_MAX + 10;
    for (int i = 0; i < count; i++) {
      ledger.create("/t" + i, new Life.Ttl(TTL));
    }
    begin();
    ledger.slow();
    after(TTL + 1);
    after(0);
    assertEquals(NodeReaper.COMMANDS_UNDER_WAY_MAX, ledger.submitted.size());
    for (int i = 0; i < 4; i++) {
      ledger.arrive();
      ledger.slow();
      after(0);
    }
    ledger.arrive();
    assertEquals(0, log.local().tree().perishable().size());
    assertEquals(count, ledger.submitted.size(), "each is deleted once");
  }

  @Test
  void aTickLooksAtABoundedNumberAndTheNextGoesOnBehindThem() {
    for (int i = 0; i < NodeReaper.LOOKED_AT_MAX; i++) {
      ledger.create("/a" + i, new Life.Ttl(100 * TTL));
    }
    ledger.create("/z", new Life.Ttl(TTL));
    begin();
    after(TTL + 1);
    assertTrue(exists("/z"));
    after(0);
    assertFalse(exists("/z"));
    ledger.create("/a", new Life.Ttl(TTL));
    after(TTL + 1); // from the beginning again
    assertFalse(exists("/a"));
  }

  @Test
  void anAnswerToAnEarlierTenureIsNotTakenForOneToThis() {
    ledger.create("/t", new Life.Ttl(TTL));
    begin();
    ledger.slow();
    after(TTL + 1);
    reaper.end();
    begin();
    after(0);
    assertEquals(2, ledger.submitted.size(), "one in each tenure");
    ledger.firstArrives(); // refused
    after(0);
    assertEquals(2, ledger.submitted.size(), "this tenure's own is still under way");
    ledger.arrive();
    assertFalse(exists("/t"));
  }

  @Test
  void theNextTenureStartsAnew() {
    ledger.create("/t", new Life.Ttl(TTL));
    begin();
    ledger.slow();
    after(TTL + 1);
    reaper.end();
    begin();
    ledger.arrive(); // refused
    assertTrue(exists("/t"));
    after(0);
    assertFalse(exists("/t"));
  }
}

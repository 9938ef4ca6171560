package dev.muster.duty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Feature;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Refusal;
import dev.muster.core.Reply;
import dev.muster.ledger.LocalLedger;
import dev.muster.ledger.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DutiesTest {
  private final LocalLedger log = new LocalLedger(() -> 1_000, Runnable::run);
  private final LeadingLedger one = new LeadingLedger(log, "n1");
  private final LeadingLedger two = new LeadingLedger(log, "n2");
  private final Recorder first = new Recorder();
  private final Recorder second = new Recorder();
  private final Duties duties = new Duties(one, List.of(first));
  private final Duties others = new Duties(two, List.of(second));
  private long clockMillis = 5_000;

  @AfterEach
  void close() {
    duties.close();
    others.close();
    log.close();
  }

  private void tick(Duties ticking, long elapsedMillis) {
    clockMillis += elapsedMillis;
    ticking.tick(TimeUnit.MILLISECONDS.toNanos(clockMillis));
  }

  @Test
  void whoeverLeadsClaimsAndBegins() {
    tick(duties, 0);
    assertEquals(List.of("begin", "tick 0"), first.calls);
    assertTrue(log.local().settings().has(Feature.BASELINE));
    assertEquals(
        "n1 term 1", claimed().data().utf8().strip(), "an operator can read who does the duties");
    tick(duties, 250);
    assertEquals("tick 250", first.last());
  }

  private Node claimed() {
    Node node = log.local().tree().find(Tenure.PATH);
    assertNotNull(node);
    return node;
  }

  @Test
  void whoeverDoesNotLeadDoesNothing() {
    one.leads("n2", 1);
    tick(duties, 0);
    one.leads(null, 2);
    tick(duties, 250);
    assertEquals(List.of(), first.calls);
    assertEquals(List.of(), one.submitted);
  }

  @Test
  void aPauseOfTheProcessIsNotCounted() {
    tick(duties, 0);
    tick(duties, 250);
    tick(duties, 60_000);
    assertEquals("tick " + (250 + Duties.TICK_COUNTED_MILLIS_MAX), first.last());
  }

  @Test
  void aNewTermIsANewTenure() {
    tick(duties, 0);
    Tenure before = first.tenure;
    one.leads("n1", 2);
    tick(duties, 250);
    assertEquals(List.of("begin", "tick 0", "end", "begin", "tick 0"), first.calls);
    assertTrue(first.tenure.claimedRevision() > before.claimedRevision());
  }

  @Test
  void whatAReplacedLeaderHasUnderWayIsRefused() {
    tick(duties, 0);
    one.open(7, 2_000);
    Command late = new Command.CloseSessions(List.of(first.tenure.fence()), List.of(7L));
    two.leads("n2", 2);
    tick(others, 0);
    Reply.Refused refused = assertInstanceOf(Reply.Refused.class, log.submitElsewhere(late));
    assertEquals(Refusal.REVISION_CONFLICT, refused.why());
    assertTrue(log.local().sessions().containsKey(7L));
    one.leads("n2", 2);
    tick(duties, 250);
    assertEquals("end", first.last());
  }

  @Test
  void aClaimThatArrivesLateDoesNotLockOutTheNextLeader() {
    one.slow();
    tick(duties, 0);
    one.leads("n2", 2);
    two.leads("n2", 2);
    tick(others, 0);
    one.arrive();
    tick(duties, 250);
    tick(others, 250);
    assertEquals(List.of(), first.calls);
    one.open(7, 2_000);
    assertInstanceOf(
        Reply.Done.class,
        log.submitElsewhere(
            new Command.CloseSessions(List.of(second.tenure.fence()), List.of(7L))));
  }

  @Test
  void aClaimThatWasOvertakenIsMadeAgain() {
    one.slow();
    tick(duties, 0);
    tick(others, 0); // n2's, agreed on before n1's
    one.arrive();
    tick(duties, 250); // refused
    tick(duties, 250);
    assertEquals(List.of("begin", "tick 0"), first.calls);
  }

  @Test
  void aLeaderWhoseClaimIsGoneClaimsAgain() {
    tick(duties, 0);
    log.submitElsewhere(new Command.Transact(List.of(), List.of(new Change.Delete(Tenure.PATH))));
    tick(duties, 250);
    assertEquals(List.of("begin", "tick 0", "end", "begin", "tick 0"), first.calls);
  }

  @Test
  void aClaimThatNoMajorityAnsweredIsMadeAgain() {
    log.stall();
    tick(duties, 0);
    tick(duties, 250);
    assertEquals(1, claims(), "one claim at a time");
    log.giveUp(UnavailableException.Outcome.UNKNOWN);
    tick(duties, 250);
    tick(duties, 250);
    log.resume(); // both happen: the second is refused
    tick(duties, 250);
    tick(duties, 250);
    tick(duties, 250);
    assertEquals("begin", first.calls.get(0));
    assertEquals(first.tenure.claimedRevision(), claimed().stat().modifiedRevision());
  }

  private long claims() {
    return one.submitted.stream().filter(Command.Transact.class::isInstance).count();
  }

  @Test
  void aFullDataBudgetDoesNotKeepTheNextLeaderFromItsDuties() {
    tick(duties, 0);
    log.submitElsewhere(new Command.SetDataBudget(Limits.DATA_BUDGET_BYTES_MIN));
    one.put("/full");
    long room = Limits.DATA_BUDGET_BYTES_MIN - log.local().tree().root().subtreeBytes();
    one.done(
        new Command.Transact(
            List.of(),
            List.of(new Change.SetData(Path.of("/full"), Bytes.wrap(new byte[(int) room])))));
    LeadingLedger longName = new LeadingLedger(log, "a-node-with-a-longer-name");
    longName.leads("a-node-with-a-longer-name", 123_456_789);
    try (Duties next = new Duties(longName, List.of(second))) {
      tick(next, 0);
    }
    assertEquals(List.of("begin", "tick 0"), second.calls);
  }

  @Test
  void aDutyThatFailsDoesNotStopTheOthers() {
    Duty failing =
        new Duty() {
          @Override
          public void begin(Tenure tenure) {
            throw new IllegalStateException("on purpose");
          }

          @Override
          public void tick(long tenureMillis) {
            throw new StackOverflowError("on purpose");
          }

          @Override
          public void end() {
            throw new IllegalStateException("on purpose");
          }
        };
    try (Duties both = new Duties(one, List.of(failing, first))) {
      tick(both, 0);
      one.leads("n2", 2);
      tick(both, 250);
    }
    assertEquals(List.of("begin", "tick 0", "end"), first.calls);
  }

  private static final class Recorder implements Duty {
    final List<String> calls = new ArrayList<>();
    Tenure tenure = new Tenure(-1);

    @Override
    public void begin(Tenure newTenure) {
      calls.add("begin");
      tenure = newTenure;
    }

    @Override
    public void tick(long tenureMillis) {
      calls.add("tick " + tenureMillis);
    }

    @Override
    public void end() {
      calls.add("end");
    }

    String last() {
      return calls.get(calls.size() - 1);
    }
  }
}

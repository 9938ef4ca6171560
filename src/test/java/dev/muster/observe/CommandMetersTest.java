package dev.muster.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.muster.core.Bytes;
import dev.muster.core.Command;
import dev.muster.core.Refusal;
import dev.muster.core.Reply;
import dev.muster.ledger.UnavailableException.Outcome;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CommandMetersTest {
  private static final Command TRANSACT = new Command.Transact(List.of(), List.of());
  private static final Command OPEN = new Command.OpenSession(1, 5_000, "me", Bytes.EMPTY);
  private static final Reply DONE = new Reply.Done(1, List.of());

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final CommandMeters meters = new CommandMeters(registry);

  private Timer commands(String kind, String outcome) {
    return registry.get("muster.commands").tag("kind", kind).tag("outcome", outcome).timer();
  }

  @Test
  void commandsAreTimedByKindAndOutcome() {
    meters.answered(TRANSACT, DONE, TimeUnit.MILLISECONDS.toNanos(3));
    meters.answered(TRANSACT, DONE, TimeUnit.MILLISECONDS.toNanos(4));
    meters.answered(
        TRANSACT,
        new Reply.Refused(Refusal.NO_NODE, 0, "no", -1),
        TimeUnit.MILLISECONDS.toNanos(5));
    meters.answered(OPEN, DONE, TimeUnit.MILLISECONDS.toNanos(6));
    assertEquals(2, commands("Transact", "done").count());
    assertEquals(7, commands("Transact", "done").totalTime(TimeUnit.MILLISECONDS), 1e-6);
    assertEquals(5, commands("Transact", "no_node").totalTime(TimeUnit.MILLISECONDS), 1e-6);
    assertEquals(1, commands("OpenSession", "done").count());
    assertEquals(3, registry.get("muster.commands").timers().size());
  }

  @Test
  void whatNoMajorityAnsweredIsCountedByWhatIsKnownOfIt() {
    meters.unavailable(Outcome.UNKNOWN);
    meters.unavailable(Outcome.UNKNOWN);
    meters.unavailable(Outcome.NOT_DONE);
    assertEquals(2, unavailable("unknown"));
    assertEquals(1, unavailable("not_done"));
  }

  private double unavailable(String outcome) {
    return registry.get("muster.commands.unavailable").tag("outcome", outcome).counter().count();
  }

  @Test
  void entriesAndTheDiskAreMeasured() {
    meters.batched(10, 1_000);
    meters.batched(30, 5_000);
    meters.forced(TimeUnit.MILLISECONDS.toNanos(2));
    assertEquals(2, registry.get("muster.entry.commands").summary().count());
    assertEquals(40, registry.get("muster.entry.commands").summary().totalAmount());
    assertEquals(6_000, registry.get("muster.entry.size").summary().totalAmount());
    assertEquals(2, registry.get("muster.fsync").timer().totalTime(TimeUnit.MILLISECONDS), 1e-6);
  }
}

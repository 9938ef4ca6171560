package dev.muster.observe;

import dev.muster.core.Command;
import dev.muster.core.Reply;
import dev.muster.ledger.LedgerListener;
import dev.muster.ledger.UnavailableException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Meters of the commands of this node, of the entries they travel in, and of its disk. */
@Singleton
public class CommandMeters implements LedgerListener {
  /** What tells one timer from another: the command's kind, and what became of it. */
  private record Key(Class<? extends Command> kind, String outcome) {}

  private final MeterRegistry registry;
  private final Map<Key, Timer> commands = new ConcurrentHashMap<>();
  private final Map<UnavailableException.Outcome, Counter> unavailable = new ConcurrentHashMap<>();
  private final DistributionSummary entryCommands;
  private final DistributionSummary entryBytes;
  private final Timer fsync;

  CommandMeters(MeterRegistry registry) {
    this.registry = registry;
    this.entryCommands =
        DistributionSummary.builder("muster.entry.commands")
            .description("Commands of this node in one entry of the log")
            .register(registry);
    this.entryBytes =
        DistributionSummary.builder("muster.entry.size")
            .description("Size of this node's entries of the log")
            .baseUnit("bytes")
            .register(registry);
    this.fsync =
        Timer.builder("muster.fsync")
            .description("Forcing this node's log to disk")
            .publishPercentiles(0.5, 0.99)
            .register(registry);
  }

  @Override
  public void answered(Command command, Reply reply, long nanos) {
    String outcome =
        reply instanceof Reply.Refused refused
            ? refused.why().name().toLowerCase(Locale.ROOT)
            : "done";
    commands
        .computeIfAbsent(new Key(command.getClass(), outcome), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Key key) {
    return Timer.builder("muster.commands")
        .description("Commands of this node, from submission to application on this node")
        .tag("kind", key.kind.getSimpleName())
        .tag("outcome", key.outcome)
        .publishPercentiles(0.5, 0.99)
        .register(registry);
  }

  @Override
  public void unavailable(UnavailableException.Outcome outcome) {
    unavailable
        .computeIfAbsent(
            outcome,
            known ->
                Counter.builder("muster.commands.unavailable")
                    .description("Commands and reads of this node that no majority answered")
                    .tag("outcome", known.name().toLowerCase(Locale.ROOT))
                    .register(registry))
        .increment();
  }

  @Override
  public void batched(int count, int bytes) {
    entryCommands.record(count);
    entryBytes.record(bytes);
  }

  @Override
  public void forced(long nanos) {
    fsync.record(nanos, TimeUnit.NANOSECONDS);
  }
}

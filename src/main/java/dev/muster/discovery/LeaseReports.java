package dev.muster.discovery;

import dev.muster.core.Node;
import dev.muster.ledger.Ledger;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What instances tell of themselves with their heartbeats. Methods return at once, from any thread;
 * futures end as {@link Ledger}'s do, and with {@link DiscoveryException} where the answer is no.
 */
public final class LeaseReports {
  private final Ledger ledger;
  private final Verdicts verdicts;
  private final LongSupplier clockMillis;

  public LeaseReports(Ledger ledger, Verdicts verdicts, LongSupplier clockMillis) {
    this.ledger = ledger;
    this.verdicts = verdicts;
    this.clockMillis = clockMillis;
  }

  /** What an instance says of its own health. Checked when made. */
  public record Told(Health health, String output) {
    /**
     * Reads what was sent. However much an instance has to say of its trouble, it is alive: what is
     * too long is cut where it is kept.
     *
     * @throws InvalidInstanceException naming the field that is wrong
     */
    public static Told of(@Nullable String status, @Nullable String output) {
      return new Told(health(status), output == null ? "" : output);
    }

    private static Health health(@Nullable String status) {
      return switch (status == null ? "" : status) {
        case "pass" -> Health.PASSING;
        case "warn" -> Health.WARNING;
        case "fail" -> Health.CRITICAL;
        default -> throw new InvalidInstanceException("status", "is 'pass', 'warn' or 'fail'");
      };
    }
  }

  /**
   * What became of what an instance said.
   *
   * @param isNews whether it said something else before
   * @param heldBackMillis for how much longer that it is better is not believed; see {@link
   *     FlapDamping}. It should say so again then.
   */
  public record Heard(boolean isNews, long heldBackMillis) {}

  /** An instance says how it does. What it said before is nothing new, and writes nothing. */
  public CompletableFuture<Heard> tell(InstanceKey key, Told told) {
    AtomicLong heldBackMillis = new AtomicLong();
    return tellOnce(key, told, heldBackMillis)
        .thenCompose(
            outcome ->
                outcome == Verdicts.Outcome.WRITTEN
                    ? CompletableFuture.completedFuture(outcome)
                    // What it told another node a moment ago may not be here yet.
                    : ledger.fresh().thenCompose(fresh -> tellOnce(key, told, heldBackMillis)))
        .thenApply(
            outcome ->
                switch (outcome) {
                  case WRITTEN -> new Heard(heldBackMillis.get() == 0, heldBackMillis.get());
                  case UNCHANGED -> new Heard(false, heldBackMillis.get());
                  case GONE -> throw DiscoveryException.unknownInstance(key);
                });
  }

  /**
   * @param heldBackMillis takes what was decided last
   */
  private CompletableFuture<Verdicts.Outcome> tellOnce(
      InstanceKey key, Told told, AtomicLong heldBackMillis) {
    Node node = ledger.local().tree().find(key.path());
    return node == null
        ? CompletableFuture.completedFuture(Verdicts.Outcome.GONE)
        : verdicts.update(
            key, node.stat().createdRevision(), status -> told(status, told, heldBackMillis));
  }

  /** That it says anything ends its silence, unless it comes and goes. */
  private InstanceStatus told(InstanceStatus status, Told told, AtomicLong heldBackMillis) {
    long now = clockMillis.getAsLong();
    InstanceStatus heard =
        status
            .with(InstanceStatus.HEARTBEAT, told.health(), told.output(), now)
            .with(InstanceStatus.LEASE, Health.PASSING, LeaseVerdicts.HEARD_AGAIN, now);
    boolean isBetter = heard.health().compareTo(status.health()) < 0;
    long hold =
        isBetter && status.kept() == null ? FlapDamping.leftMillis(status.history(), now) : 0;
    heldBackMillis.set(hold);
    if (hold > 0) {
      return status;
    }
    return heard.kept() == null ? heard : heard.withKept(null);
  }
}

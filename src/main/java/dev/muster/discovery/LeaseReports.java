package dev.muster.discovery;

import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.RefusedException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is told about leases: by instances with their heartbeats, and by operators who know better
 * than the guard that protects a service. Methods return at once, from any thread; futures end as
 * {@link Ledger}'s do, and with {@link DiscoveryException} or {@link RefusedException} where the
 * answer is no.
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
     * Reads what was sent.
     *
     * @throws InvalidInstanceException naming the field that is wrong
     * @throws dev.muster.core.LimitExceededException if the output is too long
     */
    public static Told of(@Nullable String status, @Nullable String output) {
      String text = output == null ? "" : output;
      Limits.atMost(
          "heartbeat.output",
          Texts.utf8Length(text),
          DiscoveryLimits.HEARTBEAT_OUTPUT_BYTES_MAX,
          "bytes");
      return new Told(health(status), text);
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
   * An instance says how it does. What it said before is nothing new, and writes nothing.
   *
   * @return whether that was news
   */
  public CompletableFuture<Boolean> tell(InstanceKey key, Told told) {
    Node node = ledger.local().tree().find(key.path());
    if (node == null) {
      return CompletableFuture.failedFuture(DiscoveryException.unknownInstance(key));
    }
    return verdicts
        .update(key, node.stat().createdRevision(), status -> told(status, told))
        .thenApply(
            outcome ->
                switch (outcome) {
                  case WRITTEN -> true;
                  case UNCHANGED -> false;
                  case GONE -> throw DiscoveryException.unknownInstance(key);
                });
  }

  /** That it says anything ends its silence. */
  private InstanceStatus told(InstanceStatus status, Told told) {
    long now = clockMillis.getAsLong();
    InstanceStatus heard =
        Leases.isLapsed(status)
            ? status.with(InstanceStatus.LEASE, Health.PASSING, Leases.HEARD_AGAIN, now)
            : status;
    InstanceStatus after = heard.with(InstanceStatus.LEASE, told.health(), told.output(), now);
    return after.kept() == null ? after : after.withKept(null);
  }

  /**
   * Ends the protection of a service: those of it that are silent have their grace from now on.
   *
   * @return the revision; also where there was none
   */
  public CompletableFuture<Long> endProtection(String namespace, String service) {
    Path path = Protection.pathOf(InstanceKey.servicePath(namespace, service));
    Path namespacePath = InstanceKey.namespacePath(namespace);
    return ledger
        .fresh()
        .thenCompose(state -> endProtection(state, namespace, namespacePath, path));
  }

  private CompletableFuture<Long> endProtection(
      State state, String namespace, Path namespacePath, Path path) {
    if (state.tree().find(namespacePath) == null) {
      return CompletableFuture.failedFuture(DiscoveryException.unknownNamespace(namespace));
    }
    Node node = state.tree().find(path);
    if (node == null) {
      return CompletableFuture.completedFuture(state.revision());
    }
    return ledger
        .submit(
            new Command.Transact(
                List.of(new Guard.Created(path, node.stat().createdRevision())),
                List.of(new Change.Delete(path))))
        .thenApply(
            reply -> {
              if (reply instanceof Reply.Done done) {
                return done.revision();
              }
              return switch (((Reply.Refused) reply).why()) {
                case NO_NODE, REVISION_CONFLICT -> ledger.local().revision(); // it has just ended
                default -> throw new RefusedException((Reply.Refused) reply);
              };
            });
  }
}

package dev.muster.discovery;

import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes what was found out about instances. Whoever looks after instances (the leader after their
 * leases, every node after the active checks that it runs) tells it here; only what changes
 * something is written. Methods return at once, from any thread; futures end as {@link Ledger}'s
 * do.
 *
 * <p>Each write is guarded by the very registration that was looked at, and by the status that was
 * read: of two that are told at once, the second is worked out again.
 */
public final class Verdicts {
  private final Ledger ledger;
  private final LongSupplier clockMillis;

  /**
   * @param clockMillis the clock that entries are stamped with, for people to read
   */
  public Verdicts(Ledger ledger, LongSupplier clockMillis) {
    this.ledger = ledger;
    this.clockMillis = clockMillis;
  }

  /** What became of a verdict. */
  public enum Outcome {
    WRITTEN,
    /** It was so before. */
    UNCHANGED,
    /** The registration that was looked at is over. */
    GONE
  }

  /**
   * Something that was found out.
   *
   * @param createdRevision of the instance's node: which registration this is about
   * @param component {@link InstanceStatus#LEASE}, {@link InstanceStatus#HEARTBEAT}, or {@link
   *     InstanceStatus#CHECK} and an id
   */
  public record Finding(
      InstanceKey key, long createdRevision, String component, Health health, String output) {}

  /** Writes one finding. */
  public CompletableFuture<Outcome> report(Finding finding) {
    return update(
        finding.key(),
        finding.createdRevision(),
        status ->
            status.with(
                finding.component(), finding.health(), finding.output(), clockMillis.getAsLong()));
  }

  /**
   * Changes the status of an instance.
   *
   * @param change may be called several times, on several threads; the same status for no change
   */
  public CompletableFuture<Outcome> update(
      InstanceKey key, long createdRevision, UnaryOperator<InstanceStatus> change) {
    return update(key, createdRevision, List.of(), change);
  }

  /**
   * As above, while something else holds as well; where it does not, the answer is {@link
   * Outcome#GONE}.
   */
  CompletableFuture<Outcome> update(
      InstanceKey key,
      long createdRevision,
      List<Guard> further,
      UnaryOperator<InstanceStatus> change) {
    return attempt(key, createdRevision, further, change, 1);
  }

  private CompletableFuture<Outcome> attempt(
      InstanceKey key,
      long createdRevision,
      List<Guard> further,
      UnaryOperator<InstanceStatus> change,
      int number) {
    Update update = Update.of(ledger.local(), key, createdRevision, change);
    if (update == null) {
      return CompletableFuture.completedFuture(Outcome.GONE);
    }
    if (update.change() == null) {
      return CompletableFuture.completedFuture(Outcome.UNCHANGED);
    }
    List<Guard> guards = new ArrayList<>(update.guards());
    guards.addAll(further);
    return ledger
        .submit(new Command.Transact(guards, List.of(update.change())))
        .thenCompose(
            reply -> {
              if (!(reply instanceof Reply.Refused refused)) {
                return CompletableFuture.completedFuture(Outcome.WRITTEN);
              }
              return switch (refused.why()) {
                case NO_NODE, NODE_EXISTS, REVISION_CONFLICT ->
                    CompletableFuture.completedFuture(Outcome.GONE);
                case VERSION_CONFLICT ->
                    number < DiscoveryLimits.ATTEMPTS_MAX
                        ? attempt(key, createdRevision, further, change, number + 1)
                        : CompletableFuture.failedFuture(DiscoveryException.contention(key));
                default -> CompletableFuture.failedFuture(new RefusedException(refused));
              };
            });
  }

  /**
   * Writes many findings in few transactions. Where another one got in between, a transaction is
   * refused as a whole; the next look finds what is left to be done.
   *
   * @param fences guard each transaction in addition
   * @param further changes that the first transaction makes as well
   * @param findings of different instances
   * @param alongside changes each status in the same go; absent for nothing else
   * @return how many changes were made
   */
  public CompletableFuture<Integer> reportAll(
      List<Guard> fences,
      List<Change> further,
      List<Finding> findings,
      @Nullable UnaryOperator<InstanceStatus> alongside) {
    State state = ledger.local();
    long now = clockMillis.getAsLong();
    List<CompletableFuture<Integer>> parts = new ArrayList<>();
    List<Guard> guards = new ArrayList<>(fences);
    List<Change> changes = new ArrayList<>(further);
    for (Finding finding : findings) {
      UnaryOperator<InstanceStatus> change =
          status -> {
            InstanceStatus found =
                status.with(finding.component(), finding.health(), finding.output(), now);
            return alongside == null ? found : alongside.apply(found);
          };
      Update update = Update.of(state, finding.key(), finding.createdRevision(), change);
      if (update == null || update.change() == null) {
        continue;
      }
      guards.addAll(update.guards());
      changes.add(update.change());
      if (changes.size() == Limits.TRANSACTION_CHANGES_MAX
          || guards.size() + 2 > Limits.TRANSACTION_GUARDS_MAX) {
        parts.add(submit(guards, changes));
        guards = new ArrayList<>(fences);
        changes = new ArrayList<>();
      }
    }
    if (!changes.isEmpty()) {
      parts.add(submit(guards, changes));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenApply(all -> parts.stream().mapToInt(CompletableFuture::join).sum());
  }

  private CompletableFuture<Integer> submit(List<Guard> guards, List<Change> changes) {
    return ledger
        .submit(new Command.Transact(guards, changes))
        .thenApply(reply -> reply instanceof Reply.Done ? changes.size() : 0);
  }

  /** What a change of a status means for its node, as a state has it; no change: nothing to do. */
  private record Update(List<Guard> guards, @Nullable Change change) {

    /** Nothing if the registration is over. */
    static @Nullable Update of(
        State state, InstanceKey key, long createdRevision, UnaryOperator<InstanceStatus> change) {
      Node node = state.tree().find(key.path());
      if (node == null || node.stat().createdRevision() != createdRevision) {
        return null;
      }
      InstanceStatus before = InstanceStatus.of(node);
      InstanceStatus after = change.apply(before);
      return new Update(
          List.of(
              new Guard.Created(key.path(), createdRevision),
              new Guard.AttributesVersion(key.path(), node.stat().attributesVersion())),
          after.equals(before)
              ? null
              : new Change.SetAttributes(key.path(), after.in(node.attributes())));
    }
  }
}

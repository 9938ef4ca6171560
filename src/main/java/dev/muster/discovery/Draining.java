package dev.muster.discovery;

import dev.muster.core.Node;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Takes single instances out of traffic, while they go on to live, and puts them back. Methods
 * return at once, from any thread; futures end as {@link Discovery}'s do.
 */
public final class Draining {
  private final Ledger ledger;
  private final Verdicts verdicts;
  private final LongSupplier clockMillis;

  /**
   * @param clockMillis the clock that entries are stamped with, for people to read
   */
  public Draining(Ledger ledger, Verdicts verdicts, LongSupplier clockMillis) {
    this.ledger = ledger;
    this.verdicts = verdicts;
    this.clockMillis = clockMillis;
  }

  /**
   * How an instance stands.
   *
   * @param sinceMillis since when it gets no new traffic; absent if it may
   * @param createdRevision since which it is registered
   * @param revision from which on lists have it so, or a later one
   */
  public record Drain(
      InstanceKey key, @Nullable Long sinceMillis, long createdRevision, long revision) {
    /** Whether, in a later state, this very instance is still taken out by it. */
    public boolean stands(State state) {
      Drain now = find(state, key);
      return now != null
          && now.createdRevision == createdRevision
          && sinceMillis != null
          && sinceMillis.equals(now.sinceMillis);
    }
  }

  /** Takes an instance out; one that is out stays out, since when it was. */
  public CompletableFuture<Drain> begin(InstanceKey key) {
    long now = clockMillis.getAsLong();
    return update(
        key, status -> status.drainingSinceMillis() == null ? status.withDraining(now) : status);
  }

  /** Puts an instance back. */
  public CompletableFuture<Drain> end(InstanceKey key) {
    return update(key, status -> status.withDraining(null));
  }

  /** How an instance stands, in a state; absent if it is not registered. */
  public static @Nullable Drain find(State state, InstanceKey key) {
    Node node = state.tree().find(key.path());
    return node == null
        ? null
        : new Drain(
            key,
            InstanceStatus.of(node).drainingSinceMillis(),
            node.stat().createdRevision(),
            node.stat().modifiedRevision());
  }

  private CompletableFuture<Drain> update(InstanceKey key, UnaryOperator<InstanceStatus> change) {
    Drain known = find(ledger.local(), key);
    // What this node does not know may have registered on another node a moment ago.
    return known != null
        ? attempt(key, known, change, 1)
        : ledger.fresh().thenCompose(fresh -> attempt(key, registered(fresh, key), change, 1));
  }

  private CompletableFuture<Drain> attempt(
      InstanceKey key, Drain known, UnaryOperator<InstanceStatus> change, int number) {
    return verdicts
        .update(key, known.createdRevision(), change)
        .thenCompose(
            outcome -> {
              if (outcome == Verdicts.Outcome.WRITTEN) {
                return CompletableFuture.completedFuture(registered(ledger.local(), key));
              }
              // What this node has read may be old, whether that was no change or no instance.
              return ledger
                  .fresh()
                  .thenCompose(
                      fresh -> {
                        Drain now = registered(fresh, key);
                        if (now.equals(known)) {
                          return CompletableFuture.completedFuture(now);
                        }
                        return number < DiscoveryLimits.ATTEMPTS_MAX
                            ? attempt(key, now, change, number + 1)
                            : CompletableFuture.failedFuture(DiscoveryException.contention(key));
                      });
            });
  }

  private static Drain registered(State state, InstanceKey key) {
    Drain found = find(state, key);
    if (found == null) {
      throw DiscoveryException.unknownInstance(key);
    }
    return found;
  }
}

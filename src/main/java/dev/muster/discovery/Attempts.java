package dev.muster.discovery;

import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.RefusedException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Read, decide, submit what is guarded by what was read; and again when a guard did not hold: the
 * refusal came through this node's own log, so the state then shows what was in the way.
 */
final class Attempts {
  private Attempts() {}

  /**
   * Tries until there is an answer, {@link DiscoveryLimits#ATTEMPTS_MAX} times at most.
   *
   * @param attempt answers nothing if another one may help
   */
  static <T> CompletableFuture<T> run(
      Supplier<DiscoveryException> contention, Supplier<CompletableFuture<@Nullable T>> attempt) {
    return run(contention, attempt, 1);
  }

  private static <T> CompletableFuture<T> run(
      Supplier<DiscoveryException> contention,
      Supplier<CompletableFuture<@Nullable T>> attempt,
      int number) {
    return attempt
        .get()
        .thenCompose(
            answer -> {
              if (answer != null) {
                return CompletableFuture.completedFuture(answer);
              }
              return number < DiscoveryLimits.ATTEMPTS_MAX
                  ? run(contention, attempt, number + 1)
                  : CompletableFuture.failedFuture(contention.get());
            });
  }

  /** What this node does not know may have been written on another node a moment ago. */
  static <T> CompletableFuture<@Nullable T> againIfFresh(
      Ledger ledger, Predicate<State> there, DiscoveryException otherwise) {
    return ledger
        .fresh()
        .thenApply(
            fresh -> {
              if (!there.test(fresh)) {
                throw otherwise;
              }
              return null;
            });
  }

  /** Returns where a guard did not hold, so that another try may help. */
  static void throwIfFinal(Reply.Refused refused) {
    switch (refused.why()) {
      case NODE_EXISTS,
          NO_NODE,
          REVISION_CONFLICT,
          VERSION_CONFLICT,
          NO_SESSION,
          SESSION_EXISTS -> {}
      default -> throw new RefusedException(refused);
    }
  }
}

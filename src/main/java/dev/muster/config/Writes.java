package dev.muster.config;

import dev.muster.core.Command;
import dev.muster.core.Refusal;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Read, decide, submit; and again when somebody was faster, a bounded number of times. What is
 * refused by looking at a state is refused only after looking at a fresh one: this node may be
 * behind.
 */
final class Writes {
  static final int ATTEMPTS_MAX = 8;

  private Writes() {}

  /** What to do, seen from one state. */
  sealed interface Decision {
    /** Nothing: this is the answer. */
    record Answer(Outcome outcome) implements Decision {}

    /**
     * To submit this.
     *
     * @param outcome of a reply; absent if another attempt is needed
     */
    record Submit(Command.Transact command, Function<Reply, @Nullable Outcome> outcome)
        implements Decision {}
  }

  static Decision refuse(Outcome.Reason reason, String detail) {
    return refuse(reason, detail, -1);
  }

  static Decision refuse(Outcome.Reason reason, String detail, long actual) {
    return new Decision.Answer(new Outcome.Refused(reason, detail, actual));
  }

  /** Refusals that another attempt would meet again; absent for those that are worth one. */
  static Outcome.@Nullable Refused lasting(Reply.Refused refused) {
    Refusal why = refused.why();
    if (why == Refusal.DATA_BUDGET) {
      return new Outcome.Refused(Outcome.Reason.DATA_BUDGET, refused.detail(), refused.actual());
    }
    if (why == Refusal.SUBTREE_TOO_LARGE) {
      return new Outcome.Refused(
          Outcome.Reason.SUBTREE_TOO_LARGE, refused.detail(), refused.actual());
    }
    return null;
  }

  static CompletableFuture<Outcome> run(Ledger ledger, Function<State, Decision> decide) {
    return run(
        ledger, ATTEMPTS_MAX, state -> CompletableFuture.completedFuture(decide.apply(state)));
  }

  /** As {@link #run(Ledger, Function)}, of decisions that may take their time. */
  static CompletableFuture<Outcome> run(
      Ledger ledger, int attemptsMax, Function<State, CompletableFuture<Decision>> decide) {
    return new Run(ledger, attemptsMax, decide).attempt(ledger.local(), false, 1);
  }

  private record Run(
      Ledger ledger, int attemptsMax, Function<State, CompletableFuture<Decision>> decide) {

    CompletableFuture<Outcome> attempt(State state, boolean fresh, int number) {
      return decide
          .apply(state)
          .thenCompose(
              decision -> {
                if (decision instanceof Decision.Submit submit) {
                  return submit(submit, number);
                }
                return fresh
                    ? CompletableFuture.completedFuture(((Decision.Answer) decision).outcome())
                    : ledger.fresh().thenCompose(now -> attempt(now, true, number));
              });
    }

    private CompletableFuture<Outcome> submit(Decision.Submit submit, int number) {
      return ledger
          .submit(submit.command())
          .thenCompose(
              reply -> {
                Outcome outcome = submit.outcome().apply(reply);
                if (outcome != null) {
                  return CompletableFuture.completedFuture(outcome);
                }
                if (number >= attemptsMax) {
                  return CompletableFuture.completedFuture(
                      new Outcome.Refused(
                          Outcome.Reason.CONTENTION,
                          "others changed the same in between, "
                              + attemptsMax
                              + " times in a row: try again"));
                }
                // This node has applied what refused the attempt, so its state is fresh enough.
                return attempt(ledger.local(), true, number + 1);
              });
    }
  }
}

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
    return attempt(ledger, decide, ledger.local(), false, 1);
  }

  private static CompletableFuture<Outcome> attempt(
      Ledger ledger, Function<State, Decision> decide, State state, boolean fresh, int number) {
    Decision decision = decide.apply(state);
    if (decision instanceof Decision.Answer answer) {
      return fresh
          ? CompletableFuture.completedFuture(answer.outcome())
          : ledger.fresh().thenCompose(now -> attempt(ledger, decide, now, true, number));
    }
    Decision.Submit submit = (Decision.Submit) decision;
    return ledger
        .submit(submit.command())
        .thenCompose(
            reply -> {
              Outcome outcome = submit.outcome().apply(reply);
              if (outcome != null) {
                return CompletableFuture.completedFuture(outcome);
              }
              if (number >= ATTEMPTS_MAX) {
                return CompletableFuture.completedFuture(
                    new Outcome.Refused(
                        Outcome.Reason.CONTENTION,
                        "others changed the same in between, "
                            + ATTEMPTS_MAX
                            + " times in a row: try again"));
              }
              // This node has applied what refused the attempt, so its state is fresh enough.
              return attempt(ledger, decide, ledger.local(), true, number + 1);
            });
  }
}

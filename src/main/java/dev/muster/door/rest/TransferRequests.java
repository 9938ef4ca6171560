package dev.muster.door.rest;

import dev.muster.config.Content;
import dev.muster.config.ContentDiff;
import dev.muster.config.Namespaces;
import dev.muster.config.Outcome;
import dev.muster.config.Publication;
import dev.muster.config.transfer.Bundle;
import dev.muster.config.transfer.Plan;
import dev.muster.config.transfer.TransferException;
import dev.muster.config.transfer.Transfers;
import dev.muster.core.State;
import dev.muster.format.TextDiff;
import dev.muster.ledger.Ledger;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What imports and copies share: a plan, what it would do, and doing it; a few at once. */
@Singleton
final class TransferRequests {
  static final String MODE = "mode";
  static final String DRY_RUN = "dryRun";
  static final String DIFF = "diff";

  /** Each may hold an archive and what is in it. */
  private final InTurn atOnce =
      new InTurn(
          RestLimits.TRANSFERS_AT_ONCE_MAX, Code.TOO_MANY_TRANSFERS, "imports, exports and copies");

  private final Transfers transfers;
  private final Ledger ledger;

  TransferRequests(Transfers transfers, Ledger ledger) {
    this.transfers = transfers;
    this.ledger = ledger;
  }

  /**
   * One item.
   *
   * @param result absent in a dry run, and for what did not change
   */
  public record Step(
      String name,
      String action,
      @Nullable String result,
      @Nullable Long revision,
      @Nullable String problem,
      @Nullable String unified) {}

  /** A file that is no item. */
  public record SkippedFile(String file, String why) {}

  /** What was done, or would be. */
  public record Transfer(
      String namespace,
      boolean dryRun,
      String origin,
      int created,
      int replaced,
      int deleted,
      int unchanged,
      List<Step> steps,
      List<SkippedFile> skipped) {}

  /** How it shall be done. */
  record Wish(
      String namespace,
      Plan.Mode mode,
      boolean dryRun,
      boolean diff,
      Publication publication,
      EntityTag.Condition condition) {
    static Wish of(RoutingContext context, Query query, String namespace) {
      String mode = query.text(MODE, "merge");
      if (!mode.equals("merge") && !mode.equals("mirror")) {
        throw Query.invalid(MODE, "is merge or mirror");
      }
      EntityTag.Condition condition = EntityTag.condition(context);
      if (condition instanceof EntityTag.Condition.Absent) {
        throw new Problem(
            Code.INVALID_HEADER, "this takes If-Match with the ETag of a dry run, or nothing");
      }
      return new Wish(
          namespace,
          Plan.Mode.valueOf(mode.toUpperCase(Locale.ROOT)),
          query.flag(DRY_RUN),
          query.flag(DIFF),
          ConfigProblems.publication(query),
          condition);
    }

    /** Says where it comes from if the client does not say why. */
    Publication publication(Bundle bundle) {
      return publication.message().isEmpty() && !bundle.origin().isEmpty()
          ? new Publication(publication.author(), "from " + bundle.origin())
          : publication;
    }
  }

  static long revision(State state, String namespace) {
    return state.tree().subtreeRevision(Namespaces.configs(namespace));
  }

  Uni<Answer> transfer(
      Wish wish, String prefix, Function<State, Bundle> source, Function<State, Long> tag) {
    return Uni.createFrom()
        .completionStage(ledger::fresh)
        .flatMap(
            state -> {
              ConfigProblems.demand(state, wish.namespace);
              long etag = tag.apply(state);
              if (wish.condition instanceof EntityTag.Condition.Revision wanted
                  && wanted.revision() != etag) {
                throw new Problem(
                        Code.REVISION_CONFLICT,
                        "something has changed since revision " + wanted.revision())
                    .with("actual", etag)
                    .at(state);
              }
              return onWorker(() -> planned(state, wish, prefix, source.apply(state)))
                  .flatMap(planned -> wish.dryRun ? told(state, etag, planned) : done(planned));
            });
  }

  /** A plan that can be done. */
  private record Planned(Wish wish, Bundle bundle, Plan plan, List<Step> steps) {}

  private Planned planned(State state, Wish wish, String prefix, Bundle bundle) {
    Plan plan =
        reading(
            () -> {
              Plan made = Plan.of(state, wish.namespace, prefix, bundle, wish.mode);
              transfers.check(state, wish.namespace, made);
              return made;
            });
    List<Step> steps = new ArrayList<>();
    Diffs diffs = new Diffs(wish.diff ? RestLimits.TRANSFER_DIFF_CHARS_MAX : 0);
    for (Plan.Step step : plan.steps()) {
      String unified = diffs.next(step);
      steps.add(new Step(step.name(), lower(step.action()), null, null, null, unified));
    }
    return new Planned(wish, bundle, plan, steps);
  }

  /** What changes in texts, until it is more than one answer may hold. */
  private static final class Diffs {
    private int charsLeft;

    Diffs(int charsMax) {
      charsLeft = charsMax;
    }

    /** Absent for bytes, for what does not change, and from the first one on that is too much. */
    @Nullable String next(Plan.Step step) {
      if (charsLeft == 0 || step.action() == Plan.Action.UNCHANGED) {
        return null;
      }
      String unified = unified(step);
      if (unified == null) {
        return null;
      }
      if (unified.length() > charsLeft) {
        charsLeft = 0; // one item's is hardly as long as all may be: the rest would not fit either
        return null;
      }
      charsLeft -= unified.length();
      return unified;
    }

    private static @Nullable String unified(Plan.Step step) {
      Bundle.Item after = step.after();
      TextDiff lines =
          ContentDiff.lines(
              step.before() == null ? null : Content.of(step.before()),
              after == null ? null : after.content());
      return lines == null
          ? null
          : lines.unified(
              step.before() == null ? "/dev/null" : step.name(),
              after == null ? "/dev/null" : step.name(),
              3);
    }
  }

  private static Uni<Answer> told(State state, long etag, Planned planned) {
    return Uni.createFrom()
        .item(
            () ->
                Answer.of(200, state)
                    .withEtag(etag)
                    .withJson(transfer(planned, planned.steps, true)));
  }

  private Uni<Answer> done(Planned planned) {
    Wish wish = planned.wish;
    return Uni.createFrom()
        .completionStage(
            () -> transfers.run(wish.namespace, planned.plan, wish.publication(planned.bundle)))
        .map(outcomes -> done(planned, outcomes));
  }

  private Answer done(Planned planned, List<Transfers.Done> outcomes) {
    List<Step> steps = new ArrayList<>();
    int next = 0;
    int refused = 0;
    for (int i = 0; i < planned.steps.size(); i++) {
      Step step = planned.steps.get(i);
      if (planned.plan.steps().get(i).action() == Plan.Action.UNCHANGED) {
        steps.add(step);
        continue;
      }
      Outcome outcome = outcomes.get(next++).outcome();
      refused += outcome instanceof Outcome.Refused ? 1 : 0;
      steps.add(done(step, outcome));
    }
    State state = ledger.local();
    Transfer transfer = transfer(planned, steps, false);
    if (refused > 0) {
      throw new Problem(
              Code.INCOMPLETE_TRANSFER,
              refused
                  + " of "
                  + outcomes.size()
                  + " items were not written; the same request again does what is left")
          .with("transfer", transfer)
          .at(state);
    }
    return Answer.of(200, state).withJson(transfer);
  }

  private static Step done(Step step, Outcome outcome) {
    String result = "refused";
    Long revision = null;
    String problem = null;
    if (outcome instanceof Outcome.Written written) {
      result = ConfigProblems.result(written);
      revision = written.stat().modifiedRevision();
    } else if (outcome instanceof Outcome.Deleted deleted) {
      result = "deleted";
      revision = deleted.revision();
    } else if (outcome instanceof Outcome.Refused refused) {
      problem = refused.detail();
    }
    return new Step(step.name, step.action, result, revision, problem, step.unified);
  }

  private static Transfer transfer(Planned planned, List<Step> steps, boolean dryRun) {
    return new Transfer(
        planned.wish.namespace,
        dryRun,
        planned.bundle.origin(),
        count(planned.plan, Plan.Action.CREATE),
        count(planned.plan, Plan.Action.REPLACE),
        count(planned.plan, Plan.Action.DELETE),
        count(planned.plan, Plan.Action.UNCHANGED),
        steps,
        planned.bundle.skipped().stream()
            .map(skipped -> new SkippedFile(skipped.file(), skipped.why()))
            .toList());
  }

  private static int count(Plan plan, Plan.Action action) {
    return (int) plan.steps().stream().filter(step -> step.action() == action).count();
  }

  /** Refuses what is one too many. */
  Uni<Answer> inTurn(Supplier<Uni<Answer>> work) {
    return atOnce.run(work);
  }

  static <T> Uni<T> onWorker(Supplier<T> work) {
    return Uni.createFrom().item(work).runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }

  static <T> T reading(Supplier<T> work) {
    try {
      return work.get();
    } catch (TransferException invalid) {
      throw new Problem(Code.INVALID_ARCHIVE, invalid.problems().get(0).toString())
          .with("problems", invalid.problems());
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}

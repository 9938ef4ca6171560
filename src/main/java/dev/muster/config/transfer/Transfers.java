package dev.muster.config.transfer;

import dev.muster.config.Configs;
import dev.muster.config.InvalidMetadataException;
import dev.muster.config.MetadataChange;
import dev.muster.config.Outcome;
import dev.muster.config.Precondition;
import dev.muster.config.Publication;
import dev.muster.core.State;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes bundles over into namespaces. All of a bundle is checked before anything is written. Then
 * each item is published in a transaction of its own, which happens only if the item is as it was
 * when the plan was made; the transactions of a large bundle could not be one. So somebody who
 * writes to the same items meanwhile is never overwritten: that step is refused, and the same
 * request again does what is left.
 */
@Singleton
public class Transfers {
  /** So many items are on their way at once: they share entries of the log. */
  private static final int UNDER_WAY_MAX = 32;

  private final Configs configs;

  Transfers(Configs configs) {
    this.configs = configs;
  }

  /** A step, and what became of it. */
  public record Done(Plan.Step step, Outcome outcome) {}

  /**
   * What keeps the plan's new items from being published in this state; may need long.
   *
   * @throws TransferException naming each of them
   */
  public void check(State state, String namespace, Plan plan) {
    List<TransferException.Problem> problems = new ArrayList<>();
    for (Plan.Step step : plan.steps()) {
      Bundle.Item after = step.after();
      if (after != null && step.action() != Plan.Action.UNCHANGED) {
        String fault = fault(state, namespace, after);
        if (fault != null && problems.size() < TransferLimits.PROBLEMS_MAX) {
          problems.add(new TransferException.Problem(step.name(), fault));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new TransferException(problems);
    }
  }

  private @Nullable String fault(State state, String namespace, Bundle.Item item) {
    try {
      Outcome.Refused refused =
          configs.fault(state, namespace, item.name(), item.content(), item.metadata());
      return refused == null ? null : refused.detail();
    } catch (InvalidMetadataException invalid) {
      return invalid.field() + ": " + invalid.getMessage();
    } catch (IllegalArgumentException invalid) {
      return invalid.getMessage();
    }
  }

  /**
   * Does what a plan says, which has been checked.
   *
   * @return every step but those that change nothing, with what became of it. Fails as soon as this
   *     node cannot know what became of one
   */
  public CompletableFuture<List<Done>> run(String namespace, Plan plan, Publication publication) {
    List<Plan.Step> steps =
        plan.steps().stream().filter(step -> step.action() != Plan.Action.UNCHANGED).toList();
    return new Run(namespace, steps, publication).next();
  }

  /** The steps of one plan, some at a time. */
  private final class Run {
    private final String namespace;
    private final List<Plan.Step> steps;
    private final Publication publication;
    private final List<Done> done = new ArrayList<>();

    Run(String namespace, List<Plan.Step> steps, Publication publication) {
      this.namespace = namespace;
      this.steps = steps;
      this.publication = publication;
    }

    CompletableFuture<List<Done>> next() {
      if (done.size() == steps.size()) {
        return CompletableFuture.completedFuture(List.copyOf(done));
      }
      List<Plan.Step> some =
          steps.subList(done.size(), Math.min(steps.size(), done.size() + UNDER_WAY_MAX));
      List<CompletableFuture<Outcome>> outcomes = some.stream().map(this::take).toList();
      return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
          .thenComposeAsync(
              all -> {
                for (int i = 0; i < some.size(); i++) {
                  done.add(new Done(some.get(i), outcomes.get(i).join()));
                }
                return next();
              },
              Infrastructure.getDefaultWorkerPool());
    }

    private CompletableFuture<Outcome> take(Plan.Step step) {
      Precondition precondition =
          step.before() == null
              ? new Precondition.Absent()
              : new Precondition.Modified(step.before().stat().modifiedRevision());
      Bundle.Item after = step.after();
      return after == null
          ? configs.delete(namespace, step.name(), publication, precondition)
          : configs.put(
              namespace,
              step.name(),
              after.content(),
              MetadataChange.to(after.metadata()),
              publication,
              precondition);
    }
  }
}

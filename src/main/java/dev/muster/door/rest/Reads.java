package dev.muster.door.rest;

import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.UnavailableException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Finds the state that a read is to be answered from. */
@Singleton
public class Reads {
  private static final String LOCAL = "local";

  private final Ledger ledger;
  private final Vertx vertx;
  private final Watchers watchers;

  Reads(Ledger ledger, Vertx vertx, Watchers watchers) {
    this.ledger = ledger;
    this.vertx = vertx;
    this.watchers = watchers;
  }

  /**
   * This node's state, or a fresher one: as {@code ?consistency=} and {@code Muster-Min-Revision}
   * ask for. Reads of one node never go back; with the header, neither do reads of several.
   */
  public Uni<State> state(RoutingContext context, Query query) {
    return state(context, query, 0);
  }

  /**
   * As {@link #state(RoutingContext, Query)}, and at least at a revision that the client has seen.
   */
  public Uni<State> state(RoutingContext context, Query query, long seenRevision) {
    long wanted = Math.max(seenRevision, Headers.revision(context, Headers.MIN_REVISION));
    String consistency = query.text(Query.CONSISTENCY, LOCAL);
    return switch (consistency) {
      case LOCAL -> atLeast(context, wanted);
      case "linearizable" ->
          Uni.createFrom()
              .completionStage(ledger::fresh)
              .onFailure()
              .transform(Reads::ofRead)
              .flatMap(
                  state ->
                      state.revision() >= wanted
                          ? Uni.createFrom().item(state)
                          : atLeast(context, wanted));
      default -> throw Query.invalid(Query.CONSISTENCY, "is local or linearizable");
    };
  }

  /** A read changes nothing, so that there is no outcome to be told. */
  private static Throwable ofRead(Throwable failure) {
    Throwable error =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (!(error instanceof UnavailableException)) {
      return failure;
    }
    return new Problem(
            Code.UNAVAILABLE,
            "a linearizable read needs a majority of the members, and this node reaches none now;"
                + " consistency=local answers with what this node has")
        .header("Retry-After", "1");
  }

  /** The state that {@link #state} would give, if it is there already; null if it is not. */
  @Nullable State ready(RoutingContext context, Query query, long seenRevision) {
    if (!query.text(Query.CONSISTENCY, LOCAL).equals(LOCAL)) {
      return null;
    }
    State state = ledger.local();
    long wanted = Math.max(seenRevision, Headers.revision(context, Headers.MIN_REVISION));
    return state.revision() >= wanted ? state : null;
  }

  private Uni<State> atLeast(RoutingContext context, long revision) {
    State state = ledger.local();
    return state.revision() >= revision
        ? Uni.createFrom().item(state)
        : Uni.createFrom().completionStage(() -> reach(context, revision));
  }

  private CompletableFuture<State> reach(RoutingContext context, long revision) {
    Watchers.Place place = watchers.enter(context);
    CompletableFuture<State> reached = ledger.at(revision);
    CompletableFuture<State> answer = new CompletableFuture<>();
    long timer =
        vertx.setTimer(
            RestLimits.MIN_REVISION_WAIT_MILLIS,
            fired -> answer.completeExceptionally(notReached(revision)));
    var unused =
        reached.whenComplete(
            (state, error) -> {
              if (error == null) {
                answer.complete(state);
              } else {
                answer.completeExceptionally(error);
              }
            });
    place.whenDraining(() -> answer.completeExceptionally(notReached(revision)));
    var unusedAfter =
        answer.whenComplete(
            (state, error) -> {
              vertx.cancelTimer(timer);
              reached.cancel(false);
              place.leave();
            });
    return answer;
  }

  private Problem notReached(long revision) {
    return new Problem(
            Code.REVISION_NOT_REACHED,
            "this node has not reached revision "
                + revision
                + "; it is at "
                + ledger.local().revision())
        .with("wanted", revision)
        .with("actual", ledger.local().revision())
        .header("Retry-After", "1");
  }
}

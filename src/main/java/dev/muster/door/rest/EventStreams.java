package dev.muster.door.rest;

import dev.muster.core.Event;
import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import dev.muster.subscriber.Seat;
import dev.muster.watch.Changes;
import dev.muster.watch.Scope;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Server-sent events over {@link Ledger#changes}: begins them, at the right revision. */
@Singleton
public class EventStreams {
  /** The query parameters of a stream. */
  public static final Set<String> PARAMETERS = Set.of(Query.CONSISTENCY, Query.FROM);

  private final Ledger ledger;
  private final Reads reads;
  private final Watchers watchers;
  private final Vertx vertx;
  private final Subscriptions subscriptions;

  EventStreams(
      Ledger ledger, Reads reads, Watchers watchers, Vertx vertx, Subscriptions subscriptions) {
    this.subscriptions = subscriptions;
    this.ledger = ledger;
    this.reads = reads;
    this.watchers = watchers;
    this.vertx = vertx;
  }

  /**
   * Answers with a stream of what changes there: from the revision of {@code Last-Event-ID} or
   * {@code ?from=} on, else from now on.
   *
   * @param check looks at the state first, and throws a {@link Problem} where there is nothing to
   *     watch
   * @param describe an event as the client shall see it; absent for what it shall not
   */
  public Uni<Answer> answer(
      RoutingContext context,
      Query query,
      Look.At where,
      Consumer<State> check,
      Function<Event, @Nullable StreamEvent> describe) {
    return answer(context, query, where, check, describe, Seat.NONE);
  }

  /** As {@link #answer}; whoever follows by it is counted as a subscriber of the path. */
  Uni<Answer> answerSubscriber(
      RoutingContext context,
      Query query,
      Look.At where,
      Consumer<State> check,
      Function<Event, @Nullable StreamEvent> describe) {
    Seat seat = subscriptions.stream(context, where.path(), from(context, query));
    return answer(context, query, where, check, describe, seat).onFailure().invoke(seat::leave);
  }

  private static long from(RoutingContext context, Query query) {
    long lastEventId = Headers.revision(context, Headers.LAST_EVENT_ID);
    return lastEventId >= 0 ? lastEventId : query.number(Query.FROM, -1, 0, Long.MAX_VALUE);
  }

  private Uni<Answer> answer(
      RoutingContext context,
      Query query,
      Look.At where,
      Consumer<State> check,
      Function<Event, @Nullable StreamEvent> describe,
      Seat seat) {
    long from = from(context, query);
    return reads
        .state(context, query, from)
        .flatMap(
            state -> {
              try {
                check.accept(state);
              } catch (Problem problem) {
                throw problem.at(state);
              }
              watchers.demandRoom(context);
              boolean nothingMissed =
                  from < 0 || where.scope().lastTouched(state, where.path()) <= from;
              if (nothingMissed) {
                return Uni.createFrom().item(open(state, where, describe, state.revision(), seat));
              }
              Answer resumed = open(state, where, describe, from, seat);
              return state.tree().find(where.path()) == null
                  ? Uni.createFrom().item(resumed)
                  : unlessForgotten(resumed, where.path(), from);
            });
  }

  /**
   * Something changed below the path since: that it is forgotten is said before the stream begins.
   * Asked of all below, whatever is streamed, for that is known to have changed: what is streamed
   * may not have, and the answer would come with its next change.
   */
  private Uni<Answer> unlessForgotten(Answer stream, Path path, long from) {
    return Uni.createFrom()
        .completionStage(() -> ledger.changes(Scope.SUBTREE, path, from))
        .map(
            changes -> {
              if (changes instanceof Changes.Compacted compacted) {
                throw new Problem(
                        Code.REVISION_GONE,
                        "changes since revision "
                            + from
                            + " are no longer all known; read again, then watch from the"
                            + " Muster-Revision of that answer")
                    .with("oldest", compacted.oldest());
              }
              return stream;
            });
  }

  private Answer open(
      State state,
      Look.At where,
      Function<Event, @Nullable StreamEvent> describe,
      long after,
      Seat seat) {
    return Answer.of(200, state)
        .withHeader("Cache-Control", "no-store")
        .withHeader("X-Accel-Buffering", "no")
        .withStream(
            "text/event-stream",
            routing ->
                new EventStream(
                        routing,
                        vertx,
                        ledger,
                        where,
                        describe,
                        after,
                        watchers,
                        seat,
                        EventStream.Pace.DEFAULT)
                    .begin());
  }
}

package dev.muster.door.rest;

import dev.muster.config.Namespaces;
import dev.muster.config.SharedPaths;
import dev.muster.config.Watchlist;
import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import dev.muster.watch.Changes;
import dev.muster.watch.Scope;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Many items in one poll: answers with those that are something else than what the client has, or
 * waits until one is.
 *
 * <p>What waiting costs does not grow with the items. Up to {@link RestLimits#POLL_PATHS_MAX} of
 * them are waited for each; more, by their namespaces, and then each change in there is looked up
 * in the sorted list of the items. All of them are looked through only before an answer.
 */
@Singleton
public class BatchPolls {
  /** So many items are looked through in less than two milliseconds. */
  private static final int AT_ONCE_ITEMS_MAX = 512;

  private final Ledger ledger;
  private final Reads reads;
  private final Watchers watchers;
  private final EncodedAnswers encoded;
  private final Vertx vertx;
  private final SharedPaths sharedPaths = new SharedPaths();

  BatchPolls(Ledger ledger, Reads reads, Watchers watchers, EncodedAnswers encoded, Vertx vertx) {
    this.ledger = ledger;
    this.reads = reads;
    this.watchers = watchers;
    this.encoded = encoded;
    this.vertx = vertx;
  }

  /**
   * What a client wishes to know.
   *
   * @param seenRevision the newest state that the client was told of; no older one is shown to it
   */
  record Wish(Watchlist list, boolean content, long seenRevision, int waitSeconds) {}

  /** The answer, or how it is waited for; that keeps nothing that it does not need. */
  Uni<Uni<Answer>> answer(RoutingContext context, Query query, Wish wish) {
    long newest = Math.max(wish.seenRevision, wish.list.newest());
    State ready = reads.ready(context, query, newest);
    return ready != null
        ? answer(context, wish, ready)
        : reads.state(context, query, newest).flatMap(state -> answer(context, wish, state));
  }

  private Uni<Uni<Answer>> answer(RoutingContext context, Wish wish, State state) {
    return look(wish, state)
        .map(
            seen ->
                seen.differences.isEmpty() && wish.waitSeconds > 0
                    ? park(context, wish, state)
                    : found(wish, seen));
  }

  private record Seen(State state, List<Watchlist.Difference> differences) {}

  private static Uni<Seen> look(Wish wish, State state) {
    return Workers.run(
        wish.list.size() > AT_ONCE_ITEMS_MAX, () -> new Seen(state, wish.list.differences(state)));
  }

  private Uni<Answer> found(Wish wish, Seen seen) {
    BatchAnswer answer = new BatchAnswer(seen.state, seen.differences, wish.content);
    return Workers.run(answer.isLong(), () -> answer.encode(encoded));
  }

  private Uni<Answer> park(RoutingContext context, Wish wish, State state) {
    int weight = Math.max(1, places(wish.list).size() / 2);
    Context loop = vertx.getOrCreateContext();
    long seenRevision = state.revision();
    Wish kept =
        new Wish(wish.list.shared(sharedPaths), wish.content, wish.seenRevision, wish.waitSeconds);
    return Uni.createFrom()
        .emitter(
            emitter -> {
              WaitingPoll.Setting setting =
                  new WaitingPoll.Setting(
                      vertx, loop, ledger, watchers.enter(context, weight), wish.waitSeconds);
              new Poll(setting, emitter, kept, seenRevision).begin();
            });
  }

  /** Where to wait; never at more than {@link RestLimits#POLL_PATHS_MAX} places. */
  private static List<Look.At> places(Watchlist list) {
    if (list.size() <= RestLimits.POLL_PATHS_MAX) {
      return list.items().stream().map(path -> new Look.At(Scope.NODE, path)).toList();
    }
    List<Path> namespaces = list.namespaces();
    return namespaces.size() <= RestLimits.POLL_PATHS_MAX
        ? namespaces.stream().map(path -> new Look.At(Scope.SUBTREE, path)).toList()
        : List.of(new Look.At(Scope.SUBTREE, Namespaces.CONFIG));
  }

  /** One batch poll that waits. */
  private final class Poll extends WaitingPoll {
    private final Wish wish;

    /** Up to here nothing differs from what the client has. */
    private long seen;

    Poll(
        WaitingPoll.Setting setting,
        UniEmitter<? super Answer> emitter,
        Wish wish,
        long seenRevision) {
      super(setting, emitter);
      this.wish = wish;
      this.seen = seenRevision;
    }

    @Override
    void await() {
      places(wish.list).forEach(where -> follow(where, seen));
    }

    @Override
    void changed(Look.At where, Changes changes) {
      if (where.scope() == Scope.SUBTREE
          && changes instanceof Changes.Batch batch
          && !wish.list.concerns(batch)) {
        follow(where, batch.upTo());
        return;
      }
      unfollow();
      then(look(wish, ledger.local()), this::decide);
    }

    private void decide(Seen now) {
      if (now.differences.isEmpty()) { // created and deleted again
        seen = now.state.revision();
        await();
      } else {
        then(found(wish, now), this::finish);
      }
    }

    @Override
    Answer unchanged() {
      return BatchAnswer.empty(seen);
    }
  }
}

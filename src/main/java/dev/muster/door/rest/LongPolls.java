package dev.muster.door.rest;

import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import dev.muster.subscriber.Seat;
import dev.muster.watch.Changes;
import dev.muster.watch.Scope;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Conditional GET, and waiting for the condition to change: {@code If-None-Match} with {@code
 * Prefer: wait=N}. A poll that waits holds no thread.
 */
@Singleton
public class LongPolls {
  private final Ledger ledger;
  private final Reads reads;
  private final Watchers watchers;
  private final Vertx vertx;
  private final Subscriptions subscriptions;

  LongPolls(
      Ledger ledger, Reads reads, Watchers watchers, Vertx vertx, Subscriptions subscriptions) {
    this.subscriptions = subscriptions;
    this.ledger = ledger;
    this.reads = reads;
    this.watchers = watchers;
    this.vertx = vertx;
  }

  /**
   * Answers a GET: at once with what is seen, unless the client has it; then, if it wishes to wait,
   * as soon as it differs, else 304.
   */
  public Uni<Answer> answer(RoutingContext context, Query query, Look.At where, Look look) {
    return answer(context, query, where, look, Seat.NONE);
  }

  /** As {@link #answer}; whoever follows by it is counted as a subscriber of the path. */
  Uni<Answer> answerSubscriber(RoutingContext context, Query query, Look.At where, Look look) {
    Seat seat = subscriptions.poll(context, query, where.path());
    try {
      return Subscriptions.counted(seat, answer(context, query, where, look, seat));
    } catch (RuntimeException refused) {
      seat.leave();
      throw refused;
    }
  }

  private Uni<Answer> answer(
      RoutingContext context, Query query, Look.At where, Look look, Seat seat) {
    List<Long> known = EntityTag.known(context);
    int waitSeconds = Headers.waitSeconds(context);
    long newest = 0;
    for (long revision : known) {
      newest = Math.max(newest, revision);
    }
    Wish wish = new Wish(where, look, known, waitSeconds, seat);
    // Most reads have nothing to wait for: they go without a chain of stages.
    State ready = reads.ready(context, query, newest);
    return ready != null
        ? answer(context, wish, ready)
        : reads.state(context, query, newest).flatMap(state -> answer(context, wish, state));
  }

  private Uni<Answer> answer(RoutingContext context, Wish wish, State state) {
    Look.Seen seen = at(state, wish.look::atOnce);
    return seen != null
        ? answer(context, wish, state, seen)
        : Workers.run(true, () -> at(state, wish.look::at))
            .flatMap(found -> answer(context, wish, state, found));
  }

  private Uni<Answer> answer(RoutingContext context, Wish wish, State state, Look.Seen seen) {
    if (!wish.known.contains(seen.etag())) {
      return found(state, seen);
    }
    if (wish.waitSeconds == 0) {
      return Uni.createFrom().item(unchanged(state, seen.etag()));
    }
    Supplier<byte[]> view = seen.view();
    return view == null
        ? park(context, wish, state, seen.etag(), null)
        : Workers.run(seen.isLong(), view)
            .flatMap(viewed -> park(context, wish, state, seen.etag(), viewed));
  }

  private record Wish(Look.At where, Look look, List<Long> known, int waitSeconds, Seat seat) {}

  private static <T extends Look.@Nullable Seen> T at(State state, Function<State, T> look) {
    try {
      return look.apply(state);
    } catch (Problem problem) {
      throw problem.at(state);
    }
  }

  private static Uni<Answer> found(State state, Look.Seen seen) {
    return Workers.run(
        seen.isLong(),
        () -> seen.answer().get().withRevision(state.revision()).withEtag(seen.etag()));
  }

  private static Answer unchanged(State state, long etag) {
    return Answer.of(304, state).withEtag(etag);
  }

  private Uni<Answer> park(
      RoutingContext context, Wish wish, State state, long etag, byte @Nullable [] viewed) {
    WaitingPoll.Setting setting =
        new WaitingPoll.Setting(
            vertx, vertx.getOrCreateContext(), ledger, watchers.enter(context), wish.waitSeconds);
    return Uni.createFrom()
        .emitter(emitter -> new Poll(setting, emitter, wish, state, etag, viewed).begin());
  }

  /** One poll that waits. */
  private final class Poll extends WaitingPoll {
    private final Wish wish;
    private State state;
    private long etag;
    private final byte @Nullable [] viewed;

    Poll(
        WaitingPoll.Setting setting,
        UniEmitter<? super Answer> emitter,
        Wish wish,
        State state,
        long etag,
        byte @Nullable [] viewed) {
      super(setting, emitter);
      this.wish = wish;
      this.state = state;
      this.etag = etag;
      this.viewed = viewed;
    }

    @Override
    void await() {
      follow(wish.where, state.revision());
      Path path = wish.where.path();
      Path present = present(path);
      if (!present.equals(path)) {
        // What is absent does not go with what would hold it, a namespace for one: see to that too.
        follow(new Look.At(Scope.NODE, present), state.revision());
      }
    }

    /** The path itself if it exists, else the nearest above it that does. */
    private Path present(Path path) {
      int depth = path.depth();
      while (depth > 0 && state.tree().find(path.ancestor(depth)) == null) {
        depth--;
      }
      return path.ancestor(depth);
    }

    @Override
    void changed(Look.At where, Changes changes) {
      unfollow();
      // Whatever changed, or was forgotten: this state has it.
      State now = ledger.local();
      Look.Seen seen = at(now, wish.look::atOnce);
      if (seen != null) {
        seen(now, seen);
      } else {
        then(Workers.run(true, () -> at(now, wish.look::at)), found -> seen(now, found));
      }
    }

    private void seen(State now, Look.Seen seen) {
      Supplier<byte[]> view = seen.view();
      if (wish.known.contains(seen.etag())) {
        goOn(now, seen);
      } else if (view != null && viewed != null) {
        then(
            Workers.run(seen.isLong(), view),
            bytes -> {
              if (Arrays.equals(viewed, bytes)) {
                goOn(now, seen);
              } else {
                then(found(now, seen), this::finish);
              }
            });
      } else {
        then(found(now, seen), this::finish);
      }
    }

    /**
     * What changed is nothing that the client gets to see. If it waits in vain, it has this tag.
     */
    private void goOn(State now, Look.Seen seen) {
      state = now;
      etag = seen.etag();
      wish.seat.has(etag); // its view of this revision is the one that it has
      await();
    }

    @Override
    Answer unchanged() {
      return LongPolls.unchanged(state, etag);
    }
  }
}

package dev.muster.door.rest;

import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import dev.muster.watch.Changes;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

  LongPolls(Ledger ledger, Reads reads, Watchers watchers, Vertx vertx) {
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
    List<Long> known = EntityTag.known(context);
    int waitSeconds = Headers.waitSeconds(context);
    long newest = 0;
    for (long revision : known) {
      newest = Math.max(newest, revision);
    }
    // Fast path: nothing to wait for, nothing to allocate for it.
    return reads
        .state(context, query, newest)
        .flatMap(
            state -> {
              Look.Seen seen = look(look, state);
              if (!known.contains(seen.etag())) {
                return Uni.createFrom().item(found(state, seen));
              }
              if (waitSeconds == 0) {
                return Uni.createFrom().item(unchanged(state, seen.etag()));
              }
              return park(context, new Wish(where, look, known, waitSeconds), state, seen.etag());
            });
  }

  private record Wish(Look.At where, Look look, List<Long> known, int waitSeconds) {}

  private static Look.Seen look(Look look, State state) {
    try {
      return look.at(state);
    } catch (Problem problem) {
      throw problem.at(state);
    }
  }

  private static Answer found(State state, Look.Seen seen) {
    return seen.answer().get().withRevision(state.revision()).withEtag(seen.etag());
  }

  private static Answer unchanged(State state, long etag) {
    return Answer.of(304, state).withEtag(etag);
  }

  private Uni<Answer> park(RoutingContext context, Wish wish, State state, long etag) {
    Context loop = vertx.getOrCreateContext();
    Watchers.Place place = watchers.enter(context);
    return Uni.createFrom()
        .emitter(emitter -> new Poll(wish, emitter, place, loop, state, etag).begin());
  }

  /** One poll that waits. Everything in it happens on its event loop. */
  private final class Poll {
    private final Wish wish;
    private final UniEmitter<? super Answer> emitter;
    private final Watchers.Place place;
    private final Context loop;
    private State state;
    private long etag;
    private long timer = -1;
    private boolean over;
    private @Nullable CompletableFuture<Changes> changes;

    Poll(
        Wish wish,
        UniEmitter<? super Answer> emitter,
        Watchers.Place place,
        Context loop,
        State state,
        long etag) {
      this.wish = wish;
      this.emitter = emitter;
      this.place = place;
      this.loop = loop;
      this.state = state;
      this.etag = etag;
    }

    void begin() {
      emitter.onTermination(() -> loop.runOnContext(gone -> end())); // the client has gone
      timer = vertx.setTimer(Headers.jitteredMillis(wish.waitSeconds), fired -> timeOut());
      await();
    }

    private void await() {
      CompletableFuture<Changes> next =
          ledger.changes(wish.where.scope(), wish.where.path(), state.revision());
      changes = next;
      var unused = next.whenComplete((what, error) -> loop.runOnContext(back -> wake(next, error)));
    }

    private void wake(CompletableFuture<Changes> completed, @Nullable Throwable error) {
      if (over || completed != changes) {
        return;
      }
      if (error != null) {
        finish(null, error);
        return;
      }
      // Whatever changed, or was forgotten: this state has it.
      state = ledger.local();
      try {
        Look.Seen seen = look(wish.look, state);
        if (wish.known.contains(seen.etag())) {
          etag = seen.etag();
          await();
        } else {
          finish(found(state, seen).withHeader("Preference-Applied", applied()), null);
        }
      } catch (RuntimeException problem) {
        finish(null, problem);
      }
    }

    private void timeOut() {
      if (!over) {
        finish(unchanged(state, etag).withHeader("Preference-Applied", applied()), null);
      }
    }

    private String applied() {
      return "wait=" + wish.waitSeconds;
    }

    private void finish(@Nullable Answer answer, @Nullable Throwable error) {
      end();
      if (error != null) {
        emitter.fail(error);
      } else {
        emitter.complete(answer);
      }
    }

    private void end() {
      if (over) {
        return;
      }
      over = true;
      vertx.cancelTimer(timer);
      place.leave();
      CompletableFuture<Changes> waiting = changes;
      if (waiting != null) {
        waiting.cancel(false);
      }
    }
  }
}

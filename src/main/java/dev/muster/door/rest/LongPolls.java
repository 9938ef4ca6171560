package dev.muster.door.rest;

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
    Wish wish = new Wish(where, look, known, waitSeconds);
    // Most reads have nothing to wait for: they go without a chain of stages.
    State ready = reads.ready(context, query, newest);
    return ready != null
        ? answer(context, wish, ready)
        : reads.state(context, query, newest).flatMap(state -> answer(context, wish, state));
  }

  private Uni<Answer> answer(RoutingContext context, Wish wish, State state) {
    Look.Seen seen = look(wish.look, state);
    if (!wish.known.contains(seen.etag())) {
      return Uni.createFrom().item(found(state, seen));
    }
    if (wish.waitSeconds == 0) {
      return Uni.createFrom().item(unchanged(state, seen.etag()));
    }
    return park(context, wish, state, seen.etag());
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
    private @Nullable CompletableFuture<Changes> above;

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
      // As if the time were up: the client asks again, and another node, or this one once it is
      // back.
      place.whenDraining(() -> loop.runOnContext(stopping -> timeOut()));
    }

    private void await() {
      cancel();
      Path path = wish.where.path();
      changes = follow(ledger.changes(wish.where.scope(), path, state.revision()));
      Path present = present(path);
      if (!present.equals(path)) {
        // What is absent does not go with what would hold it, a namespace for one: see to that too.
        above = follow(ledger.changes(Scope.NODE, present, state.revision()));
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

    private CompletableFuture<Changes> follow(CompletableFuture<Changes> next) {
      var unused = next.whenComplete((what, error) -> loop.runOnContext(back -> wake(next, error)));
      return next;
    }

    private void wake(CompletableFuture<Changes> completed, @Nullable Throwable error) {
      if (over || (completed != changes && completed != above)) {
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
      cancel();
    }

    private void cancel() {
      CompletableFuture<Changes> waiting = changes;
      CompletableFuture<Changes> waitingAbove = above;
      changes = null;
      above = null;
      if (waiting != null) {
        waiting.cancel(false);
      }
      if (waitingAbove != null) {
        waitingAbove.cancel(false);
      }
    }
  }
}

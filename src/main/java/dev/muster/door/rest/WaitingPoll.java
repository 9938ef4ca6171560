package dev.muster.door.rest;

import dev.muster.ledger.Ledger;
import dev.muster.watch.Changes;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request that waits for changes. It holds no thread, and however it ends (answered, out of
 * time, given up by its client, the node stopping) it leaves nothing behind. Everything in it
 * happens on its event loop.
 */
abstract class WaitingPoll {
  private final Vertx vertx;
  private final Context loop;
  private final Ledger ledger;
  private final Watchers.Place place;
  private final int waitSeconds;
  private final UniEmitter<? super Answer> emitter;
  private final List<CompletableFuture<Changes>> waits = new ArrayList<>(1);
  private long timer = -1;
  private boolean over;

  /** What all polls need: where they run, what they wait for changes of, their place. */
  record Setting(Vertx vertx, Context loop, Ledger ledger, Watchers.Place place, int waitSeconds) {}

  WaitingPoll(Setting setting, UniEmitter<? super Answer> emitter) {
    this.vertx = setting.vertx;
    this.loop = setting.loop;
    this.ledger = setting.ledger;
    this.place = setting.place;
    this.waitSeconds = setting.waitSeconds;
    this.emitter = emitter;
  }

  /** Begins to wait; from any thread. */
  final void begin() {
    if (Vertx.currentContext() == loop) {
      park();
    } else {
      loop.runOnContext(here -> park());
    }
  }

  private void park() {
    emitter.onTermination(() -> loop.runOnContext(gone -> end())); // the client has gone
    timer = vertx.setTimer(Headers.jitteredMillis(waitSeconds), fired -> timeOut());
    await();
    // As if the time were up: the client asks again, and another node, or this one once it is
    // back.
    place.whenDraining(() -> loop.runOnContext(stopping -> timeOut()));
  }

  // ---- what the poll is about

  /** Says by {@link #follow} what is waited for. */
  abstract void await();

  /** Something changed at one of the places followed, which is not followed any more. */
  abstract void changed(Look.At where, Changes changes);

  /** The answer if the wait ends without a change. */
  abstract Answer unchanged();

  // ---- what it does

  /** Waits for a change there, too. */
  final void follow(Look.At where, long afterRevision) {
    CompletableFuture<Changes> future = ledger.changes(where.scope(), where.path(), afterRevision);
    waits.add(future);
    var unused =
        future.whenComplete(
            (what, error) -> loop.runOnContext(back -> wake(future, where, what, error)));
  }

  private void wake(
      CompletableFuture<Changes> completed,
      Look.At where,
      @Nullable Changes what,
      @Nullable Throwable error) {
    if (over || !waits.removeIf(each -> each == completed)) {
      return;
    }
    if (what == null) {
      fail(error == null ? new IllegalStateException("no changes") : error);
      return;
    }
    try {
      changed(where, what);
    } catch (RuntimeException failure) {
      fail(failure);
    }
  }

  /** Follows nothing any more. */
  final void unfollow() {
    List<CompletableFuture<Changes>> given = List.copyOf(waits);
    waits.clear();
    given.forEach(future -> future.cancel(false));
  }

  /** Goes on with what is being found out, unless the poll ends meanwhile. */
  final <T> void then(Uni<T> found, Consumer<T> next) {
    var unused =
        found
            .subscribe()
            .with(
                value -> {
                  if (!over) {
                    try {
                      next.accept(value);
                    } catch (RuntimeException failure) {
                      fail(failure);
                    }
                  }
                },
                this::fail);
  }

  final void finish(Answer answer) {
    if (!over) {
      end();
      emitter.complete(answer.withHeader("Preference-Applied", "wait=" + waitSeconds));
    }
  }

  private void fail(Throwable error) {
    if (!over) {
      end();
      emitter.fail(error);
    }
  }

  private void timeOut() {
    if (!over) {
      finish(unchanged());
    }
  }

  private void end() {
    if (over) {
      return;
    }
    over = true;
    vertx.cancelTimer(timer);
    place.leave();
    unfollow();
  }
}

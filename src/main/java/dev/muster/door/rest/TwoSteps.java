package dev.muster.door.rest;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import org.jspecify.annotations.Nullable;

/**
 * A first step that finds out what the second one is; the first is forgotten then. In a chain of
 * stages, whatever was read to get to the last one is kept as long as that waits.
 */
final class TwoSteps<T> {
  private final UniEmitter<? super T> emitter;
  private @Nullable Cancellable underWay;
  private boolean second;
  private boolean over;

  private TwoSteps(UniEmitter<? super T> emitter) {
    this.emitter = emitter;
  }

  static <T> Uni<T> run(Uni<Uni<T>> first) {
    return Uni.createFrom().emitter(emitter -> new TwoSteps<T>(emitter).begin(first));
  }

  private void begin(Uni<Uni<T>> first) {
    emitter.onTermination(this::end);
    keep(false, first.subscribe().with(this::goOn, emitter::fail));
  }

  private void goOn(Uni<T> next) {
    keep(true, next.subscribe().with(emitter::complete, emitter::fail));
  }

  /** The first may end before its handle is known, even before it was given back. */
  private void keep(boolean isSecond, Cancellable step) {
    synchronized (this) {
      if (!over) {
        if (isSecond || !second) {
          underWay = step;
        }
        second |= isSecond;
        return;
      }
    }
    step.cancel();
  }

  private void end() {
    Cancellable step;
    synchronized (this) {
      over = true;
      step = underWay;
      underWay = null;
    }
    if (step != null) {
      step.cancel();
    }
  }
}

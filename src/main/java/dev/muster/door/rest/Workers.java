package dev.muster.door.rest;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** Keeps what takes more than about two milliseconds off the event loop. */
final class Workers {
  /** So many bytes are read, encoded or compressed in about two milliseconds. */
  static final int AT_ONCE_BYTES_MAX = 64 << 10;

  private Workers() {}

  /**
   * Does some work, here or, if it is long, on a worker; what follows happens on the event loop
   * that this was asked on.
   */
  static <T> Uni<T> run(boolean isLong, Supplier<T> work) {
    Uni<T> done = Uni.createFrom().item(work);
    if (!isLong) {
      return done;
    }
    Uni<T> onWorker = done.runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    Context loop = Vertx.currentContext();
    return loop == null ? onWorker : onWorker.emitOn(task -> loop.runOnContext(back -> task.run()));
  }
}

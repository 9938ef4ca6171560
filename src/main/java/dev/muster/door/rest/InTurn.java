package dev.muster.door.rest;

import io.smallrye.mutiny.Uni;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Lets a few large pieces of work happen at once on this node, and refuses what is one too many.
 */
final class InTurn {
  private final Semaphore free;
  private final Code code;
  private final String detail;

  /**
   * @param what is under way then, as in {@code 4 imports are under way}
   */
  InTurn(int atOnceMax, Code code, String what) {
    this.free = new Semaphore(atOnceMax);
    this.code = code;
    this.detail = atOnceMax + " " + what + " are under way on this node: try again";
  }

  /** Gives the turn back however the work ends. */
  Uni<Answer> run(Supplier<Uni<Answer>> work) {
    if (!free.tryAcquire()) {
      throw new Problem(code, detail).header("Retry-After", "1");
    }
    try {
      return work.get().onTermination().invoke(free::release);
    } catch (RuntimeException refused) {
      free.release();
      throw refused;
    }
  }
}

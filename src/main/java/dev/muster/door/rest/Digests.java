package dev.muster.door.rest;

import dev.muster.codec.SnapshotCodec;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Singleton;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Digests of whole states, by which nodes are compared. One is made at a time, whoever asks: a
 * state may be large. It is kept for as long as the state stays the same.
 */
@Singleton
public class Digests {
  private final Ledger ledger;
  private final Executor executor = Infrastructure.getDefaultWorkerPool();
  private @Nullable Digest newest;
  private @Nullable CompletableFuture<Digest> next;
  private CompletableFuture<?> running = CompletableFuture.completedFuture(null);

  Digests(Ledger ledger) {
    this.ledger = ledger;
  }

  /** A state and the SHA-256, in hexadecimal, of how it is written in a snapshot. */
  public record Digest(State state, String sha256) {}

  /** The digest of this node's state now, or of a later one. */
  public synchronized CompletableFuture<Digest> newest() {
    Digest known = newest;
    if (known != null && known.state() == ledger.local()) {
      return CompletableFuture.completedFuture(known);
    }
    CompletableFuture<Digest> waiting = next;
    if (waiting == null) {
      waiting = running.handle((done, error) -> done).thenApplyAsync(before -> make(), executor);
      next = waiting;
      running = waiting;
    }
    return waiting.copy(); // one who gives up must not take it from the others
  }

  private Digest make() {
    State state;
    synchronized (this) {
      next = null; // who asks from now on may need a later state
      state = ledger.local();
      Digest known = newest;
      if (known != null && known.state() == state) {
        return known;
      }
    }
    Digest digest = new Digest(state, HexFormat.of().formatHex(SnapshotCodec.digest(state)));
    synchronized (this) {
      newest = digest;
    }
    return digest;
  }
}

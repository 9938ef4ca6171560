package dev.muster.raft.proposals;

import dev.muster.core.Command;
import dev.muster.core.Reply;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A caller who waits. Without a command: a barrier. */
final class Pending {
  final @Nullable Command command;
  final long submittedNanos;
  final CompletableFuture<Reply> reply = new CompletableFuture<>();

  /** Told already that the outcome is unknown. Guarded by the lock of {@link Proposals}. */
  boolean givenUp;

  Pending(@Nullable Command command, long submittedNanos) {
    this.command = command;
    this.submittedNanos = submittedNanos;
  }

  boolean waitsLonger(long nowNanos, long timeoutNanos) {
    return nowNanos - submittedNanos > timeoutNanos;
  }
}

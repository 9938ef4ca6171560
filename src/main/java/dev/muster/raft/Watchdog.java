package dev.muster.raft;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Ends a process whose Raft thread hangs (a disk that never answers, a deadlock): it would hold a
 * place in the quorum and do nothing.
 */
final class Watchdog {
  /**
   * Looked at about once a second; this many looks without a round of Raft's thread are too many.
   */
  static final Duration STUCK_AFTER = Duration.ofSeconds(30);

  private final LongSupplier rounds;
  private final Halt halt;
  private long seen = -1;
  private int looksWithoutProgress;

  Watchdog(LongSupplier rounds, Halt halt) {
    this.rounds = rounds;
    this.halt = halt;
  }

  /**
   * To be called once a second. Counts its own calls instead of reading a clock, so that a process
   * that was stopped as a whole and goes on is not taken for stuck.
   */
  void look() {
    long now = rounds.getAsLong();
    if (now != seen) {
      seen = now;
      looksWithoutProgress = 0;
    } else if (++looksWithoutProgress >= STUCK_AFTER.toSeconds()) {
      halt.halt(
          Halt.Reason.STUCK,
          "Raft's thread has made no round for "
              + STUCK_AFTER.toSeconds()
              + " s; is the disk answering?",
          new IllegalStateException("stuck after round " + now));
    }
  }
}

package dev.muster.client;

import java.util.random.RandomGenerator;

/**
 * Exponential backoff with full jitter: the pause is anything up to a bound that doubles, so that
 * clients that failed together do not return together. After Marc Brooker, "Exponential Backoff And
 * Jitter", AWS Architecture Blog, 2015. Used by one thread at a time.
 */
final class Backoff {
  private final RandomGenerator random;
  private final long maxMillis;
  private int failures;

  Backoff(RandomGenerator random, long maxMillis) {
    this.random = random;
    this.maxMillis = Math.max(1, maxMillis);
  }

  /** The pause after one more failure: at least as long as the servers asked for. */
  long nextMillis(long retryAfterMillis) {
    long bound = Math.min(maxMillis, Limits.BACKOFF_BASE_MILLIS << Math.min(failures, 20));
    failures++;
    // Jitter on top of what was asked for: else all who were told the same return together.
    return Math.min(retryAfterMillis, Limits.RETRY_AFTER_MILLIS_MAX)
        + 1
        + random.nextLong(Math.max(1, bound));
  }

  void reset() {
    failures = 0;
  }
}

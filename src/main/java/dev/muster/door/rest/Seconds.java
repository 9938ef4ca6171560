package dev.muster.door.rest;

import dev.muster.core.LimitExceededException;
import dev.muster.core.Limits;
import java.math.BigDecimal;

/** Times to live in JSON: seconds, with decimals only where another door set milliseconds. */
final class Seconds {
  private static final long MILLIS = 1_000;

  private Seconds() {}

  static Number ofMillis(long millis) {
    return millis % MILLIS == 0 ? Long.valueOf(millis / MILLIS) : BigDecimal.valueOf(millis, 3);
  }

  /**
   * A time to live that a client sent.
   *
   * @param limit the name of the limit that the bounds are
   * @throws LimitExceededException in seconds, with the value as it was sent
   */
  static long toMillis(String limit, long seconds, long minMillis, long maxMillis) {
    long min = (minMillis + MILLIS - 1) / MILLIS;
    Limits.between(limit, seconds, min, maxMillis / MILLIS, "s");
    return seconds * MILLIS;
  }
}

package dev.muster.door.rest;

import java.math.BigDecimal;

/** Times to live in JSON: seconds, with decimals only where another door set milliseconds. */
final class Seconds {
  private static final long MILLIS = 1_000;

  private Seconds() {}

  static Number ofMillis(long millis) {
    return millis % MILLIS == 0 ? Long.valueOf(millis / MILLIS) : BigDecimal.valueOf(millis, 3);
  }

  /** Saturates, so that what is far too much is still refused by its limit. */
  static long toMillis(long seconds) {
    if (seconds > Long.MAX_VALUE / MILLIS) {
      return Long.MAX_VALUE;
    }
    return seconds < Long.MIN_VALUE / MILLIS ? Long.MIN_VALUE : seconds * MILLIS;
  }
}

package dev.muster.subscriber;

/** Counts whoever there was no room for: as long as one of them may be there, nothing is proven. */
final class Overflow {
  private int live;
  private long until = Long.MIN_VALUE;
  private int total;

  synchronized void enters() {
    live++;
    total++;
  }

  synchronized void leaves(long now) {
    live--;
    until = now + SubscriberLimits.REMEMBERED_MILLIS;
  }

  /** How many there may be: 0 once all of them would have been forgotten. */
  synchronized int count(long now) {
    if (live == 0 && now >= until) {
      total = 0;
    }
    return total;
  }
}

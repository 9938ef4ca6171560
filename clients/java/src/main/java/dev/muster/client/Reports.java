package dev.muster.client;

import org.jspecify.annotations.Nullable;

/**
 * What an instance says of its health, and what of that the servers have heard. Not thread-safe: it
 * is its heartbeat's.
 */
final class Reports {
  private Health health = Health.PASSING;
  private String output = "";
  private boolean hasSpoken;
  private boolean repeats;

  /** What the servers have heard last; absent where nobody knows. */
  private @Nullable Health told;

  void say(Health newHealth, String newOutput) {
    health = newHealth;
    output = Texts.cut(newOutput, Limits.OUTPUT_BYTES_MAX);
    hasSpoken = true;
  }

  /** What the next heartbeat says, with or without words. */
  Health health() {
    return health;
  }

  /**
   * The servers know the instance from now on.
   *
   * @param isNew whether they did not before: one that was there already may have said something
   *     else, before this process began
   */
  void registered(boolean isNew) {
    told = isNew ? Health.PASSING : null;
    repeats = false;
  }

  /**
   * A heartbeat was acknowledged.
   *
   * @param heldBack whether the servers do not believe it yet, and want to hear it again
   */
  void heard(Health said, boolean heldBack) {
    told = said;
    repeats = heldBack;
  }

  /** Whether there is news that should not wait for the next heartbeat. */
  boolean isDue() {
    return hasSpoken && told != health;
  }

  /** The words of the next heartbeat; absent if there is nothing that servers do not know. */
  byte @Nullable [] body() {
    return told == health && !repeats ? null : InstanceJson.report(health, output);
  }
}

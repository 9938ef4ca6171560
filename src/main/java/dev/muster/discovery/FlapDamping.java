package dev.muster.discovery;

import dev.muster.discovery.InstanceStatus.HealthChange;
import java.util.List;

/**
 * Holds back an instance whose verdict comes and goes: every change wakes all who watch its
 * service, and traffic that is sent to it fails half of the time. That it fails is told at once, as
 * always; that it is well counts only after it was so for a while, which doubles with each further
 * change. The idea is that of RFC 2439, route flap damping, section 4. What is known is the history
 * of the instance, so that a new leader, and whichever node runs its checks, decides alike, as far
 * as their clocks agree.
 */
public final class FlapDamping {
  /** So many changes of the verdict within the window are too many. */
  public static final int CHANGES_MIN = 6;

  public static final long WINDOW_MILLIS = 5 * 60_000;
  public static final long HOLD_MILLIS_MIN = 30_000;
  public static final long HOLD_MILLIS_MAX = 5 * 60_000;

  /** What is stamped later than so much after now counts for nothing. */
  static final long CLOCK_SKEW_MILLIS_MAX = 60_000;

  private FlapDamping() {}

  /** Whether the verdict has changed too often lately. */
  public static boolean isFlapping(List<HealthChange> history, long nowMillis) {
    return changes(history, nowMillis) >= CHANGES_MIN;
  }

  /** For how long it must be well before that is believed; 0 for one that does not flap. */
  public static long holdMillis(List<HealthChange> history, long nowMillis) {
    int further = changes(history, nowMillis) - CHANGES_MIN;
    return further < 0 ? 0 : Math.min(HOLD_MILLIS_MAX, HOLD_MILLIS_MIN << Math.min(further, 10));
  }

  /**
   * For how much longer it is not believed that it is well, when all that is known is what it says
   * now and its history; 0 if it is believed.
   */
  static long leftMillis(List<HealthChange> history, long nowMillis) {
    long hold = holdMillis(history, nowMillis);
    return hold == 0
        ? 0
        : Math.max(
            0, Math.min(hold, history.get(history.size() - 1).atMillis() + hold - nowMillis));
  }

  private static int changes(List<HealthChange> history, long nowMillis) {
    return (int)
        history.stream().filter(change -> isWithinWindow(nowMillis - change.atMillis())).count();
  }

  /** The stamps are those of clocks that may be set back, or be another node's that is ahead. */
  private static boolean isWithinWindow(long agoMillis) {
    return agoMillis >= -CLOCK_SKEW_MILLIS_MAX && agoMillis <= WINDOW_MILLIS;
  }
}

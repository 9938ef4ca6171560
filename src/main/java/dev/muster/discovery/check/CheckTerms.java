package dev.muster.discovery.check;

import dev.muster.discovery.Health;
import dev.muster.discovery.InvalidInstanceException;
import java.util.regex.Pattern;

/**
 * What all kinds of checks have in common.
 *
 * @param id unique within the instance
 * @param timeoutMillis for the whole of a probe, from looking up the name to the last byte
 * @param healthyThreshold probes in a row that must do better before the verdict gets better
 * @param unhealthyThreshold probes in a row that must do worse before the verdict gets worse
 * @param initial the verdict until there is one
 * @param secondOpinion whether another node is asked before an instance is called critical
 */
public record CheckTerms(
    String id,
    TargetPort port,
    long intervalMillis,
    long timeoutMillis,
    int healthyThreshold,
    int unhealthyThreshold,
    Health initial,
    boolean secondOpinion) {
  private static final Pattern ID =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0," + (CheckLimits.ID_LENGTH_MAX - 1) + "}");

  /**
   * @throws InvalidInstanceException naming the field that nobody could use
   */
  public CheckTerms {
    if (!ID.matcher(id).matches()) {
      throw new InvalidInstanceException(
          "id",
          "a check's id has 1 to "
              + CheckLimits.ID_LENGTH_MAX
              + " of the characters A-Z a-z 0-9 . _ - and starts with a letter or a digit");
    }
    Fields.between(
        "intervalSeconds",
        intervalMillis,
        CheckLimits.INTERVAL_MILLIS_MIN,
        CheckLimits.INTERVAL_MILLIS_MAX,
        "ms");
    if (intervalMillis % 1_000 != 0) {
      throw new InvalidInstanceException("intervalSeconds", "is no whole number");
    }
    Fields.between(
        "timeoutMillis",
        timeoutMillis,
        CheckLimits.TIMEOUT_MILLIS_MIN,
        Math.min(intervalMillis, CheckLimits.TIMEOUT_MILLIS_MAX),
        "ms, and at most the interval");
    Fields.between("healthyThreshold", healthyThreshold, 1, CheckLimits.THRESHOLD_MAX, "probes");
    Fields.between(
        "unhealthyThreshold", unhealthyThreshold, 1, CheckLimits.THRESHOLD_MAX, "probes");
  }

  /** Of the instance's first port, with the default times and thresholds. */
  public static CheckTerms of(String id) {
    return new CheckTerms(
        id,
        new TargetPort.First(),
        CheckLimits.INTERVAL_MILLIS_DEFAULT,
        CheckLimits.TIMEOUT_MILLIS_DEFAULT,
        CheckLimits.HEALTHY_THRESHOLD_DEFAULT,
        CheckLimits.UNHEALTHY_THRESHOLD_DEFAULT,
        Health.CRITICAL,
        false);
  }

  public CheckTerms withPort(TargetPort other) {
    return new CheckTerms(
        id,
        other,
        intervalMillis,
        timeoutMillis,
        healthyThreshold,
        unhealthyThreshold,
        initial,
        secondOpinion);
  }

  /** With other times. */
  public CheckTerms every(long newIntervalMillis, long newTimeoutMillis) {
    return new CheckTerms(
        id,
        port,
        newIntervalMillis,
        newTimeoutMillis,
        healthyThreshold,
        unhealthyThreshold,
        initial,
        secondOpinion);
  }

  public CheckTerms withThresholds(int healthy, int unhealthy) {
    return new CheckTerms(
        id, port, intervalMillis, timeoutMillis, healthy, unhealthy, initial, secondOpinion);
  }

  public CheckTerms withSecondOpinion(boolean wanted) {
    return new CheckTerms(
        id,
        port,
        intervalMillis,
        timeoutMillis,
        healthyThreshold,
        unhealthyThreshold,
        initial,
        wanted);
  }
}

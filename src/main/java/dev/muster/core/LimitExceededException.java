package dev.muster.core;

/**
 * A value that passes one of the {@link Limits}. Thrown before anything entered the log: nothing
 * happened.
 */
public final class LimitExceededException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String limit;
  private final long value;
  private final long min;
  private final long max;

  public LimitExceededException(String limit, long value, long min, long max, String unit) {
    super(
        limit
            + " is "
            + value
            + (unit.isEmpty() ? "" : " " + unit)
            + "; allowed is "
            + (min > 0 ? min + " to " : "at most ")
            + max);
    this.limit = limit;
    this.value = value;
    this.min = min;
    this.max = max;
  }

  /** The limit's stable name, such as {@code node.data}. */
  public String limit() {
    return limit;
  }

  public long value() {
    return value;
  }

  public long min() {
    return min;
  }

  public long max() {
    return max;
  }
}

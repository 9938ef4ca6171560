package dev.muster.subscriber;

/** Every limit of what is known of subscribers, in one place. */
public final class SubscriberLimits {
  /** Of a client's name: visible ASCII without a slash, as it stands in paths too. */
  public static final int CLIENT_LENGTH_MAX = 128;

  /**
   * Of the User-Agent that tells clients without a name apart, and of the query that tells a
   * client's views apart; of a longer one the beginning and a hash.
   */
  public static final int TEXT_LENGTH_MAX = 128;

  /** Of one path, on one node. */
  public static final int PER_PATH_MAX = 20_000;

  /** Of all paths, on one node. */
  public static final int IN_ALL_MAX = 100_000;

  /**
   * How long a client is remembered that was answered, or lost, and has not come back. Longer than
   * any poll waits, so that one that is alive has.
   */
  public static final long REMEMBERED_MILLIS = 65_000;

  /** Requests for a proof that a node works on. */
  public static final int PROOFS_AT_ONCE_MAX = 256;

  /** Of those who have not confirmed, one node tells so many; all are counted. */
  public static final int OPEN_TOLD_MAX = 256;

  /** Of all subscribers of a path, one node tells so many; all are counted. */
  public static final int LISTED_MAX = 1_000;

  private SubscriberLimits() {}
}

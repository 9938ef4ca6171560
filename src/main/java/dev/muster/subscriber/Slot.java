package dev.muster.subscriber;

/** What is known of one subscriber of a path. Guarded by its {@link Book}. */
final class Slot {
  static final long NONE = -1;

  final Identity identity;
  final Kind kind;
  final String query;
  private long confirmed = NONE;
  private long firstTold = NONE;
  private long told = NONE;
  private int inHand;
  private long heardAt;

  Slot(Identity identity, Kind kind, String query) {
    this.identity = identity;
    this.kind = kind;
    this.query = query;
  }

  /**
   * It asks; {@code known} is what it says that it has, or {@link #NONE}. That it asks again does
   * not say that it has what it was told: the answer may be lost, and this is another try.
   */
  void asks(long known, long now) {
    inHand++;
    heardAt = now;
    if (known != NONE) {
      confirmed = known;
    }
  }

  void told(long revision) {
    if (firstTold == NONE) {
      firstTold = revision;
    }
    told = Math.max(told, revision);
  }

  /** What it has is, or has become, what there is at this revision. */
  void confirms(long revision) {
    confirmed = Math.max(confirmed, revision);
  }

  void heard(long now) {
    heardAt = now;
  }

  /** One of its requests is over. */
  void leaves(long now) {
    inHand--;
    heardAt = now;
  }

  /**
   * Whether it may still act on something older than a revision. Whoever confirmed nothing yet, and
   * was told of nothing older, has nothing older: all that it ever had it was told of.
   */
  boolean mayHoldOlderThan(long revision) {
    if (confirmed != NONE) {
      return confirmed < revision;
    }
    return firstTold == NONE ? inHand > 0 : firstTold < revision;
  }

  boolean isConnected() {
    return inHand > 0;
  }

  boolean isForgotten(long now) {
    return inHand == 0
        && ((confirmed == NONE && told == NONE)
            || now - heardAt >= SubscriberLimits.REMEMBERED_MILLIS);
  }

  long confirmed() {
    return confirmed;
  }

  /** The newest revision that it was told of, or has. */
  long newest() {
    return Math.max(told, confirmed);
  }

  /** Whether it has confirmed all that it was told of. */
  boolean isSettled() {
    return confirmed >= told;
  }

  Standing standing(long now, String node) {
    return new Standing(
        identity, kind, query, confirmed, told, isConnected(), Math.max(0, now - heardAt), node);
  }
}

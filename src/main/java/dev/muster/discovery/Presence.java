package dev.muster.discovery;

import dev.muster.core.Limits;
import org.jspecify.annotations.Nullable;

/** What an instance's registration lasts as long as. */
public sealed interface Presence {

  /**
   * As long as its own lease is renewed.
   *
   * @param ttlMillis without a sign of life for this long it is unfit for traffic
   * @param graceMillis after which it is removed then; absent for as long as the ttl
   */
  record Lease(long ttlMillis, @Nullable Long graceMillis) implements Presence {
    public static final Lease DEFAULT = new Lease(DiscoveryLimits.TTL_MILLIS_DEFAULT);

    public Lease {
      Limits.between(
          "instance.ttl",
          ttlMillis,
          DiscoveryLimits.TTL_MILLIS_MIN,
          DiscoveryLimits.TTL_MILLIS_MAX,
          "ms");
      if (graceMillis != null) {
        Limits.between("instance.grace", graceMillis, 0, DiscoveryLimits.GRACE_MILLIS_MAX, "ms");
      }
    }

    public Lease(long ttlMillis) {
      this(ttlMillis, null);
    }
  }

  /** As long as a session that the caller has opened and knows the secret of. */
  record Bound(long session, String secret) implements Presence {
    /** Never shows the secret. */
    @Override
    public String toString() {
      return "Bound[" + Long.toHexString(session) + "]";
    }
  }

  /** Until it is deregistered. */
  record Persistent() implements Presence {}
}

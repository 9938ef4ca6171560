package dev.muster.discovery;

import dev.muster.core.Limits;

/** What an instance's registration lasts as long as. */
public sealed interface Presence {

  /** As long as its own lease is renewed within this time. */
  record Lease(long ttlMillis) implements Presence {
    public static final Lease DEFAULT = new Lease(DiscoveryLimits.TTL_MILLIS_DEFAULT);

    public Lease {
      Limits.between(
          "instance.ttl",
          ttlMillis,
          DiscoveryLimits.TTL_MILLIS_MIN,
          DiscoveryLimits.TTL_MILLIS_MAX,
          "ms");
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

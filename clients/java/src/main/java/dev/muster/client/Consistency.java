package dev.muster.client;

/** How fresh a read is. */
public enum Consistency {
  /**
   * What the server that is asked knows: never older than anything this client was told before,
   * perhaps a few milliseconds behind the newest.
   */
  LOCAL,
  /**
   * Everything that was acknowledged to anybody before the read began. Needs a majority of the
   * servers, and is never answered from the cache.
   */
  LINEARIZABLE
}

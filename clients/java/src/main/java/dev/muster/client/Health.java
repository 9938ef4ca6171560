package dev.muster.client;

import org.jspecify.annotations.Nullable;

/** How an instance does. */
public enum Health {
  PASSING("passing", "pass"),

  /** It passes, and has something to tell. */
  WARNING("warning", "warn"),

  /** No new traffic goes to it, unless its service is protected. */
  CRITICAL("critical", "fail");

  private final String shown;
  private final String told;

  Health(String shown, String told) {
    this.shown = shown;
    this.told = told;
  }

  /** As heartbeats say it. */
  String told() {
    return told;
  }

  /**
   * As lists show it. Servers that say nothing of it list only what passes; what this client does
   * not know is nothing that it could call good.
   */
  static Health of(@Nullable Object shown) {
    if (shown == null) {
      return PASSING;
    }
    for (Health health : values()) {
      if (health.shown.equals(shown)) {
        return health;
      }
    }
    return CRITICAL;
  }
}

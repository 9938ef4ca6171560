package dev.muster.discovery;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How fit for traffic an instance, or one thing that was looked at, is. From good to bad. */
public enum Health {
  /** Fit. */
  PASSING,
  /** Works, but somebody should look at it; takes traffic where nothing better is asked for. */
  WARNING,
  /** Unfit: takes no traffic. */
  CRITICAL;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** As it is written in answers, queries and nodes: {@code passing}. */
  @JsonValue
  public String text() {
    return text;
  }

  /** The worse of the two. */
  public Health or(Health other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /** Answers the health of this text; nothing if it is none. */
  public static @Nullable Health find(String text) {
    for (Health health : values()) {
      if (health.text.equals(text)) {
        return health;
      }
    }
    return null;
  }
}

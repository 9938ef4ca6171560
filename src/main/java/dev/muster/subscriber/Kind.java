package dev.muster.subscriber;

import java.util.Locale;

/** How a subscriber follows. */
public enum Kind {
  /** It asks again and again, and says each time what it has: that confirms. */
  POLL(1),
  /** It is told as things happen, and confirms on its own account if at all. */
  STREAM(2);

  private final int number;

  Kind(int number) {
    this.number = number;
  }

  /** On the wire, for ever. */
  int number() {
    return number;
  }

  static Kind of(int number) {
    return number == STREAM.number ? STREAM : POLL;
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}

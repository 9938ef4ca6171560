package dev.muster.coordination;

import java.util.OptionalLong;

/** How a session's id is written: in hexadecimal, for JSON's numbers lose the last of 63 bits. */
public final class SessionId {
  private static final int DIGITS_MAX = 16;

  private SessionId() {}

  public static String format(long id) {
    return Long.toHexString(id);
  }

  /** Reads an id; empty if the text cannot be one. */
  public static OptionalLong parse(String text) {
    if (text.isEmpty() || text.length() > DIGITS_MAX) {
      return OptionalLong.empty();
    }
    long id = 0;
    for (int i = 0; i < text.length(); i++) {
      char digit = text.charAt(i);
      boolean hexadecimal = (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
      if (!hexadecimal) {
        return OptionalLong.empty();
      }
      id = (id << 4) | Character.digit(digit, 16);
    }
    return id > 0 ? OptionalLong.of(id) : OptionalLong.empty();
  }
}

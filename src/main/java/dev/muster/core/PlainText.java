package dev.muster.core;

import java.util.Locale;
import java.util.OptionalInt;

/**
 * Text that every log, terminal and encoding can show: no control characters, no half of a
 * surrogate pair, which UTF-8 has no bytes for.
 */
public final class PlainText {
  private PlainText() {}

  /** The index of the first character that is not allowed; empty if all are. */
  public static OptionalInt firstFault(String text) {
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      boolean half = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
      if (half || Character.isISOControl(point)) {
        return OptionalInt.of(i);
      }
      i += Character.charCount(point);
    }
    return OptionalInt.empty();
  }

  /** For people: which character it is, and where. */
  public static String describe(String text, int fault) {
    String hex = Integer.toHexString(0x10000 + text.charAt(fault)).substring(1);
    return "character U+"
        + hex.toUpperCase(Locale.ROOT)
        + " at position "
        + fault
        + " is not allowed";
  }
}

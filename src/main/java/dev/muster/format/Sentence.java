package dev.muster.format;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes one sentence of a parser's message. */
final class Sentence {
  private static final int CHARS_MAX = 300;

  static String of(@Nullable String message) {
    String text = (message == null ? "" : message).replaceAll("\\s+", " ").strip();
    if (text.length() > CHARS_MAX) {
      text = text.substring(0, CHARS_MAX - 3) + "...";
    }
    if (text.isEmpty()) {
      return "This cannot be read.";
    }
    String start = text.substring(0, 1).toUpperCase(Locale.ROOT);
    String end = text.endsWith(".") ? "" : ".";
    return start + text.substring(1) + end;
  }

  private Sentence() {}
}

package dev.muster.format;

/** What the readers say alike. */
final class Strings {
  /** An escape can write half a character, which UTF-8 cannot. */
  static void requireWhole(String text, Span place) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw new FormatException(
            Problem.at(
                place,
                String.format(
                    "The escape \\u%04X is half a character; its other half misses.", (int) c)));
      }
    }
  }

  static FormatException duplicate(String name, Span place, Span first) {
    return new FormatException(
        Problem.at(
            place,
            "The key '" + shorten(name) + "' is there already, in line " + first.line() + "."));
  }

  /** For messages. */
  static String shorten(String text) {
    return text.length() <= 80 ? text : text.substring(0, 77) + "...";
  }

  private Strings() {}
}

package dev.muster.client;

/** Texts that must not be too long. */
final class Texts {
  private Texts() {}

  /** The beginning of a text, as many whole characters as are at most so many bytes of UTF-8. */
  static String cut(String text, int bytesMax) {
    int bytes = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (bytes > bytesMax) {
        return text.substring(0, i);
      }
      i += Character.charCount(point);
    }
    return text;
  }
}

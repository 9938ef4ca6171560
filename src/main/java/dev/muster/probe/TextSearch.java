package dev.muster.probe;

/**
 * Looks for a text in bytes that come in parts, keeping none of them (Knuth, Morris, Pratt: Fast
 * Pattern Matching in Strings). Of one thread.
 */
final class TextSearch {
  private final byte[] text;

  /** How long a beginning of the text ends at each of its bytes, that byte not being its own. */
  private final int[] borders;

  private int matched;
  private long searched;

  /**
   * @param text not empty
   */
  TextSearch(byte[] text) {
    this.text = text;
    this.borders = new int[text.length];
    for (int i = 1, length = 0; i < text.length; i++) {
      while (length > 0 && text[i] != text[length]) {
        length = borders[length - 1];
      }
      if (text[i] == text[length]) {
        length++;
      }
      borders[i] = length;
    }
  }

  /** Whether the text ends in this part, within the first so many bytes of all parts. */
  boolean found(byte[] part, long bytesMax) {
    for (byte next : part) {
      if (searched >= bytesMax) {
        return false;
      }
      searched++;
      while (matched > 0 && next != text[matched]) {
        matched = borders[matched - 1];
      }
      if (next == text[matched]) {
        matched++;
      }
      if (matched == text.length) {
        return true;
      }
    }
    return false;
  }

  long searched() {
    return searched;
  }
}

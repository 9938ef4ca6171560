package dev.muster.door.rest;

/** Whole numbers in requests: ASCII digits, nothing else. */
final class Numbers {
  private Numbers() {}

  /** The number; -1 if the text is none or does not fit. */
  static long whole(String text) {
    if (text.isEmpty() || text.length() > 19) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + (c - '0');
      if (number < 0) {
        return -1;
      }
    }
    return number;
  }
}

package dev.muster.format;

import java.math.BigInteger;

/** Reads numbers of bounded length. */
final class Numbers {
  /** In decimal, without sign or zeros that say nothing. */
  static String integer(String digits, int radix, Span place) {
    bound(digits, place);
    return new BigInteger(digits, radix).toString();
  }

  static void bound(String number, Span place) {
    if (number.length() > FormatLimits.NUMBER_CHARS_MAX) {
      throw new FormatException(
          Problem.at(
              place,
              "A number of "
                  + number.length()
                  + " digits; "
                  + FormatLimits.NUMBER_CHARS_MAX
                  + " are allowed."));
    }
  }

  private Numbers() {}
}

package dev.muster.format;

import java.math.BigInteger;
import java.util.regex.Pattern;

/** Reads numbers of bounded length. */
final class Numbers {
  /** As JSON has it, in a length that is cheap to read; its group is what makes it a fraction. */
  static final Pattern LITERAL =
      Pattern.compile("-?(?:0|[1-9]\\d{0,99})((?:\\.\\d{1,99})?(?:[eE][+-]?\\d{1,3})?)");

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

package dev.muster.format;

/** Keeps one text within the limits on values, their characters and depth. */
final class Count {
  private long values;
  private long chars;

  void add(long more, int depth, Span place) {
    values += more;
    if (values > FormatLimits.VALUES_MAX) {
      throw new FormatException(
          Problem.at(place, "There are more than " + FormatLimits.VALUES_MAX + " values."));
    }
    if (depth > FormatLimits.DEPTH_MAX) {
      throw tooDeep(place);
    }
  }

  /** Of what may be longer than it is written. */
  void addChars(long more, Span place) {
    chars += more;
    if (chars > FormatLimits.VALUE_CHARS_MAX) {
      throw new FormatException(
          Problem.at(
              place,
              "The values have more than "
                  + FormatLimits.VALUE_CHARS_MAX
                  + " characters, aliases followed."));
    }
  }

  static FormatException tooDeep(Span place) {
    return new FormatException(
        Problem.at(place, "This is nested deeper than " + FormatLimits.DEPTH_MAX + " levels."));
  }
}

package dev.muster.format;

/** Keeps one text within the limits on values and depth. */
final class Count {
  private long values;

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

  static FormatException tooDeep(Span place) {
    return new FormatException(
        Problem.at(place, "This is nested deeper than " + FormatLimits.DEPTH_MAX + " levels."));
  }
}

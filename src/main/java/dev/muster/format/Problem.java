package dev.muster.format;

/**
 * What is wrong with a text, and where.
 *
 * @param line of the place, from 1; 0 if the parser does not know it
 * @param column of the place in Unicode characters, from 1, a tab being one; 0 if the parser knows
 *     the line only
 * @param message one sentence
 */
public record Problem(int line, int column, String message) {
  static Problem at(Span place, String message) {
    return new Problem(place.line(), place.column(), message);
  }

  @Override
  public String toString() {
    if (line == 0) {
      return message;
    }
    return column == 0
        ? "Line " + line + ": " + message
        : "Line " + line + ", column " + column + ": " + message;
  }
}

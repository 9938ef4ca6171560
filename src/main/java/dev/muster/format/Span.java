package dev.muster.format;

/**
 * Where something is written.
 *
 * @param start index of its first char in the text, or -1 if the parser tells lines only
 * @param end index after its last char, or -1
 * @param line from 1
 * @param column in Unicode characters, from 1; 0 if the parser tells lines only
 */
public record Span(int start, int end, int line, int column) {
  static Span ofLine(int line, int column) {
    return new Span(-1, -1, line, column);
  }

  boolean within(Span other) {
    return start >= other.start && end <= other.end;
  }

  Span to(int newEnd) {
    return new Span(start, newEnd, line, column);
  }
}

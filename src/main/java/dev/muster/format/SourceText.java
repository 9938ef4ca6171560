package dev.muster.format;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A text whose lines are known, so that every offset has a line and a column. For one thread: it
 * remembers where it was asked last.
 */
final class SourceText {
  private final String text;
  private final int[] lineStarts;

  /** Every char is a character, so that columns need no counting. */
  private final boolean simple;

  // The column found last: readers ask in the order of the text, and lines can be very long.
  private int lastOffset;
  private int lastColumn = 1;

  SourceText(String text) {
    this.text = text;
    this.lineStarts = lineStarts(text);
    this.simple = text.codePointCount(0, text.length()) == text.length();
  }

  /** Decodes UTF-8 strictly, or says where it is not. */
  static SourceText decode(byte[] bytes) {
    if (bytes.length > FormatLimits.CONTENT_BYTES_MAX) {
      throw tooLong(bytes.length);
    }
    if (startsWith(bytes, 0xFE, 0xFF) || startsWith(bytes, 0xFF, 0xFE)) {
      throw new FormatException(
          new Problem(1, 1, "The text starts with the byte-order mark of UTF-16; store UTF-8."));
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(in, out, true);
    SourceText source = new SourceText(out.flip().toString());
    if (result.isError()) {
      throw new FormatException(
          source.problem(
              source.text.length(),
              String.format("The byte 0x%02X is not UTF-8 here.", bytes[in.position()])));
    }
    int mark = source.text.indexOf('\uFEFF');
    if (mark >= 0) {
      throw new FormatException(
          source.problem(mark, "There is a byte-order mark (U+FEFF); save the text without it."));
    }
    return source;
  }

  static FormatException tooLong(int bytes) {
    return new FormatException(
        "The content has " + bytes + " bytes; " + FormatLimits.CONTENT_BYTES_MAX + " are allowed.");
  }

  private static boolean startsWith(byte[] bytes, int first, int second) {
    return bytes.length >= 2 && bytes[0] == (byte) first && bytes[1] == (byte) second;
  }

  private static int[] lineStarts(String text) {
    int[] starts = new int[16];
    int count = 1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean ends =
          c == '\n' || (c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n'));
      if (ends) {
        if (count == starts.length) {
          starts = Arrays.copyOf(starts, count * 2);
        }
        starts[count++] = i + 1;
      }
    }
    return Arrays.copyOf(starts, count);
  }

  String text() {
    return text;
  }

  int lineOf(int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    return found >= 0 ? found + 1 : -found - 1;
  }

  int columnOf(int offset) {
    int start = lineStarts[lineOf(offset) - 1];
    if (simple) {
      return offset - start + 1;
    }
    boolean onward = lastOffset >= start && lastOffset <= offset;
    int from = onward ? lastOffset : start;
    lastColumn = (onward ? lastColumn : 1) + text.codePointCount(from, offset);
    lastOffset = offset;
    return lastColumn;
  }

  /** Where a line begins; for a line after the last, the text's end. */
  int lineStart(int line) {
    return line > lineStarts.length ? text.length() : lineStarts[line - 1];
  }

  /** Before the line's terminator. */
  int lineEnd(int offset) {
    int end = offset;
    while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
      end++;
    }
    return end;
  }

  /** What ends this text's lines; a line feed if there is but one line. */
  String lineTerminator() {
    int first = lineEnd(0);
    if (text.startsWith("\r\n", first)) {
      return "\r\n";
    }
    return text.startsWith("\r", first) ? "\r" : "\n";
  }

  Span span(int start, int end) {
    return new Span(start, end, lineOf(start), columnOf(start));
  }

  Problem problem(int offset, String message) {
    int place = Math.max(0, Math.min(offset, text.length()));
    return new Problem(lineOf(place), columnOf(place), message);
  }
}

package dev.muster.codec;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * UTF-8 that keeps every Java text exactly. The platform's own turns an unpaired surrogate into a
 * question mark: two keys of a map could become one, and a node that applies what it proposed would
 * differ from one that applies what it read. Here such a surrogate takes three bytes, as in WTF-8
 * (simonsapin.github.io/wtf-8). Each text has one form; all others are refused.
 */
final class Utf8 {
  private Utf8() {}

  static int length(String text) {
    int chars = text.length();
    int length = chars;
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        if (c < 0x800) {
          length += 1;
        } else if (isPair(text, i)) {
          length += 2; // four bytes for two chars
          i++;
        } else {
          length += 2;
        }
      }
    }
    return length;
  }

  /** Writes what {@link #length} counted. */
  static void encode(String text, byte[] to, int offset) {
    int chars = text.length();
    int at = offset;
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        to[at++] = (byte) c;
      } else if (c < 0x800) {
        to[at++] = (byte) (0xC0 | (c >> 6));
        to[at++] = (byte) (0x80 | (c & 0x3F));
      } else if (isPair(text, i)) {
        int point = Character.toCodePoint(c, text.charAt(++i));
        to[at++] = (byte) (0xF0 | (point >> 18));
        to[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
        to[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
        to[at++] = (byte) (0x80 | (point & 0x3F));
      } else {
        to[at++] = (byte) (0xE0 | (c >> 12));
        to[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        to[at++] = (byte) (0x80 | (c & 0x3F));
      }
    }
  }

  /** The text, or nothing if the bytes are none. */
  static @Nullable String decode(byte[] from, int offset, int length) {
    int end = offset + length;
    int at = offset;
    while (at < end && from[at] >= 0) {
      at++;
    }
    return at == end
        ? new String(from, offset, length, StandardCharsets.ISO_8859_1) // ASCII: a plain copy
        : decodeWide(from, offset, end);
  }

  private static @Nullable String decodeWide(byte[] from, int offset, int end) {
    StringBuilder text = new StringBuilder(end - offset);
    int at = offset;
    while (at < end) {
      int first = from[at] & 0xFF;
      int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
      if ((first >= 0x80 && first < 0xC2) || first > 0xF4 || end - at <= more) {
        return null;
      }
      int point = more == 0 ? first : first & (0x3F >> more);
      for (int i = 1; i <= more; i++) {
        int next = from[at + i];
        if ((next & 0xC0) != 0x80) {
          return null;
        }
        point = (point << 6) | (next & 0x3F);
      }
      at += more + 1;
      boolean overlong = (more == 2 && point < 0x800) || (more == 3 && point < 0x10000);
      if (overlong || point > Character.MAX_CODE_POINT || pairsUp(text, point)) {
        return null;
      }
      text.appendCodePoint(point);
    }
    return text.toString();
  }

  private static boolean isPair(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        && i + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(i + 1));
  }

  /** Two surrogates of three bytes each, where the pair has a form of four. */
  private static boolean pairsUp(StringBuilder text, int point) {
    return point >= Character.MIN_LOW_SURROGATE
        && point <= Character.MAX_LOW_SURROGATE
        && text.length() > 0
        && Character.isHighSurrogate(text.charAt(text.length() - 1));
  }
}

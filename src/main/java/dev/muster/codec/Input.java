package dev.muster.codec;

import dev.muster.core.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link Output} wrote, from a part of an array. Each value has one form only, and
 * nothing is allocated that the bytes at hand cannot fill. Whatever is wrong ends in an {@link
 * UnreadableException}. Not for use by several threads.
 */
final class Input {
  private final String source;
  private final byte[] buffer;
  private final int start;
  private final int limit;
  private int position;
  private String writer;

  /**
   * @param source what is read, as the subject of a sentence: "entry 4711"
   * @param writer the version that wrote it; empty as long as it is unknown
   */
  Input(String source, String writer, byte[] buffer, int offset, int length) {
    this.source = source;
    this.writer = writer;
    this.buffer = buffer;
    this.start = offset;
    this.position = offset;
    this.limit = offset + length;
  }

  void writtenBy(String version) {
    writer = version;
  }

  int remaining() {
    return limit - position;
  }

  int octet() {
    if (position == limit) {
      throw damaged("it ends too early");
    }
    return buffer[position++] & 0xFF;
  }

  boolean bool() {
    int value = octet();
    if (value > 1) {
      throw damaged("a yes or no is " + value);
    }
    return value == 1;
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      int next = octet();
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        if ((next == 0 && shift > 0) || (shift == 63 && next > 1)) {
          break;
        }
        return value;
      }
    }
    throw damaged("a number is not in its shortest form");
  }

  long zigzag() {
    long value = varint();
    return (value >>> 1) ^ -(value & 1);
  }

  int zigzagInt() {
    long value = zigzag();
    if (value != (int) value) {
      throw damaged("the number " + value + " does not fit 32 bits");
    }
    return (int) value;
  }

  long fixed() {
    need(Long.BYTES);
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = (value << 8) | (buffer[position++] & 0xFF);
    }
    return value;
  }

  /** How many things follow, each of which takes a byte at least. */
  int count() {
    long count = varint();
    if (count < 0 || count > remaining()) {
      throw damaged(
          "a length or count is "
              + Long.toUnsignedString(count)
              + " where "
              + remaining()
              + " bytes are left");
    }
    return (int) count;
  }

  Bytes bytes() {
    int length = count();
    Bytes value = Bytes.copyOf(buffer, position, length);
    position += length;
    return value;
  }

  String text() {
    int length = count();
    String value = Utf8.decode(buffer, position, length);
    if (value == null) {
      throw damaged("a text is not UTF-8");
    }
    position += length;
    return value;
  }

  /** Says that nothing may follow. */
  void end() {
    if (position != limit) {
      throw damaged(remaining() + " bytes follow its end");
    }
  }

  private void need(int bytes) {
    if (remaining() < bytes) {
      throw damaged("it ends too early");
    }
  }

  /** The number of something is not in its table. */
  UnreadableException unknown(String kind, long number) {
    String holds = source + " holds " + kind + " number " + Long.toUnsignedString(number);
    return new UnreadableException(
        writer.equals(Version.CURRENT)
            ? holds + ", which Muster " + writer + " that wrote it never had: it is damaged"
            : holds
                + ", written by Muster "
                + writer
                + "; this is Muster "
                + Version.CURRENT
                + ": upgrade this node");
  }

  UnreadableException damaged(String what) {
    return damaged(what, null);
  }

  UnreadableException damaged(String what, @Nullable Throwable cause) {
    return new UnreadableException(
        source
            + (writer.isEmpty() ? "" : ", written by Muster " + writer + ",")
            + " is damaged at byte "
            + (position - start)
            + ": "
            + what,
        cause);
  }
}

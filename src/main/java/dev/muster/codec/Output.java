package dev.muster.codec;

import java.util.Arrays;

/** A buffer that grows as it is written to. Not for use by several threads. */
final class Output {
  /** What a varint of 64 bits takes at most. */
  private static final int VARINT_BYTES_MAX = 10;

  private byte[] buffer;
  private int size;

  Output(int capacity) {
    buffer = new byte[capacity];
  }

  int size() {
    return size;
  }

  /** The buffer itself, written up to {@link #size()}. */
  byte[] buffer() {
    return buffer;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  void clear() {
    size = 0;
  }

  /** Takes back what was written after the first {@code length} bytes. */
  void truncate(int length) {
    size = length;
  }

  void octet(int value) {
    reserve(1);
    buffer[size++] = (byte) value;
  }

  /** Without sign, seven bits in a byte, the lowest first (LEB128). */
  void varint(long value) {
    reserve(VARINT_BYTES_MAX);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      buffer[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
  }

  /** With sign, so that numbers near zero are short. */
  void zigzag(long value) {
    varint((value << 1) ^ (value >> 63));
  }

  /** Eight bytes, the highest first: for numbers that are random. */
  void fixed(long value) {
    reserve(Long.BYTES);
    for (int shift = 56; shift >= 0; shift -= 8) {
      buffer[size++] = (byte) (value >>> shift);
    }
  }

  void bytes(byte[] value) {
    varint(value.length);
    raw(value, value.length);
  }

  /** Bytes without their length in front. */
  void raw(byte[] value, int length) {
    reserve(length);
    System.arraycopy(value, 0, buffer, size, length);
    size += length;
  }

  void text(String value) {
    int length = Utf8.length(value);
    varint(length);
    reserve(length);
    Utf8.encode(value, buffer, size);
    size += length;
  }

  private void reserve(int bytes) {
    if (buffer.length - size < bytes) {
      int needed = Math.addExact(size, bytes);
      int doubled = (int) Math.min(2L * buffer.length, Integer.MAX_VALUE - 8);
      buffer = Arrays.copyOf(buffer, Math.max(needed, doubled));
    }
  }
}

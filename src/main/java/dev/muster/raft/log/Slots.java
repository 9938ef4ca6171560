package dev.muster.raft.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A small file of two slots, each holding a whole value with its sequence and checksum. A write
 * goes to the older slot, so a torn one leaves the value before it. One thread at a time.
 *
 * <pre>
 * file = slot slot, each 4096 bytes, so that no two share a disk block
 * slot = 0 magic 8 | 8 version 4 | 12 sequence 8 | 20 length 4 | 24 value | crc 4 | zeros
 * </pre>
 */
final class Slots implements Closeable {
  static final int FORMAT_VERSION = 1;
  static final int SLOT_BYTES = 4096;
  static final int VALUE_BYTES_MAX = 2048;

  private static final int VALUE_AT = 24;

  private final Directory directory;
  private final LogFile file;
  private final long magic;
  private long sequence;
  private byte[] value;
  private boolean damaged;

  private Slots(Directory directory, LogFile file, long magic, long sequence, byte[] value) {
    this.directory = directory;
    this.file = file;
    this.magic = magic;
    this.sequence = sequence;
    this.value = value;
  }

  static Slots create(Directory directory, Path path, long magic, byte[] value) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(2 * SLOT_BYTES);
    content.put(slot(magic, 2, value)).position(SLOT_BYTES).put(slot(magic, 1, value));
    directory.write(path, content.rewind());
    return new Slots(directory, LogFile.open(path), magic, 2, value);
  }

  /** Opens with the newest whole slot; a file without one is refused. */
  static Slots open(Directory directory, Path path, long magic) throws IOException {
    LogFile file = LogFile.open(path);
    try {
      Slots newest = null;
      int whole = 0;
      for (int slot = 0; slot < 2; slot++) {
        Slots found = read(directory, file, magic, slot);
        whole += found == null ? 0 : 1;
        if (found != null && (newest == null || found.sequence > newest.sequence)) {
          newest = found;
        }
      }
      if (newest == null) {
        throw DamagedLogException.in(path, "both copies in it are damaged");
      }
      newest.damaged = whole < 2;
      return newest;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static @Nullable Slots read(Directory directory, LogFile file, long magic, int slot)
      throws IOException {
    if (file.size() < (slot + 1L) * SLOT_BYTES) {
      return null;
    }
    ByteBuffer bytes = file.read((long) slot * SLOT_BYTES, SLOT_BYTES);
    int length = bytes.getInt(20);
    if (bytes.getLong(0) != magic || length < 0 || length > VALUE_BYTES_MAX) {
      return null;
    }
    int version = bytes.getInt(8);
    if (version > FORMAT_VERSION) {
      throw DamagedLogException.newer(file.path(), version, FORMAT_VERSION);
    }
    int crcAt = VALUE_AT + length;
    if (bytes.getInt(crcAt) != Checksum.of(bytes, 0, crcAt)) {
      return null;
    }
    byte[] value = new byte[length];
    bytes.get(VALUE_AT, value);
    return new Slots(directory, file, magic, bytes.getLong(12), value);
  }

  /** One of the two slots was not whole when the file was opened. */
  boolean damaged() {
    return damaged;
  }

  byte[] value() {
    return value;
  }

  /** Not forced: survives the process, and a power loss some seconds later. */
  void write(byte[] next) throws IOException {
    file.write(slot(magic, sequence + 1, next), (sequence + 1) % 2 * SLOT_BYTES);
    sequence++;
    value = next;
  }

  /**
   * Both slots, one after the other, each forced: then damage to one of them takes nothing back.
   */
  void writeBothForced(byte[] next) throws IOException {
    write(next);
    force();
    write(next);
    force();
  }

  void force() throws IOException {
    directory.force(file);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private static ByteBuffer slot(long magic, long sequence, byte[] value) {
    if (value.length > VALUE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "%d bytes are more than a slot holds (%d)".formatted(value.length, VALUE_BYTES_MAX));
    }
    ByteBuffer slot = ByteBuffer.allocate(VALUE_AT + value.length + Integer.BYTES);
    slot.putLong(magic).putInt(FORMAT_VERSION).putLong(sequence).putInt(value.length).put(value);
    return slot.putInt(Checksum.of(slot, 0, slot.position())).flip();
  }
}

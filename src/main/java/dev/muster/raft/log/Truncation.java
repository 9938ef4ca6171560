package dev.muster.raft.log;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The note that entries from an index on are being deleted. It is on disk before the first of them
 * is touched and gone when the last is, so a start after a crash in between finishes the work:
 * deleted entries never come back. File: magic 8, version 4, index 8, crc 4.
 */
final class Truncation {
  static final int FORMAT_VERSION = 1;
  static final long NONE = Long.MAX_VALUE;

  private static final String NAME = "truncation";
  private static final long MAGIC = 0x4D5553545452554EL; // MUSTTRUN
  private static final int CRC_AT = 20;
  private static final int BYTES = 24;

  private Truncation() {}

  static void begin(Directory directory, long fromIndex) throws IOException {
    ByteBuffer note = ByteBuffer.allocate(BYTES);
    note.putLong(MAGIC).putInt(FORMAT_VERSION).putLong(fromIndex);
    directory.write(directory.file(NAME), note.putInt(Checksum.of(note, 0, CRC_AT)).flip());
  }

  static void end(Directory directory) throws IOException {
    directory.delete(directory.file(NAME));
  }

  /** The first index of a deletion that was not finished, or {@link #NONE}. */
  static long pending(Directory directory) throws IOException {
    Path file = directory.file(NAME);
    if (!Files.exists(file)) {
      return NONE;
    }
    try (LogFile in = LogFile.open(file)) {
      ByteBuffer note = in.read(0, BYTES);
      if (note.getLong(0) == MAGIC && note.getInt(8) > FORMAT_VERSION) {
        throw DamagedLogException.newer(file, note.getInt(8), FORMAT_VERSION);
      }
      if (note.getLong(0) != MAGIC || note.getInt(CRC_AT) != Checksum.of(note, 0, CRC_AT)) {
        throw DamagedLogException.in(file, "the note of an unfinished truncation is damaged");
      }
      return note.getLong(12);
    } catch (EOFException e) {
      throw DamagedLogException.in(file, "the note of an unfinished truncation is incomplete");
    }
  }
}

package dev.muster.raft.log;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jgroups.protocols.raft.LogEntry;

/**
 * A segment file, version 1. Integers are big endian; all that is not written yet is zero.
 *
 * <pre>
 * segment  = header record* zeros
 * header   =  0 magic 8 | 8 version 4 | 12 seed 4 | 16 first index 8 | 24 capacity 8 | 32 crc 4
 *            | zeros up to 64
 * record   =  0 crc 4 | 4 previous crc 4 | 8 payload length 4 | 12 place in batch 4 | 16 index 8
 *            | 24 term 8 | 32 flags 1 | 33 payload | zeros up to a multiple of 8
 * </pre>
 *
 * A record's crc (CRC-32C) covers everything of it after the crc itself, so also the crc of the
 * record before it: records form a chain, and one that was lost, swapped or left over from an older
 * use of the file does not fit. The first record of a segment continues from the header's seed,
 * which is the last crc of the segment before it.
 *
 * <p>The <i>place in batch</i> counts the records of one append, which share one force, from 0. It
 * tells what a crash may have torn from what was already on disk: see {@link SegmentScan}.
 */
final class RecordFormat {
  static final int FORMAT_VERSION = 1;
  static final int SEGMENT_HEADER_BYTES = 64;
  static final int RECORD_HEADER_BYTES = 33;
  static final int ALIGNMENT = 8;

  private static final long MAGIC = 0x4D5553545245434CL; // MUSTRECL
  private static final int HEADER_CRC_AT = 32;

  private static final int PREVIOUS_AT = 4;
  private static final int LENGTH_AT = 8;
  private static final int PLACE_AT = 12;
  private static final int INDEX_AT = 16;
  private static final int TERM_AT = 24;
  private static final int FLAGS_AT = 32;

  private static final byte FLAG_INTERNAL = 1;
  private static final byte FLAG_NO_COMMAND = 2;

  private RecordFormat() {}

  static long recordBytes(long payloadBytes) {
    return (RECORD_HEADER_BYTES + payloadBytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  static int payloadBytes(LogEntry entry) {
    return entry.command() == null ? 0 : entry.length();
  }

  static ByteBuffer segmentHeader(long firstIndex, int seed, long capacity) {
    ByteBuffer header = ByteBuffer.allocate(SEGMENT_HEADER_BYTES);
    header.putLong(MAGIC).putInt(FORMAT_VERSION).putInt(seed).putLong(firstIndex).putLong(capacity);
    return header.putInt(Checksum.of(header, 0, HEADER_CRC_AT)).rewind();
  }

  /** What the header of a segment says, verified. */
  record SegmentHeader(int seed, long firstIndex, long capacity) {
    static SegmentHeader read(Path file, ByteBuffer header) {
      if (header.getLong(0) != MAGIC) {
        throw DamagedLogException.at(file, 0, 0, "it does not begin like a log segment");
      }
      int version = header.getInt(8);
      if (version > FORMAT_VERSION) {
        throw DamagedLogException.newer(file, version, FORMAT_VERSION);
      }
      if (header.getInt(HEADER_CRC_AT) != Checksum.of(header, 0, HEADER_CRC_AT)) {
        throw DamagedLogException.at(file, 0, 0, "the checksum of the header is wrong");
      }
      return new SegmentHeader(header.getInt(12), header.getLong(16), header.getLong(24));
    }
  }

  /**
   * Fills {@code header} with a record's header, complete with its crc; the payload comes after.
   */
  static int recordHeader(
      ByteBuffer header, int previousCrc, long index, int placeInBatch, LogEntry entry) {
    int length = payloadBytes(entry);
    byte flags = entry.internal() ? FLAG_INTERNAL : 0;
    if (entry.command() == null) {
      flags |= FLAG_NO_COMMAND;
    }
    header.clear();
    header.putInt(0).putInt(previousCrc).putInt(length).putInt(placeInBatch);
    header.putLong(index).putLong(entry.term()).put(flags).flip();
    CRC32C crc = new CRC32C();
    crc.update(header.duplicate().position(PREVIOUS_AT));
    if (length > 0) {
      crc.update(entry.command(), entry.offset(), length);
    }
    header.putInt(0, (int) crc.getValue());
    return (int) crc.getValue();
  }

  /**
   * A record seen at a place of a buffer. Nothing it says may be believed before {@link #whole} is
   * true.
   */
  record Seen(ByteBuffer bytes, int at) {
    boolean blank() {
      return bytes.getInt(at) == 0 && length() == 0 && index() == 0 && term() == 0;
    }

    boolean whole() {
      int length = length();
      return length >= 0
          && recordBytes(length) <= bytes.limit() - at
          && crc() == Checksum.of(bytes, at + PREVIOUS_AT, at + RECORD_HEADER_BYTES + length);
    }

    int crc() {
      return bytes.getInt(at);
    }

    int previousCrc() {
      return bytes.getInt(at + PREVIOUS_AT);
    }

    int length() {
      return bytes.getInt(at + LENGTH_AT);
    }

    long index() {
      return bytes.getLong(at + INDEX_AT);
    }

    long term() {
      return bytes.getLong(at + TERM_AT);
    }

    /** The index of the first record of the append that this one came with. */
    long batchFirst() {
      return index() - bytes.getInt(at + PLACE_AT);
    }

    LogEntry entry() {
      byte flags = bytes.get(at + FLAGS_AT);
      LogEntry entry;
      if ((flags & FLAG_NO_COMMAND) != 0) {
        entry = new LogEntry(term(), null);
      } else {
        byte[] command = new byte[length()];
        bytes.get(at + RECORD_HEADER_BYTES, command);
        entry = new LogEntry(term(), command);
      }
      return entry.internal((flags & FLAG_INTERNAL) != 0);
    }
  }
}

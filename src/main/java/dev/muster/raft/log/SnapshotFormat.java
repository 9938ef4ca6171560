package dev.muster.raft.log;

import java.nio.ByteBuffer;

/**
 * A snapshot file, version 1. Integers are big endian.
 *
 * <pre>
 * snapshot = header content footer
 * header   = 0 magic 8 | 8 version 4 | 12 index 8 | 20 term 8 | 28 crc 4 (of the header)
 * footer   = 0 content length 8 | 8 crc 4 (of header and content) | 12 magic 4
 * </pre>
 */
final class SnapshotFormat {
  static final int FORMAT_VERSION = 1;
  static final int HEADER_BYTES = 32;
  static final int FOOTER_BYTES = 16;
  static final long MAGIC = 0x4D555354534E4150L; // MUSTSNAP
  static final int FOOTER_MAGIC = 0x534E4150; // SNAP
  static final int HEADER_CRC_AT = 28;

  private SnapshotFormat() {}

  static ByteBuffer header(long index, long term) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.putLong(MAGIC).putInt(FORMAT_VERSION).putLong(index).putLong(term);
    return header.putInt(Checksum.of(header, 0, HEADER_CRC_AT)).flip();
  }

  static ByteBuffer footer(long contentBytes, int crc) {
    return ByteBuffer.allocate(FOOTER_BYTES)
        .putLong(contentBytes)
        .putInt(crc)
        .putInt(FOOTER_MAGIC)
        .flip();
  }
}

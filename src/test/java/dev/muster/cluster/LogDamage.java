package dev.muster.cluster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Damages the log of a node that is not running, as a failing disk or a power loss would. Knows of
 * the format only where records begin and end, see {@code dev.muster.raft.log.RecordFormat}.
 */
final class LogDamage {
  private static final int SEGMENT_HEADER_BYTES = 64;
  private static final int RECORD_HEADER_BYTES = 33;
  private static final int LENGTH_AT = 8;
  private static final int INDEX_AT = 16;
  private static final int ALIGNMENT = 8;

  private final Path segment;
  private final ByteBuffer bytes;
  private final List<Integer> records = new ArrayList<>();
  private int end = SEGMENT_HEADER_BYTES;

  private LogDamage(Path segment) throws IOException {
    this.segment = segment;
    this.bytes = ByteBuffer.wrap(Files.readAllBytes(segment));
    while (end + RECORD_HEADER_BYTES <= bytes.limit() && bytes.getLong(end + INDEX_AT) != 0) {
      records.add(end);
      int length = RECORD_HEADER_BYTES + bytes.getInt(end + LENGTH_AT);
      end += (length + ALIGNMENT - 1) & -ALIGNMENT;
    }
  }

  /** The newest segment below a data directory that has records. */
  static LogDamage of(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      List<Path> segments =
          files
              .filter(file -> file.getFileName().toString().matches("segment-\\d+\\.log"))
              .sorted(Comparator.reverseOrder())
              .toList();
      for (Path segment : segments) {
        LogDamage damage = new LogDamage(segment);
        if (!damage.records.isEmpty()) {
          return damage;
        }
      }
    }
    throw new IllegalStateException("no log with records below " + data);
  }

  /**
   * A power loss in the middle of one more append: the first part of a record after the last one.
   * Nothing that was ever acknowledged is touched.
   */
  void tearAppend() throws IOException {
    int last = records.get(records.size() - 1);
    ByteBuffer torn = ByteBuffer.allocate(RECORD_HEADER_BYTES + 5);
    torn.put(bytes.array(), last, RECORD_HEADER_BYTES)
        .put("where".getBytes(StandardCharsets.US_ASCII));
    torn.putLong(INDEX_AT, bytes.getLong(last + INDEX_AT) + 1);
    write(torn.flip(), end);
  }

  /** The last record was forced, and its second half is zeros now. */
  void tearLastRecord() throws IOException {
    int last = records.get(records.size() - 1);
    int from = last + (end - last) / 2;
    write(ByteBuffer.allocate(end - from), from);
  }

  /** One bit in the middle of the log is another one. */
  void flipBit() throws IOException {
    int record = records.get(records.size() / 2);
    int at = record + RECORD_HEADER_BYTES - 1 - Long.BYTES; // in its term
    write(ByteBuffer.wrap(new byte[] {(byte) (bytes.get(at) ^ 4)}), at);
  }

  int records() {
    return records.size();
  }

  private void write(ByteBuffer content, int at) throws IOException {
    try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      for (long place = at; content.hasRemaining(); ) {
        place += file.write(content, place);
      }
      file.force(false);
    }
  }
}

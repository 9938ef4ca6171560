package dev.muster.raft.log;

import dev.muster.raft.log.RecordFormat.Seen;
import dev.muster.raft.log.RecordFormat.SegmentHeader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.jgroups.protocols.raft.LogEntry;

/**
 * One preallocated file of consecutive records ({@link RecordFormat}) and the position of each. One
 * thread at a time.
 */
final class Segment implements Closeable {
  private static final String PREFIX = "segment-";
  private static final String SUFFIX = ".log";

  private final LogFile file;
  private final SegmentHeader header;
  private int[] positions;
  private int count;
  private int end;
  private int lastCrc;
  private long lastTerm;
  private boolean scanned;
  private String problem = "";

  private Segment(LogFile file, SegmentHeader header) {
    this.file = file;
    this.header = header;
    this.positions = new int[64];
    this.end = RecordFormat.SEGMENT_HEADER_BYTES;
    this.lastCrc = header.seed();
  }

  static Path path(Directory directory, long firstIndex) {
    return directory.file(PREFIX + String.format(Locale.ROOT, "%020d", firstIndex) + SUFFIX);
  }

  static Iterable<Path> list(Directory directory) throws IOException {
    return directory.list(PREFIX, SUFFIX);
  }

  /** A new empty segment, there under its name after any crash from now on. */
  static Segment create(Directory directory, long firstIndex, int seed, long capacity)
      throws IOException {
    Path path = path(directory, firstIndex);
    Path staged = directory.staged(path);
    try (LogFile out = LogFile.create(staged)) {
      Directory.zero(out, 0, capacity);
      out.write(RecordFormat.segmentHeader(firstIndex, seed, capacity), 0);
      directory.force(out);
    }
    directory.publish(staged, path);
    return new Segment(LogFile.open(path), new SegmentHeader(seed, firstIndex, capacity));
  }

  /** Opens a segment and verifies its header; {@link #load} reads the records. */
  static Segment open(Path path) throws IOException {
    LogFile file = LogFile.open(path);
    try {
      ByteBuffer bytes = file.read(0, RecordFormat.SEGMENT_HEADER_BYTES);
      return new Segment(file, SegmentHeader.read(path, bytes));
    } catch (EOFException e) {
      file.close();
      throw DamagedLogException.at(path, 0, 0, "the file ends within its header");
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Verifies and finds the records below {@code limitIndex}. Changes nothing on disk. */
  SegmentScan.End load(long limitIndex) throws IOException {
    long size = Math.min(file.size(), header.capacity());
    SegmentScan scan =
        new SegmentScan(
            file.read(0, Math.toIntExact(size)), header.firstIndex(), header.seed(), limitIndex);
    SegmentScan.End how = scan.run();
    positions = scan.positions;
    count = scan.count;
    end = scan.at;
    lastCrc = scan.crc;
    lastTerm = scan.lastTerm;
    problem = scan.problem;
    scanned = true;
    return how;
  }

  boolean scanned() {
    return scanned;
  }

  /** What {@link #load} found wrong at {@link #end()}. */
  String problem() {
    return problem;
  }

  boolean fits(long bytes) {
    return end + bytes <= header.capacity();
  }

  long bytesLeft() {
    return header.capacity() - end;
  }

  /** Notes a record that was written at {@link #end()}. */
  void added(long bytes, int crc, long term) {
    if (count == positions.length) {
      positions = Arrays.copyOf(positions, count * 2);
    }
    positions[count++] = end;
    end += Math.toIntExact(bytes);
    lastCrc = crc;
    lastTerm = term;
  }

  LogEntry read(long index) throws IOException {
    int slot = Math.toIntExact(index - header.firstIndex());
    int from = positions[slot];
    int to = slot + 1 < count ? positions[slot + 1] : end;
    Seen seen = new Seen(file.read(from, to - from), 0);
    if (!seen.whole() || seen.index() != index) {
      throw DamagedLogException.at(
          path(), from, index, "the record was whole when the node started and is not any more");
    }
    return seen.entry();
  }

  /**
   * Forgets the entries from {@code fromIndex} on and overwrites them, and all that may come after
   * them, with zeros; forced. Not atomic: {@link Truncation} makes it so.
   */
  void cut(Directory directory, long fromIndex) throws IOException {
    int keep = Math.toIntExact(fromIndex - header.firstIndex());
    if (keep < count) {
      end = positions[keep];
      count = keep;
    }
    Directory.zero(file, end, header.capacity());
    directory.force(file);
    lastCrc = header.seed();
    lastTerm = 0;
    if (count > 0) {
      int from = positions[count - 1];
      Seen last = new Seen(file.read(from, end - from), 0);
      lastCrc = last.crc();
      lastTerm = last.term();
    }
  }

  Path path() {
    return file.path();
  }

  LogFile file() {
    return file;
  }

  int seed() {
    return header.seed();
  }

  long capacity() {
    return header.capacity();
  }

  long firstIndex() {
    return header.firstIndex();
  }

  /** One less than {@link #firstIndex()} while there are no records. */
  long lastIndex() {
    return header.firstIndex() + count - 1;
  }

  /** The term of the last record, 0 while there is none. */
  long lastTerm() {
    return lastTerm;
  }

  int lastCrc() {
    return lastCrc;
  }

  int end() {
    return end;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

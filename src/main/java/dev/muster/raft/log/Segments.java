package dev.muster.raft.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.jspecify.annotations.Nullable;

/**
 * The entries on disk: consecutive segments, the last of which is appended to. One thread at a
 * time.
 */
final class Segments implements Closeable {
  private static final int WRITE_BUFFER_BYTES = 1 << 20;
  private static final Logger LOG = Logger.getLogger(Segments.class);

  private final Directory directory;
  private final int segmentBytes;
  private final List<Segment> segments = new ArrayList<>();
  private final EntryWindow window;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(WRITE_BUFFER_BYTES);
  private final ByteBuffer header = ByteBuffer.allocate(RecordFormat.RECORD_HEADER_BYTES);
  private long bufferPosition;

  /** Set by {@link #load}: the last append was torn, or a truncation has to be finished. */
  private long cutFrom = Truncation.NONE;

  private Segments(Directory directory, LogOptions options) {
    this.directory = directory;
    this.segmentBytes = options.segmentBytes();
    this.window = new EntryWindow(options.windowBytes());
  }

  /**
   * Verifies all that is there, up to where a pending truncation begins. Refuses what a crash
   * cannot explain. Changes nothing on disk: {@link #repair} does.
   */
  static Segments load(Directory directory, LogOptions options, long commitIndex)
      throws IOException {
    Segments loaded = new Segments(directory, options);
    try {
      loaded.load(commitIndex, Truncation.pending(directory));
      return loaded;
    } catch (IOException | RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  private void load(long commitIndex, long truncateFrom) throws IOException {
    for (Path path : Segment.list(directory)) {
      Segment segment = Segment.open(path);
      Segment previous = segments.isEmpty() ? null : active();
      segments.add(segment);
      if (previous != null && segment.firstIndex() >= truncateFrom) {
        continue;
      }
      if (previous != null) {
        requireFollows(previous, segment);
      }
      SegmentScan.End end = segment.load(truncateFrom);
      if (end == SegmentScan.End.BROKEN) {
        throw DamagedLogException.at(
            path, segment.end(), segment.lastIndex() + 1, segment.problem());
      }
      if (end == SegmentScan.End.TORN) {
        cutFrom = segment.lastIndex() + 1;
      }
    }
    if (truncateFrom != Truncation.NONE) {
      requireReaches(truncateFrom - 1, "an unfinished truncation keeps the entries up to %d");
      cutFrom = truncateFrom;
    }
    requireReaches(commitIndex, "entry %d was committed");
  }

  private static void requireFollows(Segment previous, Segment next) {
    // Segments are made one after the other, each when the one before is full and forced.
    long expected = previous.lastIndex() + 1;
    if (next.firstIndex() != expected || next.seed() != previous.lastCrc()) {
      throw DamagedLogException.at(
          previous.path(),
          previous.end(),
          expected,
          previous.problem().isEmpty()
              ? "%s does not continue here: entries are missing or replaced"
                  .formatted(next.path().getFileName())
              : previous.problem());
    }
  }

  private void requireReaches(long index, String why) {
    Segment last = lastScanned();
    if (last != null && last.lastIndex() < index) {
      throw DamagedLogException.at(
          last.path(),
          last.end(),
          last.lastIndex() + 1,
          "the log ends here, but "
              + why.formatted(index)
              + (last.problem().isEmpty() ? "" : "; " + last.problem()));
    }
  }

  private @Nullable Segment lastScanned() {
    for (int i = segments.size() - 1; i >= 0; i--) {
      if (i == 0 || segments.get(i).scanned()) {
        return segments.get(i);
      }
    }
    return null;
  }

  /** Cuts a torn tail off and finishes a truncation. */
  void repair() throws IOException {
    if (segments.isEmpty()) {
      return;
    }
    if (cutFrom != Truncation.NONE) {
      Segment last = Objects.requireNonNull(lastScanned());
      LOG.warnf(
          "%s: cutting off what a crash left after entry %d (byte %d): %s",
          last.path(),
          last.lastIndex(),
          last.end(),
          last.problem().isEmpty() ? "deleted entries" : last.problem());
      cut(cutFrom);
    }
    Truncation.end(directory);
    Segment last = active();
    long size = last.file().size();
    if (size < last.capacity()) {
      Directory.zero(last.file(), size, last.capacity());
      directory.force(last.file());
    }
  }

  /** The term of the last entry, or 0 while there is none in the last segment. */
  long lastTerm() {
    Segment last = lastScanned();
    return last == null ? 0 : last.lastTerm();
  }

  boolean isEmpty() {
    return segments.isEmpty();
  }

  /** The first index that has a place here; {@link #lastIndex()} is one less while it is empty. */
  long firstIndex() {
    return segments.get(0).firstIndex();
  }

  long lastIndex() {
    return active().lastIndex();
  }

  long usedBytes() {
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += segment.end() - RecordFormat.SEGMENT_HEADER_BYTES;
    }
    return bytes;
  }

  /** Disk space that an append of these needs beyond what is preallocated. */
  long newBytesFor(LogEntries entries) {
    long bytes = 0;
    for (LogEntry entry : entries) {
      bytes += RecordFormat.recordBytes(RecordFormat.payloadBytes(entry));
    }
    return bytes <= active().bytesLeft() ? 0 : bytes + segmentBytes;
  }

  /** Writes all entries, forces once (and once more for each segment that becomes full). */
  void append(LogEntries entries) throws IOException {
    long index = lastIndex() + 1;
    int place = 0;
    Segment active = active();
    bufferPosition = active.end();
    buffer.clear();
    for (LogEntry entry : entries) {
      int payload = RecordFormat.payloadBytes(entry);
      long bytes = RecordFormat.recordBytes(payload);
      if (!active.fits(bytes)) {
        drain(active);
        if (place > 0) {
          directory.force(active.file());
        }
        active = roll(bytes);
        bufferPosition = active.end();
      }
      int crc = RecordFormat.recordHeader(header, active.lastCrc(), index++, place++, entry);
      put(active, header.array(), 0, RecordFormat.RECORD_HEADER_BYTES);
      if (payload > 0) {
        put(active, entry.command(), entry.offset(), payload);
      }
      put(active, PADDING, 0, (int) (bytes - RecordFormat.RECORD_HEADER_BYTES - payload));
      active.added(bytes, crc, entry.term());
    }
    drain(active);
    directory.force(active.file());
    for (LogEntry entry : entries) {
      window.add(index++ - entries.size(), entry);
    }
  }

  private static final byte[] PADDING = new byte[RecordFormat.ALIGNMENT];

  private void put(Segment active, byte[] bytes, int offset, int length) throws IOException {
    for (int from = offset; from < offset + length; ) {
      if (!buffer.hasRemaining()) {
        drain(active);
      }
      int part = Math.min(buffer.remaining(), offset + length - from);
      buffer.put(bytes, from, part);
      from += part;
    }
  }

  private void drain(Segment active) throws IOException {
    buffer.flip();
    if (buffer.hasRemaining()) {
      active.file().write(buffer, bufferPosition);
      bufferPosition += buffer.remaining();
    }
    buffer.clear();
  }

  private Segment roll(long recordBytes) throws IOException {
    Segment full = active();
    long first = full.lastIndex() + 1;
    if (first == full.firstIndex()) {
      // Empty, and still too small: a larger one takes its name.
      segments.remove(segments.size() - 1);
      full.close();
    }
    long capacity = Math.max(segmentBytes, RecordFormat.SEGMENT_HEADER_BYTES + recordBytes);
    Segment next = Segment.create(directory, first, full.lastCrc(), capacity);
    segments.add(next);
    return next;
  }

  /** A log that has nothing on disk begins at this index. */
  void begin(long firstIndex, long termBefore) throws IOException {
    ByteBuffer origin = ByteBuffer.allocate(2 * Long.BYTES).putLong(firstIndex).putLong(termBefore);
    int seed = Checksum.of(origin, 0, 2 * Long.BYTES);
    segments.add(Segment.create(directory, firstIndex, seed, segmentBytes));
  }

  /** Null if the index is not here. */
  @Nullable LogEntry read(long index) throws IOException {
    LogEntry recent = window.get(index);
    if (recent != null) {
      return recent;
    }
    Segment segment = find(index);
    return segment == null ? null : segment.read(index);
  }

  private @Nullable Segment find(long index) {
    int low = 0;
    int high = segments.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Segment segment = segments.get(middle);
      if (index < segment.firstIndex()) {
        high = middle - 1;
      } else if (index > segment.lastIndex()) {
        low = middle + 1;
      } else {
        return segment;
      }
    }
    return null;
  }

  /** Deletes the entries from this index on; after a crash at any point all of them are gone. */
  void truncateFrom(long index) throws IOException {
    Truncation.begin(directory, index);
    cut(index);
    Truncation.end(directory);
  }

  private void cut(long index) throws IOException {
    window.dropFrom(index);
    while (segments.size() > 1 && active().firstIndex() >= index) {
      deleteLast();
    }
    active().cut(directory, index);
  }

  /** Deletes all segments, the newest first: what a crash leaves is a shorter log without gaps. */
  void deleteAll() throws IOException {
    window.dropFrom(0);
    while (!segments.isEmpty()) {
      deleteLast();
    }
  }

  private void deleteLast() throws IOException {
    Segment last = segments.remove(segments.size() - 1);
    last.close();
    directory.delete(last.path());
  }

  /**
   * Deletes the segments that have no entry above this index, the oldest first, but never the last.
   */
  void deleteUpTo(long index) throws IOException {
    while (segments.size() > 1 && segments.get(0).lastIndex() <= index) {
      Segment oldest = segments.remove(0);
      oldest.close();
      directory.delete(oldest.path());
    }
  }

  private Segment active() {
    return segments.get(segments.size() - 1);
  }

  @Override
  public void close() throws IOException {
    for (Segment segment : segments) {
      segment.close();
    }
  }
}

package dev.muster.raft.log;

import dev.muster.raft.log.RecordFormat.Seen;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads a segment from its beginning and says where its records end and why.
 *
 * <p><b>Torn or damaged?</b> A crash can tear only the last append, because everything before it
 * was forced; the disk may have written its pages in any order, so there may be whole records after
 * a torn one. Each record names the first of its append. So: if a whole record after the bad one
 * began with a <i>later</i> append, the bad one had been forced, and the middle of the log is
 * broken. If there is none, the bad record belongs to the last append and is taken for torn.
 *
 * <p>What this cannot tell: a bit that rotted in the very last append, after it was forced and
 * acknowledged, looks like a torn write. It is caught only if the stored commit index says that the
 * entry was committed (the log is refused then); that index is written without a force of its own,
 * so after a power loss it may be some seconds old. A cluster survives this: an entry is
 * acknowledged when a majority has it on disk. A node alone may lose its last append this way.
 */
final class SegmentScan {
  enum End {
    /** Nothing but zeros after the last record, or the file is full. */
    CLEAN,
    /** The last append is incomplete. */
    TORN,
    /** Records that were once on disk are damaged. */
    BROKEN,
    /** The limit was reached; what comes after it was not looked at. */
    LIMIT
  }

  private final ByteBuffer bytes;
  private final long limitIndex;

  long index;
  int at = RecordFormat.SEGMENT_HEADER_BYTES;
  int crc;
  int[] positions = new int[64];
  int count;
  long lastTerm;
  String problem = "";

  /** Reads records up to, and not including, {@code limitIndex}. */
  SegmentScan(ByteBuffer bytes, long firstIndex, int seed, long limitIndex) {
    this.bytes = bytes;
    this.index = firstIndex;
    this.crc = seed;
    this.limitIndex = limitIndex;
  }

  End run() {
    while (index < limitIndex) {
      if (bytes.limit() - at < RecordFormat.RECORD_HEADER_BYTES) {
        return end("the file ends within the header of a record");
      }
      Seen seen = new Seen(bytes, at);
      if (seen.blank()) {
        return end("there are bytes after the last record");
      }
      if (!seen.whole()) {
        return end("the record's checksum is wrong");
      }
      if (seen.index() != index || seen.previousCrc() != crc) {
        // A whole record in the wrong place was not torn: something before it is gone.
        problem =
            "the record here is entry %d and does not follow the one before it"
                .formatted(seen.index());
        return End.BROKEN;
      }
      add(seen);
    }
    return End.LIMIT;
  }

  private void add(Seen seen) {
    if (count == positions.length) {
      positions = Arrays.copyOf(positions, count * 2);
    }
    positions[count++] = at;
    lastTerm = seen.term();
    crc = seen.crc();
    at += (int) RecordFormat.recordBytes(seen.length());
    index++;
  }

  private End end(String what) {
    if (zeros(at)) {
      return End.CLEAN;
    }
    problem = what;
    for (int place = at; place <= bytes.limit() - RecordFormat.RECORD_HEADER_BYTES; ) {
      Seen seen = new Seen(bytes, place);
      // The index is looked at first: a checksum over any bytes that may be a length costs too
      // much.
      long ahead = seen.index() - index;
      if (ahead > 0 && ahead <= bytes.limit() && seen.whole()) {
        if (seen.batchFirst() > index) {
          problem = what + ", and a later append (entry %d) is whole".formatted(seen.index());
          return End.BROKEN;
        }
      }
      place += RecordFormat.ALIGNMENT;
    }
    return End.TORN;
  }

  private boolean zeros(int from) {
    int place = from;
    for (; place <= bytes.limit() - Long.BYTES; place += Long.BYTES) {
      if (bytes.getLong(place) != 0) {
        return false;
      }
    }
    for (; place < bytes.limit(); place++) {
      if (bytes.get(place) != 0) {
        return false;
      }
    }
    return true;
  }
}

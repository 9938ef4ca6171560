package dev.muster.raft.log;

import org.jgroups.protocols.raft.LogEntry;
import org.jspecify.annotations.Nullable;

/** The newest entries in memory, consecutive, bounded by their bytes. One thread at a time. */
final class EntryWindow {
  /** What an entry costs beside its payload, roughly. */
  private static final int OVERHEAD_BYTES = 64;

  private final long bytesMax;
  private @Nullable LogEntry[] ring = new LogEntry[256];
  private long first = 1;
  private long next = 1;
  private long bytes;

  EntryWindow(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Takes the entry that follows the newest one; any other begins the window anew. */
  void add(long index, LogEntry entry) {
    if (index != next) {
      clear(index);
    }
    if (next - first == ring.length) {
      grow();
    }
    ring[slot(next++)] = entry;
    bytes += cost(entry);
    while (bytes > bytesMax && first < next) {
      dropFirst();
    }
  }

  @Nullable LogEntry get(long index) {
    return index >= first && index < next ? ring[slot(index)] : null;
  }

  void dropFrom(long index) {
    while (next > index && next > first) {
      next--;
      drop(next);
    }
    if (next > index) {
      clear(index);
    }
  }

  private void clear(long index) {
    while (first < next) {
      dropFirst();
    }
    first = index;
    next = index;
  }

  private void dropFirst() {
    drop(first++);
  }

  private void drop(long index) {
    LogEntry entry = ring[slot(index)];
    if (entry != null) {
      bytes -= cost(entry);
    }
    ring[slot(index)] = null;
  }

  private void grow() {
    @Nullable LogEntry[] larger = new LogEntry[ring.length * 2];
    for (long i = first; i < next; i++) {
      larger[(int) (i & (larger.length - 1))] = ring[slot(i)];
    }
    ring = larger;
  }

  private int slot(long index) {
    return (int) (index & (ring.length - 1));
  }

  private static long cost(LogEntry entry) {
    return OVERHEAD_BYTES + (entry.command() == null ? 0L : entry.command().length);
  }
}

package dev.muster.raft.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.ObjLongConsumer;
import org.jgroups.protocols.raft.Log;
import org.jgroups.protocols.raft.LogEntry;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link Log} that only the stock RAFT calls, in terms of the rest. Its snapshots are
 * arrays, and it says afterwards which entry they were made at: by {@link #truncate} for its own
 * and by {@link #reinitializeTo} for a received one. Until then a snapshot is kept in memory, so
 * that there is never one on disk whose index is a guess.
 */
abstract class StockSnapshots extends OpenFiles {
  private byte @Nullable [] unplaced;
  private long unplacedIndex;

  StockSnapshots(LogOptions options) {
    super(options);
  }

  abstract SnapshotSink beginSnapshot(long index, long term);

  abstract void installSnapshot(SnapshotSink received);

  abstract void compact(long index);

  abstract long termAt(long index);

  abstract @Nullable SnapshotFile newestSnapshot();

  /** Kept in memory until {@link #truncate} or {@link #reinitializeTo} places it. */
  @Override
  public final synchronized void setSnapshot(ByteBuffer content) {
    byte[] copy = new byte[content.remaining()];
    content.duplicate().get(copy);
    unplaced = copy;
    unplacedIndex = commitIndex();
  }

  @Override
  public final synchronized @Nullable ByteBuffer getSnapshot() {
    if (unplaced != null) {
      return ByteBuffer.wrap(unplaced);
    }
    SnapshotFile newest = newestSnapshot();
    if (newest == null) {
      return null;
    }
    try (var in = newest.open()) {
      return ByteBuffer.wrap(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("Reading " + newest, e);
    }
  }

  /** Places the snapshot that was set at the commit index of that moment, and compacts. */
  @Override
  public final synchronized void truncate(long indexExclusive) {
    if (unplaced != null && unplacedIndex > firstAppended()) {
      try (SnapshotSink out = beginSnapshot(unplacedIndex, termAt(unplacedIndex))) {
        out.write(unplaced);
        out.commit();
      } catch (IOException e) {
        throw new UncheckedIOException("Writing a snapshot", e);
      }
      unplaced = null;
    }
    compact(indexExclusive - 1);
  }

  /**
   * Installs the snapshot that was set as one of this entry; the log goes on after it.
   *
   * @throws IllegalStateException no snapshot was set: the entries before would be lost
   */
  @Override
  public final synchronized void reinitializeTo(long index, LogEntry entry) {
    if (unplaced == null) {
      throw new IllegalStateException(
          "The log cannot begin after entry %d without a snapshot of it".formatted(index));
    }
    try (SnapshotSink out = beginSnapshot(index, entry.term())) {
      out.write(unplaced);
      installSnapshot(out);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing a snapshot", e);
    }
    unplaced = null;
    deleteAllEntriesStartingFrom(index + 1);
  }

  @Override
  public final void forEach(ObjLongConsumer<LogEntry> function, long start, long end) {
    long from = Math.max(Math.max(1, firstAppended()), start);
    long to = Math.min(end, lastAppended());
    for (long index = from; index <= to; index++) {
      LogEntry entry = get(index);
      if (entry != null) {
        function.accept(entry, index);
      }
    }
  }

  @Override
  public final void forEach(ObjLongConsumer<LogEntry> function) {
    forEach(function, 1, lastAppended());
  }
}

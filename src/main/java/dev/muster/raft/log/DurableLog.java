package dev.muster.raft.log;

import dev.muster.raft.Halt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jgroups.protocols.raft.Log;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.jspecify.annotations.Nullable;

/**
 * Raft's log on disk. What a method has returned from survives any crash (the commit index alone
 * may come back lower); what cannot be trusted at start is refused with a {@link
 * DamagedLogException}.
 *
 * <ul>
 *   <li><b>Entries</b>: preallocated segments of chained checksums ({@link RecordFormat}), one
 *       force per {@link #append}. A torn tail is cut off at start, a broken middle is refused;
 *       {@link SegmentScan} says how the two are told apart, and what cannot be.
 *   <li><b>Term and vote</b>: forced, never going back ({@link VoteFile}).
 *   <li><b>Snapshots</b>: staged, forced, renamed; the rename is the one moment that counts. At
 *       start everything else follows from what is there ({@link LogFiles}).
 *   <li><b>Failures</b>: an IOException while writing, forcing or reading goes to {@link Halt} and
 *       nothing is acknowledged any more. Too little space is noticed before: {@link
 *       NoSpaceException}, {@link #isWritable}.
 * </ul>
 *
 * <p>Any thread may call any method. {@link #firstAppended()} is the newest snapshot's index (0
 * without one), as Raft expects: it can be asked for its term, its content is in the snapshot.
 * Entries before it are readable until {@link #compact} has deleted them.
 */
public final class DurableLog extends StockSnapshots {
  /** {@link #termAt} of an entry that is not here (any more, or yet). */
  public static final long UNKNOWN_TERM = -1;

  private static final Logger LOG = Logger.getLogger(DurableLog.class);

  private volatile long lastAppended;
  private volatile long commitIndex;
  private @Nullable SnapshotSink sink;

  /** Jgroups-raft's {@code log_class}: {@link #init} opens the directory. */
  public DurableLog() {
    this(LogOptions.defaults());
  }

  private DurableLog(LogOptions options) {
    super(options);
  }

  /**
   * Opens the log in this directory, or begins one if it is empty.
   *
   * @throws DamagedLogException what is there cannot be trusted
   * @throws IllegalStateException another process uses the directory
   */
  public static DurableLog open(Path directory, LogOptions options) throws IOException {
    DurableLog log = new DurableLog(options);
    log.openFiles(directory);
    return log;
  }

  private synchronized void openFiles(Path directory) throws IOException {
    LogFiles files = LogFiles.open(directory, options);
    opened(files);
    lastAppended = files.segments().lastIndex();
    commitIndex = Math.max(files.commit().index(), files.snapshots().newestIndex());
    LOG.infof(
        "%s: entries up to %d, committed at least up to %d, term %d, snapshot at %d",
        directory, lastAppended, commitIndex, files.vote().term(), files.snapshots().newestIndex());
  }

  /** Opens the directory of this name, unless {@link #open} did already. */
  @Override
  public synchronized void init(String name, @Nullable Map<String, String> args)
      throws IOException {
    if (!isOpen()) {
      openFiles(Path.of(name));
    }
  }

  @Override
  public synchronized void close() {
    if (sink != null) {
      sink.close();
    }
    closeFiles();
  }

  /** Closes the log and deletes its directory. */
  @Override
  public synchronized void delete() throws IOException {
    Directory directory = files().directory();
    close();
    directory.deleteAll();
  }

  // ---- entries ----

  @Override
  public long commitIndex() {
    return commitIndex;
  }

  /** Stored without a force of its own: after a power loss it may come back lower. */
  @Override
  public synchronized Log commitIndex(long index) {
    if (index < commitIndex || index > lastAppended) {
      throw new IllegalArgumentException(
          "The commit index cannot become %d: it is %d, and the last entry is %d"
              .formatted(index, commitIndex, lastAppended));
    }
    if (index > commitIndex) {
      write("storing the commit index", files -> files.commit().write(index));
      commitIndex = index;
    }
    return this;
  }

  /** The newest snapshot's index; 0 without one. */
  @Override
  public long firstAppended() {
    return files().snapshots().newestIndex();
  }

  @Override
  public long lastAppended() {
    return lastAppended;
  }

  /** The first entry that {@link #get} still has with its content; may be past the last. */
  public synchronized long firstStored() {
    return files().segments().firstIndex();
  }

  /**
   * Appends the entries from this index on, with one force, replacing what is there. They are on
   * disk when it returns.
   *
   * @throws IllegalArgumentException there would be a gap, or a committed entry would be replaced
   * @throws NoSpaceException nothing was written
   */
  @Override
  public synchronized long append(long index, LogEntries entries) {
    if (index > lastAppended + 1 || index <= commitIndex) {
      throw new IllegalArgumentException(
          "Cannot append at %d: the last entry is %d, the commit index %d"
              .formatted(index, lastAppended, commitIndex));
    }
    if (entries.size() == 0) {
      return lastAppended;
    }
    for (LogEntry entry : entries) {
      if (entry.length() > LogOptions.ENTRY_BYTES_MAX) {
        throw new IllegalArgumentException(
            "An entry has %d bytes; %d are the most"
                .formatted(entry.length(), LogOptions.ENTRY_BYTES_MAX));
      }
    }
    write("appending at " + index, files -> files.requireSpaceFor(entries));
    if (index <= lastAppended) {
      deleteAllEntriesStartingFrom(index);
    }
    long term = 0;
    for (LogEntry entry : entries) {
      term = Math.max(term, entry.term());
    }
    if (term > currentTerm()) {
      currentTerm(term);
    }
    write("appending at " + index, files -> files.segments().append(entries));
    lastAppended = index + entries.size() - 1;
    return lastAppended;
  }

  /**
   * Whether an append would be accepted now. The layer above asks before it takes a client's write,
   * so that the client hears a clear reason.
   */
  public boolean isWritable() {
    return isUsable() && read("measuring free space", LogFiles::hasReserve);
  }

  /**
   * The entry, or null if it is not here. At the newest snapshot's index there is always one with
   * the right term, but it may have no command.
   */
  @Override
  public synchronized @Nullable LogEntry get(long index) {
    LogEntry stored = stored(index);
    SnapshotFile snapshot = newestSnapshot();
    return stored == null && snapshot != null && snapshot.index() == index
        ? new LogEntry(snapshot.term(), null)
        : stored;
  }

  /** The term of the entry; 0 before the first one, {@link #UNKNOWN_TERM} if it is not here. */
  @Override
  public long termAt(long index) {
    if (index == 0) {
      return 0;
    }
    LogEntry entry = get(index);
    return entry == null ? UNKNOWN_TERM : entry.term();
  }

  /**
   * Deletes the entries from this index on; they are gone when it returns, and a crash before
   * leaves all of them or none. The term stays.
   *
   * @throws IllegalArgumentException the entry is committed
   */
  @Override
  public synchronized void deleteAllEntriesStartingFrom(long index) {
    if (index <= commitIndex) {
      throw new IllegalArgumentException(
          "Entry %d is committed (up to %d) and cannot be deleted".formatted(index, commitIndex));
    }
    if (index <= lastAppended) {
      write("deleting from " + index, files -> files.segments().truncateFrom(index));
      lastAppended = index - 1;
    }
  }

  /** Bytes of the entries on disk, without what is only preallocated. */
  @Override
  public synchronized long sizeInBytes() {
    return files().segments().usedBytes();
  }

  // ---- snapshots ----

  /**
   * Begins a snapshot of everything up to and including this entry. One at a time.
   *
   * @throws NoSpaceException the disk's reserve is reached
   * @throws IllegalArgumentException there is a snapshot that is as new
   * @throws IllegalStateException another one is being written
   */
  @Override
  public synchronized SnapshotSink beginSnapshot(long index, long term) {
    if (sink != null) {
      throw new IllegalStateException(
          "A snapshot of entry %d is being written; one at a time".formatted(sink.index()));
    }
    if (index <= firstAppended()) {
      throw new IllegalArgumentException(
          "There is a snapshot of entry %d; one of %d is too old"
              .formatted(firstAppended(), index));
    }
    SnapshotSink begun =
        read("beginning a snapshot", files -> files.beginSnapshot(this, index, term));
    sink = begun;
    return begun;
  }

  @Override
  @Nullable SnapshotFile newestSnapshot() {
    return files().snapshots().newest();
  }

  /** The newest snapshot. */
  public Optional<SnapshotFile> snapshot() {
    return Optional.ofNullable(newestSnapshot());
  }

  /** {@link SnapshotSink#commit}. Not under the lock while it waits for the disk. */
  void commitSnapshot(SnapshotSink written) {
    long index = written.index();
    if (index > commitIndex || termAt(index) != written.term()) {
      throw new IllegalArgumentException(
          "Entry %d of term %d is not a committed one here (commit index %d); a snapshot that was"
                  .formatted(index, written.term(), commitIndex)
              + " received has to be installed");
    }
    SnapshotFile file = finish(written);
    synchronized (this) {
      files().snapshots().publish(file);
    }
  }

  /**
   * Makes a received snapshot the newest one, and the log one that contains it. If the log has the
   * snapshot's last entry with the same term, it is kept as it is; otherwise all entries are
   * deleted and the next one is appended after the snapshot. Crash-safe: the snapshot's name
   * decides.
   *
   * @throws IllegalArgumentException everything in it is committed here already: it is stale
   */
  @Override
  public synchronized void installSnapshot(SnapshotSink received) {
    long index = received.index();
    if (index <= commitIndex) {
      throw new IllegalArgumentException(
          "The snapshot of entry %d is stale: entries up to %d are committed here"
              .formatted(index, commitIndex));
    }
    if (received.term() > currentTerm()) {
      currentTerm(received.term());
    }
    boolean contained = termAt(index) == received.term();
    SnapshotFile file = finish(received);
    write(
        "installing the snapshot of " + index,
        files -> {
          files.snapshots().publish(file);
          if (!contained) {
            files.restartAfter(file);
            lastAppended = index;
          }
          files.commit().write(index);
        });
    commitIndex = index;
  }

  private SnapshotFile finish(SnapshotSink written) {
    SnapshotFile file = read("committing the snapshot", files -> written.finish());
    synchronized (this) {
      sink = null;
    }
    return file;
  }

  synchronized void discard(SnapshotSink unfinished) {
    sink = null;
    if (isUsable()) {
      write("discarding a snapshot", files -> unfinished.delete());
    }
  }

  /**
   * Deletes what the newest snapshot makes superfluous: segments whose entries are all at or below
   * this index and the snapshot's, and older snapshots. The snapshot's own entry keeps its term.
   */
  @Override
  public synchronized void compact(long index) {
    write(
        "compacting",
        files -> {
          files.segments().deleteUpTo(Math.min(index, files.snapshots().newestIndex()));
          files.snapshots().deleteOld();
        });
  }

  /** Bytes of the newest snapshot's content, 0 without one. */
  public long snapshotBytes() {
    return snapshot().map(SnapshotFile::size).orElse(0L);
  }

  @Override
  public String toString() {
    return "DurableLog[last=%d, commit=%d]".formatted(lastAppended, commitIndex);
  }
}

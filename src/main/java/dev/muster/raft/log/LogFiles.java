package dev.muster.raft.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jboss.logging.Logger;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;

/**
 * The open files of a log, and how they are brought to agree at start. There is no list of what is
 * valid: the newest whole snapshot and the segments say it themselves.
 *
 * <ul>
 *   <li>The log contains the snapshot's last entry, with its term: an ordinary snapshot.
 *   <li>It ends before that entry, or has it with another term: a received snapshot was installed
 *       and a crash came before the old entries were deleted. They are, and the log begins anew.
 *   <li>The newest snapshot is damaged: the one before it (or none) serves if the log has every
 *       entry after it; otherwise the start is refused.
 * </ul>
 */
record LogFiles(
    Directory directory,
    DirectoryLock lock,
    SpaceGuard space,
    VoteFile vote,
    CommitFile commit,
    SnapshotStore snapshots,
    Segments segments)
    implements Closeable {
  private static final Logger LOG = Logger.getLogger(LogFiles.class);

  static LogFiles open(Path path, LogOptions options) throws IOException {
    Directory directory = new Directory(path, options.fsync(), options.fsyncListener());
    DirectoryLock lock = DirectoryLock.acquire(directory);
    try {
      LogFiles files = open(directory, lock, options);
      files.reconcile();
      return files;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static LogFiles open(Directory directory, DirectoryLock lock, LogOptions options)
      throws IOException {
    for (Path leftover : directory.list("", Directory.STAGED_SUFFIX)) {
      directory.delete(leftover);
    }
    SnapshotStore snapshots = SnapshotStore.open(directory);
    boolean begun = VoteFile.exists(directory);
    if (!begun
        && (snapshots.newestIndexInNames() > 0 || Segment.list(directory).iterator().hasNext())) {
      throw DamagedLogException.in(
          directory.file("vote"), "the file with term and vote is missing, but there is a log");
    }
    // The vote file comes last: with it, the directory counts as begun.
    CommitFile commit = begun ? CommitFile.open(directory) : CommitFile.create(directory);
    VoteFile vote = begun ? VoteFile.open(directory) : VoteFile.create(directory);
    long committed = commit.index();
    // What the snapshot has need not be in the log.
    long needed = committed > snapshots.newestIndex() ? committed : 0;
    Segments segments = Segments.load(directory, options, needed);
    SpaceGuard space =
        new SpaceGuard(directory.path(), options.freeSpace(), options.reserveBytes());
    return new LogFiles(directory, lock, space, vote, commit, snapshots, segments);
  }

  private void reconcile() throws IOException {
    SnapshotFile snapshot = snapshots.newest();
    long base = snapshots.newestIndex();
    if (segments.isEmpty()) {
      if (snapshots.damage() != null) {
        throw snapshots.damage();
      }
      if (commit.index() > base) {
        throw DamagedLogException.in(
            Segment.path(directory, base + 1),
            "entries up to %d were committed, but there is no segment".formatted(commit.index()));
      }
      segments.begin(base + 1, snapshot == null ? 0 : snapshot.term());
      return;
    }
    DamagedLogException damage = snapshots.damage();
    boolean covered = segments.firstIndex() <= base + 1;
    if (damage != null && !(covered && segments.lastIndex() >= snapshots.newestIndexInNames())) {
      throw damage;
    }
    if (!covered) {
      throw DamagedLogException.in(
          Segment.path(directory, base + 1),
          "the entries from %d to %d are neither in a snapshot nor in the log"
              .formatted(base + 1, segments.firstIndex() - 1));
    }
    if (segments.lastTerm() > vote.term()) {
      throw DamagedLogException.in(
          directory.file("vote"),
          "its term %d is older than the last entry's, %d"
              .formatted(vote.term(), segments.lastTerm()));
    }
    segments.repair();
    snapshots.setDamagedAside();
    if (snapshot != null && !contains(snapshot)) {
      LOG.infof(
          "%s: the log ends before the snapshot or differs from it; it begins anew after entry %d",
          directory.path(), base);
      restartAfter(snapshot);
    }
  }

  private boolean contains(SnapshotFile snapshot) throws IOException {
    if (segments.firstIndex() == snapshot.index() + 1) {
      return true;
    }
    LogEntry last = segments.read(snapshot.index());
    return last != null && last.term() == snapshot.term();
  }

  /** Deletes all entries; the next one will be appended after the snapshot. */
  void restartAfter(SnapshotFile snapshot) throws IOException {
    segments.deleteAll();
    segments.begin(snapshot.index() + 1, snapshot.term());
  }

  boolean hasReserve() throws IOException {
    return space.allows(0);
  }

  void requireSpaceFor(LogEntries entries) throws IOException {
    space.require(segments.newBytesFor(entries));
  }

  SnapshotSink beginSnapshot(DurableLog log, long index, long term) throws IOException {
    SnapshotFile newest = snapshots.newest();
    space.require(newest == null ? 0 : newest.size());
    return new SnapshotSink(log, directory, space, snapshots.path(index), index, term);
  }

  @Override
  public void close() {
    close(segments);
    close(vote);
    close(commit);
    close(lock);
  }

  private static void close(Closeable file) {
    try {
      file.close();
    } catch (IOException e) {
      LOG.warn("closing a file of the log failed", e);
    }
  }
}

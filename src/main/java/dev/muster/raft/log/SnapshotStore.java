package dev.muster.raft.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of a directory. A file has its index in its name, so a crash never leaves a doubt
 * about what it contains. The newest is the one in force; older ones wait for {@link #deleteOld}.
 */
final class SnapshotStore {
  private static final String PREFIX = "snapshot-";
  private static final String SUFFIX = ".snap";
  private static final String DAMAGED_SUFFIX = ".damaged";
  private static final Logger LOG = Logger.getLogger(SnapshotStore.class);

  private final Directory directory;
  private volatile @Nullable SnapshotFile newest;

  /** Damaged files that are newer than {@link #newest}, with what is wrong. */
  private final List<DamagedLogException> damaged = new ArrayList<>();

  private final List<Path> damagedFiles = new ArrayList<>();

  private SnapshotStore(Directory directory) {
    this.directory = directory;
  }

  /** Verifies from the newest on until one is whole. Changes nothing on disk. */
  static SnapshotStore open(Directory directory) throws IOException {
    SnapshotStore store = new SnapshotStore(directory);
    List<Path> files = directory.list(PREFIX, SUFFIX);
    for (int i = files.size() - 1; i >= 0 && store.newest == null; i--) {
      Path file = files.get(i);
      try {
        SnapshotFile found = SnapshotFile.verified(file);
        if (found.index() != indexInName(file)) {
          throw DamagedLogException.in(
              file, "its name does not agree with the entry it was made at, " + found.index());
        }
        store.newest = found;
      } catch (DamagedLogException e) {
        if (e.isNewerFormat()) {
          throw e;
        }
        store.damaged.add(e);
        store.damagedFiles.add(file);
      }
    }
    return store;
  }

  @Nullable SnapshotFile newest() {
    return newest;
  }

  long newestIndex() {
    SnapshotFile file = newest;
    return file == null ? 0 : file.index();
  }

  @Nullable DamagedLogException damage() {
    return damaged.isEmpty() ? null : damaged.get(0);
  }

  /** The index of the newest file, be it damaged: the log must reach it to do without. */
  long newestIndexInNames() {
    return damagedFiles.isEmpty() ? newestIndex() : indexInName(damagedFiles.get(0));
  }

  /**
   * Damaged files are kept as evidence under another name, once it is known that we can do without.
   */
  void setDamagedAside() throws IOException {
    for (int i = 0; i < damagedFiles.size(); i++) {
      Path file = damagedFiles.get(i);
      Path aside = directory.file(file.getFileName() + DAMAGED_SUFFIX);
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      LOG.errorf(
          "%s. The log has everything after entry %d, so the node starts without this snapshot; it"
              + " was renamed to %s",
          damaged.get(i).problem(), newestIndex(), aside.getFileName());
    }
  }

  Path path(long index) {
    return directory.file(PREFIX + String.format(Locale.ROOT, "%020d", index) + SUFFIX);
  }

  void publish(SnapshotFile file) {
    newest = file;
  }

  void deleteOld() throws IOException {
    long keep = newestIndex();
    for (Path file : directory.list(PREFIX, SUFFIX)) {
      if (indexInName(file) < keep) {
        directory.delete(file);
      }
    }
  }

  private static long indexInName(Path file) {
    String name = String.valueOf(file.getFileName());
    String digits = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw DamagedLogException.in(file, "there is no entry's index in its name");
    }
  }
}

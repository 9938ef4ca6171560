package dev.muster.raft.log;

import java.nio.file.Path;

/**
 * What is on disk cannot be trusted, or was written by a newer Muster. The message names the file,
 * the place and what the operator can do. Nothing has been changed by the attempt to read it.
 */
public final class DamagedLogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final boolean newerFormat;

  private DamagedLogException(String problem, String remedy, boolean newerFormat) {
    super(problem + remedy);
    this.problem = problem;
    this.newerFormat = newerFormat;
  }

  /** What is wrong, without the advice. */
  public String problem() {
    return problem;
  }

  /** Nothing is damaged: a newer Muster wrote this. */
  public boolean isNewerFormat() {
    return newerFormat;
  }

  static DamagedLogException at(Path file, long offset, long index, String problem) {
    return new DamagedLogException(
        file + " is damaged at byte " + offset + " (entry " + index + "): " + problem,
        remedy(file),
        false);
  }

  static DamagedLogException in(Path file, String problem) {
    return new DamagedLogException(file + ": " + problem, remedy(file), false);
  }

  static DamagedLogException newer(Path file, int version, int known) {
    return new DamagedLogException(
        file
            + " was written by a newer Muster: its format is version "
            + version
            + ", this one reads up to "
            + known,
        ". Start the newer Muster again, or move the directory "
            + file.getParent()
            + " away and start with an empty one: the node syncs from the others.",
        true);
  }

  private static String remedy(Path file) {
    return ". Keep the node stopped, move the directory "
        + file.getParent()
        + " away and start with an empty one: the node syncs from the others. A cluster of one node"
        + " has no others: restore the directory from a backup.";
  }
}

package dev.muster.raft.log;

import java.nio.file.Path;

/**
 * Refused before anything was written, because the disk would have less than its reserve left. The
 * log is whole and goes on as soon as space is free again.
 */
public final class NoSpaceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NoSpaceException(Path directory, long freeBytes, long neededBytes, long reserveBytes) {
    super(
        "The disk of "
            + directory
            + " has "
            + freeBytes
            + " bytes free; "
            + neededBytes
            + " bytes are needed and "
            + reserveBytes
            + " must stay in reserve. Nothing was written. Free some space: writes are accepted"
            + " again without a restart.");
  }
}

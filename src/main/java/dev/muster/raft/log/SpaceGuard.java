package dev.muster.raft.log;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Refuses a write while it can still be refused cleanly. A full disk in the middle of a write can
 * only be answered by halting; so a reserve is kept free. Any thread.
 */
final class SpaceGuard {
  private final Path directory;
  private final FreeSpace space;
  private final long reserveBytes;

  SpaceGuard(Path directory, FreeSpace space, long reserveBytes) {
    this.directory = directory;
    this.space = space;
    this.reserveBytes = reserveBytes;
  }

  boolean allows(long neededBytes) throws IOException {
    return space.freeBytes(directory) - reserveBytes >= neededBytes;
  }

  void require(long neededBytes) throws IOException {
    long free = space.freeBytes(directory);
    if (free - reserveBytes < neededBytes) {
      throw new NoSpaceException(directory, free, neededBytes, reserveBytes);
    }
  }
}

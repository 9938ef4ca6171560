package dev.muster.raft;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Numbers the runs of a node, so that the cluster can tell an entry of this run from one of an
 * earlier run.
 */
final class Incarnation {
  private static final String FILE = "incarnation";

  private Incarnation() {}

  /**
   * Starts a new run: a number higher than that of any earlier run in this directory, and in an
   * emptied directory, thanks to the clock, very likely higher too ({@link Proposals} copes when it
   * is not).
   */
  static long next(Path directory, long clockMillis) throws IOException {
    Path file = directory.resolve(FILE);
    long previous = 0;
    if (Files.exists(file)) {
      String text = Files.readString(file, StandardCharsets.US_ASCII).trim();
      try {
        previous = Long.parseLong(text);
      } catch (NumberFormatException damaged) {
        throw new IOException(
            file + " should hold a number, but holds '" + text + "': delete it and start again",
            damaged);
      }
    }
    long next = Math.max(clockMillis, previous + 1);
    SmallFile.write(file, Long.toString(next));
    return next;
  }
}

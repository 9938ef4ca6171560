package dev.muster.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * A node that found itself different from the others leaves a note in its directory before it
 * halts. The next start moves the whole directory aside, for people to look at, and begins with an
 * empty one that the leader fills.
 */
final class Evidence {
  static final String NOTE = "DIVERGED";

  /** Directories that were moved aside, before somebody has to look. */
  static final int KEPT_MAX = 5;

  private static final Logger LOG = Logger.getLogger(Evidence.class);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

  private Evidence() {}

  static Halt keepOnDivergence(Path directory, Halt halt) {
    return (reason, message, cause) -> {
      if (reason == Halt.Reason.DIVERGED) {
        try {
          SmallFile.write(directory.resolve(NOTE), message);
        } catch (IOException unwritable) {
          cause.addSuppressed(unwritable);
        }
      }
      halt.halt(reason, message, cause);
    };
  }

  /** So often is not an accident, and each fills the disk. */
  private static void checkNotOften(Path directory) throws IOException {
    String prefix = directory.getFileName() + ".diverged-";
    try (Stream<Path> beside = Files.list(directory.toAbsolutePath().getParent())) {
      long kept = beside.filter(path -> path.getFileName().toString().startsWith(prefix)).count();
      if (kept >= KEPT_MAX) {
        throw new IOException(
            "this node's state has diverged from the others' once more, and "
                + kept
                + " earlier ones are still beside "
                + directory
                + ": report them, move them away, and start again");
      }
    }
  }

  /**
   * Moves a directory with a note in it aside.
   *
   * @throws IOException if it cannot be moved, or too many have been
   */
  static void moveAside(Path directory) throws IOException {
    if (!Files.exists(directory.resolve(NOTE))) {
      return;
    }
    checkNotOften(directory);
    Path aside =
        directory.resolveSibling(
            directory.getFileName() + ".diverged-" + STAMP.format(Instant.now()));
    Files.move(directory, aside);
    LOG.errorf(
        "this node's state had diverged from the others'; it was moved to %s, please report it. The node now starts empty and "
            + "receives the leader's state.",
        aside);
  }
}

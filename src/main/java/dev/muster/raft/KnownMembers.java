package dev.muster.raft;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Remembers beside the log whose cluster it belongs to. A node that were started with other members
 * than before, or with none because a variable was mistyped, would elect itself, acknowledge
 * writes, and lose them when it meets the others again.
 */
final class KnownMembers {
  static final String FILE = "members";

  private KnownMembers() {}

  /**
   * Compares with the members of earlier starts; the first start notes them down.
   *
   * @throws IllegalStateException if they differ; nothing was changed
   */
  static void check(Path directory, List<String> members) throws IOException {
    Path file = directory.resolve(FILE);
    String now = String.join(",", members);
    if (!Files.exists(file)) {
      SmallFile.write(file, now);
      return;
    }
    String before = Files.readString(file, StandardCharsets.UTF_8).trim();
    if (!before.equals(now)) {
      throw new IllegalStateException(
          ("muster.cluster.members names %s, but the data in %s belong to a cluster of %s. Put the members back as they were; changing"
                  + " them is not supported yet. To begin a new cluster, give this node an empty directory.")
              .formatted(now, directory, before));
    }
  }
}

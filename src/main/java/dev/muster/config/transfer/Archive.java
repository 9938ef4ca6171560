package dev.muster.config.transfer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A zip archive, unpacked in memory within {@link TransferLimits}; its files are never written
 * anywhere, so that no name in it can lead out of anything.
 *
 * @param files by their paths, with slashes, in the order of the archive; no folders
 * @param links the paths of symbolic links, which are no files
 * @param comment of the archive; empty for none
 */
record Archive(Map<String, byte[]> files, List<String> links, String comment) {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  /** Unpacks; a {@link TransferException} if not all of it can be read. */
  static Archive read(byte[] bytes) {
    return ZipReader.read(bytes);
  }

  /** The commit that {@code git archive} made it from. */
  Optional<String> commit() {
    return COMMIT.matcher(comment).matches() ? Optional.of(comment) : Optional.empty();
  }
}

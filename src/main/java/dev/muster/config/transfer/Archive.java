package dev.muster.config.transfer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A zip archive, unpacked in memory within {@link TransferLimits}; its files are never written
 * anywhere, so that no name in it can lead out of anything.
 *
 * @param files by their paths, with slashes, in the order of the archive; no folders
 * @param comment of the archive; empty for none
 */
record Archive(Map<String, byte[]> files, String comment) {
  private static final byte[] END = {'P', 'K', 5, 6};
  private static final int END_BYTES = 22;
  private static final int COMMENT_BYTES_MAX = 0xFFFF;
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  static boolean isZip(byte[] bytes) {
    return bytes.length >= END_BYTES
        && bytes[0] == 'P'
        && bytes[1] == 'K'
        && (bytes[2] == 3 || bytes[2] == 5);
  }

  static Archive read(byte[] bytes) {
    if (!isZip(bytes)) {
      throw new TransferException("This is no zip archive.");
    }
    Map<String, byte[]> files = new LinkedHashMap<>();
    int left = TransferLimits.CONTENTS_BYTES_MAX;
    int count = 0;
    try (ZipInputStream zip =
        new ZipInputStream(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (++count > TransferLimits.FILES_MAX) {
          throw new TransferException(
              "The archive has more than " + TransferLimits.FILES_MAX + " files.");
        }
        if (entry.isDirectory()) {
          continue;
        }
        byte[] content = zip.readNBytes(left + 1);
        if (content.length > left) {
          throw new TransferException(
              "The archive's files have more than "
                  + TransferLimits.CONTENTS_BYTES_MAX
                  + " bytes together.");
        }
        left -= content.length;
        String name = entry.getName().replace('\\', '/');
        if (files.put(name, content) != null) {
          throw new TransferException(name, "The archive has this file twice.");
        }
      }
    } catch (IOException | IllegalArgumentException damaged) {
      throw new TransferException("The archive is damaged: " + damaged.getMessage() + ".");
    }
    if (files.isEmpty() && count == 0 && bytes[2] != 5) {
      throw new TransferException("The archive is damaged: it has no entry that can be read.");
    }
    return new Archive(files, comment(bytes));
  }

  /** The commit that {@code git archive} made it from. */
  Optional<String> commit() {
    return COMMIT.matcher(comment).matches() ? Optional.of(comment) : Optional.empty();
  }

  private static String comment(byte[] bytes) {
    int first = Math.max(0, bytes.length - END_BYTES - COMMENT_BYTES_MAX);
    for (int end = bytes.length - END_BYTES; end >= first; end--) {
      int length = (bytes[end + 20] & 0xFF) | (bytes[end + 21] & 0xFF) << 8;
      boolean found = end + END_BYTES + length == bytes.length;
      for (int i = 0; found && i < END.length; i++) {
        found = bytes[end + i] == END[i];
      }
      if (found) {
        return new String(bytes, end + END_BYTES, length, StandardCharsets.UTF_8);
      }
    }
    return "";
  }
}

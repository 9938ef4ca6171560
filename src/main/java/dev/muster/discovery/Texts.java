package dev.muster.discovery;

import dev.muster.core.Limits;
import dev.muster.core.PlainText;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What texts in the registry have in common: plain, and bounded in UTF-8. */
final class Texts {
  private Texts() {}

  /**
   * @throws InvalidInstanceException naming the field, if people could not read the text
   */
  static String checkPlain(String field, String text) {
    PlainText.firstFault(text)
        .ifPresent(
            fault -> {
              throw new InvalidInstanceException(field, PlainText.describe(text, fault));
            });
    return text;
  }

  static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** A set, so that another order is no change. */
  static SortedSet<String> checkTags(Collection<String> tags) {
    Limits.between("instance.tags", tags.size(), 0, DiscoveryLimits.TAGS_MAX, "tags");
    int index = 0;
    for (String tag : tags) {
      checkPlain("tags[" + index + "]", tag);
      Limits.between("instance.tag", utf8Length(tag), 1, DiscoveryLimits.TAG_BYTES_MAX, "bytes");
      index++;
    }
    return Collections.unmodifiableSortedSet(new TreeSet<>(tags));
  }

  static SortedMap<String, String> checkMetadata(Map<String, String> metadata) {
    Limits.between(
        "instance.metadata", metadata.size(), 0, DiscoveryLimits.METADATA_MAX, "entries");
    long bytes = 0;
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      checkPlain("metadata", entry.getKey());
      checkPlain("metadata." + entry.getKey(), entry.getValue());
      long keyBytes = utf8Length(entry.getKey());
      long valueBytes = utf8Length(entry.getValue());
      Limits.between(
          "instance.metadata.key", keyBytes, 1, DiscoveryLimits.METADATA_KEY_BYTES_MAX, "bytes");
      Limits.between(
          "instance.metadata.value",
          valueBytes,
          0,
          DiscoveryLimits.METADATA_VALUE_BYTES_MAX,
          "bytes");
      bytes += keyBytes + valueBytes;
    }
    Limits.between(
        "instance.metadata.bytes", bytes, 0, DiscoveryLimits.METADATA_BYTES_MAX, "bytes");
    return Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
  }
}

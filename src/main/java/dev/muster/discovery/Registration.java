package dev.muster.discovery;

import dev.muster.core.LimitExceededException;
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

/**
 * What an instance says of itself. Checked when made: there is no invalid one.
 *
 * @param address an IPv4 or IPv6 address, or a host name
 * @param weight its share of the traffic relative to the others; 0 takes none
 * @param tags a set: sorted, so that another order is no change
 */
public record Registration(
    String address,
    int port,
    int weight,
    SortedSet<String> tags,
    SortedMap<String, String> metadata,
    Presence presence) {

  /**
   * @throws InvalidInstanceException naming the field that nobody could use
   * @throws LimitExceededException naming the limit
   */
  public Registration {
    Addresses.check(address);
    Limits.between("instance.port", port, DiscoveryLimits.PORT_MIN, DiscoveryLimits.PORT_MAX, "");
    Limits.between("instance.weight", weight, 0, DiscoveryLimits.WEIGHT_MAX, "");
    tags = checkTags(tags);
    metadata = checkMetadata(metadata);
  }

  /** With the default weight, no tags, no metadata, and a lease of the default time. */
  public static Registration of(String address, int port) {
    return new Registration(
        address,
        port,
        DiscoveryLimits.WEIGHT_DEFAULT,
        Collections.emptySortedSet(),
        Collections.emptySortedMap(),
        Presence.Lease.DEFAULT);
  }

  public Registration with(Presence other) {
    return new Registration(address, port, weight, tags, metadata, other);
  }

  private static SortedSet<String> checkTags(Collection<String> tags) {
    Limits.between("instance.tags", tags.size(), 0, DiscoveryLimits.TAGS_MAX, "tags");
    int index = 0;
    for (String tag : tags) {
      checkText("tags[" + index + "]", tag);
      Limits.between("instance.tag", utf8Length(tag), 1, DiscoveryLimits.TAG_BYTES_MAX, "bytes");
      index++;
    }
    return Collections.unmodifiableSortedSet(new TreeSet<>(tags));
  }

  private static SortedMap<String, String> checkMetadata(Map<String, String> metadata) {
    Limits.between(
        "instance.metadata", metadata.size(), 0, DiscoveryLimits.METADATA_MAX, "entries");
    long bytes = 0;
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      checkText("metadata", entry.getKey());
      checkText("metadata." + entry.getKey(), entry.getValue());
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

  private static void checkText(String field, String text) {
    PlainText.firstFault(text)
        .ifPresent(
            fault -> {
              throw new InvalidInstanceException(field, PlainText.describe(text, fault));
            });
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}

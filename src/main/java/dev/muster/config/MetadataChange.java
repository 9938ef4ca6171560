package dev.muster.config;

import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a writer wants of an item's metadata; what is absent stays as it is.
 *
 * @param labels all of them
 */
public record MetadataChange(
    @Nullable String owner,
    @Nullable String description,
    @Nullable SortedMap<String, String> labels) {

  public static final MetadataChange NONE = new MetadataChange(null, null, null);

  /** All of it. */
  public static MetadataChange to(ItemMetadata metadata) {
    return new MetadataChange(metadata.owner(), metadata.description(), metadata.labels());
  }

  /** The metadata after the change; as it must be to be written. */
  ItemMetadata applyTo(ItemMetadata before) {
    return new ItemMetadata(
            owner == null ? before.owner() : owner,
            description == null ? before.description() : description,
            labels == null ? before.labels() : labels)
        .checked();
  }
}

package dev.muster.discovery;

import dev.muster.selector.Labels;
import org.jspecify.annotations.Nullable;

/**
 * An instance as selectors see it: {@code id}, {@code address}, {@code zone}, {@code region} and
 * {@code version} by these names, each tag as {@code tag.NAME}, and the metadata by their own. A
 * field that the instance does not tell may stand in its metadata.
 */
public record InstanceLabels(String id, Instance instance) implements Labels {
  private static final String TAG = "tag.";

  @Override
  public @Nullable String get(String name) {
    String field =
        switch (name) {
          case "id" -> id;
          case "address" -> instance.address();
          case "zone" -> instance.zone();
          case "region" -> instance.region();
          case "version" -> instance.version();
          default -> null;
        };
    if (field != null) {
      return field;
    }
    if (name.startsWith(TAG) && instance.tags().contains(name.substring(TAG.length()))) {
      return "";
    }
    return instance.metadata().get(name);
  }
}

package dev.muster.door.rest;

import dev.muster.config.InvalidMetadataException;
import dev.muster.config.ItemMetadata;
import dev.muster.config.MetadataChange;
import dev.muster.core.Node;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Metadata of items in queries: {@code ?owner=&description=&labels=team=pay,zone=eu}. */
final class Labels {
  static final String OWNER = "owner";
  static final String DESCRIPTION = "description";
  static final String LABELS = "labels";

  private Labels() {}

  /** What the writer names. */
  static MetadataChange change(Query query) {
    String labels = query.text(LABELS);
    return new MetadataChange(
        query.text(OWNER), query.text(DESCRIPTION), labels == null ? null : parse(labels));
  }

  private static SortedMap<String, String> parse(String text) {
    SortedMap<String, String> labels = new TreeMap<>();
    if (text.isEmpty()) {
      return labels;
    }
    for (String label : text.split(",", -1)) {
      int equals = label.indexOf('=');
      if (equals < 0) {
        throw Query.invalid(LABELS, "is labels with values, as in team=pay,zone=eu");
      }
      if (labels.put(label.substring(0, equals), label.substring(equals + 1)) != null) {
        throw Query.invalid(LABELS, "names a label twice");
      }
    }
    return labels;
  }

  /**
   * Which items a listing wants: those with all the labels of {@code zone=eu,team}, where the one
   * without a value may have any.
   */
  static Predicate<Node> filter(Query query, String parameter) {
    String text = query.text(parameter);
    if (text == null) {
      return item -> true;
    }
    SortedMap<String, @Nullable String> wanted = new TreeMap<>();
    for (String label : text.split(",", -1)) {
      int equals = label.indexOf('=');
      String name = equals < 0 ? label : label.substring(0, equals);
      try {
        wanted.put(
            ItemMetadata.checkLabelName(name), equals < 0 ? null : label.substring(equals + 1));
      } catch (InvalidMetadataException noName) {
        throw Query.invalid(parameter, "is labels, as in zone=eu,team: " + noName.getMessage());
      }
    }
    return item -> hasAll(ItemMetadata.of(item.attributes()).labels(), wanted);
  }

  private static boolean hasAll(Map<String, String> labels, Map<String, @Nullable String> wanted) {
    for (Map.Entry<String, @Nullable String> label : wanted.entrySet()) {
      String value = labels.get(label.getKey());
      if (value == null || (label.getValue() != null && !value.equals(label.getValue()))) {
        return false;
      }
    }
    return true;
  }
}

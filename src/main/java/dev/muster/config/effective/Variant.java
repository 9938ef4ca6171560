package dev.muster.config.effective;

import dev.muster.config.ItemMetadata;
import dev.muster.core.Node;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An item {@code application+anything.yaml}: a layer for clients whose labels fulfil its
 * conditions, which are the item's own labels {@code for.NAME}.
 */
record Variant(String item, Node node, SortedMap<String, String> conditions) {
  /** How the labels of an item are named that are conditions. */
  private static final String CONDITION = "for.";

  static Variant of(String item, Node node) {
    SortedMap<String, String> conditions = new TreeMap<>();
    ItemMetadata.of(node.attributes())
        .labels()
        .forEach(
            (name, value) -> {
              if (name.startsWith(CONDITION)) {
                conditions.put(name.substring(CONDITION.length()), value);
              }
            });
    return new Variant(item, node, conditions);
  }

  /** Why it does not apply to a client; absent if it does. */
  @Nullable String ignoredFor(SortedMap<String, String> labels) {
    if (conditions.isEmpty()) {
      return "it has no conditions: give the item labels 'for.NAME', such as for.zone=a";
    }
    for (Map.Entry<String, String> condition : conditions.entrySet()) {
      String actual = labels.get(condition.getKey());
      if (!condition.getValue().equals(actual)) {
        return "it is for %s=%s; the client %s"
            .formatted(
                condition.getKey(),
                condition.getValue(),
                actual == null
                    ? "does not say its " + condition.getKey()
                    : "has " + condition.getKey() + "=" + actual);
      }
    }
    return null;
  }

  String why() {
    return conditions.entrySet().stream()
        .map(condition -> condition.getKey() + "=" + condition.getValue())
        .collect(Collectors.joining(",", "labels ", ""));
  }
}

package dev.muster.quarkus.config;

import io.smallrye.config.ConfigValue;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Layers on top of each other. A higher value of a key replaces a lower one; a list is replaced as
 * a whole, so that no element of a longer one below shines through.
 */
final class Merged {
  private final TreeMap<String, ConfigValue> values = new TreeMap<>();
  private final int ordinal;

  Merged(int ordinal) {
    this.ordinal = ordinal;
  }

  /** Puts a layer on top. */
  Merged add(String source, Map<String, String> properties) {
    Set<String> lists = new LinkedHashSet<>();
    properties
        .keySet()
        .forEach(
            key -> {
              int bracket = key.indexOf('[');
              lists.add(bracket < 0 ? key : key.substring(0, bracket));
            });
    for (String list : lists) {
      values.subMap(list + "[", list + "\\").clear(); // the backslash is next to the bracket
    }
    properties.forEach(
        (key, value) -> {
          int bracket = key.indexOf('[');
          if (bracket >= 0) {
            values.remove(key.substring(0, bracket));
          }
        });
    properties.forEach((key, value) -> values.put(key, value(source, key, value)));
    return this;
  }

  private ConfigValue value(String source, String key, String value) {
    return ConfigValue.builder()
        .withName(key)
        .withValue(value)
        .withRawValue(value)
        .withConfigSourceName(source)
        .withConfigSourceOrdinal(ordinal)
        .build();
  }

  /** For reading many at a time. */
  Map<String, ConfigValue> toMap() {
    return new HashMap<>(values);
  }

  /** The keys that two results do not have alike. */
  static Set<String> differences(Map<String, ConfigValue> before, Map<String, ConfigValue> after) {
    Map<String, ConfigValue> all = new LinkedHashMap<>(before);
    all.putAll(after);
    Set<String> different = new LinkedHashSet<>();
    all.keySet()
        .forEach(
            key -> {
              ConfigValue old = before.get(key);
              ConfigValue now = after.get(key);
              if (old == null || now == null || !old.getValue().equals(now.getValue())) {
                different.add(key);
              }
            });
    return different;
  }
}

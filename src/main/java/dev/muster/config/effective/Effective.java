package dev.muster.config.effective;

import dev.muster.config.effective.Merge.Said;
import dev.muster.format.Property;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a client is configured with.
 *
 * @param properties in the order of keys
 * @param unresolved references without a target or a default, kept as they are written: the client
 *     may know more, such as its environment
 */
public record Effective(
    Layers layers, SortedMap<String, Setting> properties, List<Unresolved> unresolved) {

  /**
   * A property, and where it is from.
   *
   * @param property with its value resolved, at the line of the winning layer
   * @param raw the value as written; absent if there was nothing to resolve
   * @param references keys that were looked up for the value, in that order: what is written in a
   *     default that was not needed is not among them, the names that a key is made of are
   * @param overrides what lower layers say of the key, the nearest first
   */
  public record Setting(
      Property property,
      Layer layer,
      @Nullable String raw,
      List<String> references,
      List<Overridden> overrides) {}

  /** What a lower layer says of a key. */
  public record Overridden(String item, int line, String value) {}

  /** A reference in the value of a property. */
  public record Unresolved(String key, String reference, String item, int line) {}

  /**
   * Merges layers.
   *
   * @param resolve whether references are resolved
   * @throws EffectiveException if they are cyclic or pass a limit
   */
  static Effective of(Layers layers, boolean resolve) {
    NavigableMap<String, Said> merged = Merge.of(layers.layers());
    References references = new References(merged);
    SortedMap<String, Setting> settings = new TreeMap<>();
    List<Unresolved> unresolved = new ArrayList<>();
    for (Map.Entry<String, Said> entry : merged.entrySet()) {
      Said said = entry.getValue();
      Property written = said.property();
      List<Overridden> overrides =
          said.overridden().stream()
              .map(
                  below ->
                      new Overridden(
                          below.layer().item(), below.property().line(), below.property().value()))
              .toList();
      if (!resolve) {
        settings.put(
            entry.getKey(), new Setting(written, said.layer(), null, List.of(), overrides));
        continue;
      }
      References.Resolved resolved = references.resolve(entry.getKey(), said);
      Property property =
          new Property(
              written.key(), resolved.value(), resolved.kind(), written.line(), written.column());
      boolean plain = resolved.keys().isEmpty() && resolved.value().equals(written.value());
      settings.put(
          entry.getKey(),
          new Setting(
              property, said.layer(), plain ? null : written.value(), resolved.keys(), overrides));
      for (String reference : resolved.unresolved()) {
        unresolved.add(
            new Unresolved(written.key(), reference, said.layer().item(), written.line()));
      }
    }
    return new Effective(
        layers, Collections.unmodifiableSortedMap(settings), List.copyOf(unresolved));
  }

  /** The properties alone. */
  public SortedMap<String, Property> values() {
    SortedMap<String, Property> values = new TreeMap<>();
    properties.forEach((key, setting) -> values.put(key, setting.property()));
    return values;
  }
}

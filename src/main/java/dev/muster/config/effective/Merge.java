package dev.muster.config.effective;

import dev.muster.format.Property;
import dev.muster.format.Property.Kind;
import dev.muster.format.PropertyKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Puts layers on each other, key by key. What a higher layer says of a key replaces what a lower
 * one says of it, and whatever cannot stand beside it: a list replaces a list as a whole, a value
 * replaces a mapping and a list, and those replace a value and each other. Mappings are merged.
 * Keys of one layer never replace each other: properties may have {@code a} and {@code a.b}.
 */
final class Merge {
  /**
   * What a layer says of a key.
   *
   * @param below what lower layers say of the same key; absent if nothing
   */
  record Said(Layer layer, Property property, @Nullable Said below) {
    /** What it overrides, the nearest first. */
    List<Said> overridden() {
      List<Said> all = new ArrayList<>();
      for (Said said = below; said != null; said = said.below) {
        all.add(said);
      }
      return all;
    }
  }

  private final NavigableMap<String, Said> merged = new TreeMap<>();

  private Merge() {}

  /** By key, in the order of keys. */
  static NavigableMap<String, Said> of(List<Layer> lowestFirst) {
    Merge merge = new Merge();
    lowestFirst.forEach(merge::add);
    return merge.merged;
  }

  private void add(Layer layer) {
    List<Said> news = new ArrayList<>(layer.properties().size());
    Set<String> mappings = new LinkedHashSet<>();
    Set<String> lists = new LinkedHashSet<>();
    for (Property property : layer.properties().values()) {
      if (property.key().length() > EffectiveLimits.KEY_CHARS_MAX) {
        throw EffectiveException.tooLarge(
                "a key of %,d characters".formatted(property.key().length()),
                EffectiveLimits.KEY_CHARS_MAX)
            .with("item", layer.item())
            .with("line", property.line());
      }
      news.add(new Said(layer, property, merged.get(property.key())));
      parents(property.key(), mappings, lists);
    }
    for (String mapping : mappings) {
      merged.remove(mapping);
      removeList(mapping);
    }
    for (String list : lists) {
      merged.remove(list);
      removeList(list);
      removeMembers(list);
    }
    for (Said said : news) {
      String key = said.property.key();
      removeList(key);
      if (said.property.kind() != Kind.EMPTY_MAPPING) {
        removeMembers(key);
      }
    }
    for (Said said : news) {
      boolean empty = said.property.kind() == Kind.EMPTY_MAPPING;
      if (!(empty && hasMembers(said.property.key()))) {
        merged.put(said.property.key(), said);
      }
    }
  }

  /**
   * What the key stands in: each mapping, down to the outermost list, whose elements belong
   * together whatever they are.
   */
  private static void parents(String key, Set<String> mappings, Set<String> lists) {
    List<String> steps = PropertyKey.steps(key);
    String parent = "";
    for (int i = 0; i < steps.size() - 1; i++) {
      parent = PropertyKey.join(parent, steps.get(i));
      if (PropertyKey.isIndex(steps.get(i + 1))) {
        lists.add(parent);
        return;
      }
      mappings.add(parent);
    }
  }

  private void removeList(String key) {
    // indexes begin with a digit: the many names that do not are not looked at
    merged
        .subMap(key + "[0", key + '[' + (char) ('9' + 1))
        .keySet()
        .removeIf(below -> isElement(key, below));
  }

  private void removeMembers(String key) {
    dotted(key).clear();
    bracketed(key).removeIf(below -> !isElement(key, below));
  }

  private boolean hasMembers(String key) {
    return !dotted(key).isEmpty()
        || bracketed(key).stream().anyMatch(below -> !isElement(key, below));
  }

  private Set<String> dotted(String key) {
    return merged.subMap(key + '.', key + (char) ('.' + 1)).keySet();
  }

  /** Elements of a list, and members with names in brackets. */
  private Set<String> bracketed(String key) {
    return merged.subMap(key + '[', key + (char) ('[' + 1)).keySet();
  }

  /** Whether what is in brackets behind a key is an index. */
  private static boolean isElement(String key, String below) {
    int end = below.indexOf(']', key.length());
    return end > 0 && PropertyKey.isIndex(below.substring(key.length(), end + 1));
  }
}

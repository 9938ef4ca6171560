package dev.muster.config.effective;

import dev.muster.format.Document;
import dev.muster.format.Format;
import dev.muster.format.FormatException;
import dev.muster.format.Problem;
import dev.muster.format.Property;
import dev.muster.format.PropertyKey;
import dev.muster.format.PropertyView;
import dev.muster.format.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an item says.
 *
 * @param properties without {@link #INCLUDE}
 * @param includes in their order
 * @param fault why it cannot be read; then it says nothing
 * @param extent of its content and its properties
 */
record ParsedItem(
    Map<String, Property> properties,
    List<Include> includes,
    @Nullable Problem fault,
    Extent extent) {
  /** The key that names other items: a text with commas, or a list. */
  static final String INCLUDE = "muster.include";

  /**
   * A name of another item.
   *
   * @param optional whether it may be missing: {@code name?}
   */
  record Include(String item, boolean optional, int line) {}

  static ParsedItem of(Format format, byte[] content) {
    try {
      Document document = Document.parse(format, content);
      if (!(document.root() instanceof Value.Mapping)) {
        return unreadable(
            new Problem(
                document.root().span().line(), 0, "The whole is no mapping, so it has no keys."),
            content);
      }
      return of(PropertyView.of(document), content);
    } catch (FormatException e) {
      return unreadable(e.problems().get(0), content);
    }
  }

  private static ParsedItem unreadable(Problem fault, byte[] content) {
    return new ParsedItem(Map.of(), List.of(), fault, Extent.of(content.length, List.of()));
  }

  private static ParsedItem of(Map<String, Property> all, byte[] content) {
    Map<String, Property> properties = new LinkedHashMap<>(all);
    List<Include> includes = new ArrayList<>();
    Property whole = properties.remove(INCLUDE);
    if (whole != null) {
      add(whole, includes);
    }
    Map<Integer, Property> elements = new TreeMap<>();
    for (Property property : all.values()) {
      if (property.key().startsWith(INCLUDE)) {
        String rest = property.key().substring(INCLUDE.length());
        int index = PropertyKey.index(rest);
        if (index >= 0) {
          elements.put(index, property);
          properties.remove(property.key());
        } else if (rest.startsWith(".") || rest.startsWith("[")) {
          return unreadable(
              new Problem(
                  property.line(),
                  0,
                  "'" + INCLUDE + "' is a text or a list of items' names, not a mapping."),
              content);
        }
      }
    }
    elements.values().forEach(element -> add(element, includes));
    return new ParsedItem(
        includes.isEmpty() && whole == null ? all : Collections.unmodifiableMap(properties),
        List.copyOf(includes),
        null,
        Extent.of(content.length, all.values()));
  }

  private static void add(Property property, List<Include> includes) {
    for (String name : property.value().split(",", -1)) {
      String trimmed = name.strip();
      boolean optional = trimmed.endsWith("?");
      String item = optional ? trimmed.substring(0, trimmed.length() - 1).strip() : trimmed;
      if (!item.isEmpty()) {
        includes.add(new Include(item, optional, property.line()));
      }
    }
  }
}

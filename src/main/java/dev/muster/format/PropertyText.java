package dev.muster.format;

import dev.muster.format.Property.Kind;
import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.ScalarType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes flat properties as a text: the same bytes for the same properties, in the order of keys,
 * and read again, the same keys and values.
 */
public final class PropertyText {
  /** What is not read again as another text: not {@code 0x1F}, {@code +1} or {@code True}. */
  private static final Pattern CANONICAL =
      Pattern.compile("true|false|0|-?[1-9]\\d*|-?\\d*\\.\\d+|-?\\d+(?:\\.\\d*)?[eE][+-]?\\d+");

  private PropertyText() {}

  // ---- properties

  /** As {@link java.util.Properties} reads it in any charset: what is not ASCII is escaped. */
  public static byte[] properties(SortedMap<String, Property> properties) {
    StringBuilder out = new StringBuilder();
    properties.forEach(
        (key, property) -> {
          escape(out, key, true);
          out.append('=');
          escape(out, property.value(), false);
          out.append('\n');
        });
    return out.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** A line of a properties text in UTF-8, without its terminator. */
  public static String line(String key, String value) {
    return PropertiesEditor.line(key, value);
  }

  private static void escape(StringBuilder out, String text, boolean key) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case ' ' -> out.append(key || i == 0 ? "\\ " : " ");
        case '=', ':', '#', '!' -> out.append(key ? "\\" : "").append(c);
        default -> PropertiesEditor.escape(out, c, true);
      }
    }
  }

  // ---- JSON

  /** One JSON object of key to text. */
  public static byte[] json(SortedMap<String, Property> properties) {
    StringBuilder out = new StringBuilder("{");
    properties.forEach(
        (key, property) ->
            out.append(out.length() == 1 ? "\n  " : ",\n  ")
                .append(Emitter.quoted(key))
                .append(": ")
                .append(Emitter.quoted(property.value())));
    return out.append(properties.isEmpty() ? "}\n" : "\n}\n")
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  // ---- YAML

  /** Nested as far as the keys allow; a key with a value and keys below it keeps those dotted. */
  public static byte[] yaml(SortedMap<String, Property> properties) {
    Branch root = new Branch();
    properties.forEach(
        (key, property) -> {
          Branch at = root;
          for (String step : steps(key)) {
            at = at.below.computeIfAbsent(step, name -> new Branch());
          }
          at.value = property;
        });
    String text = properties.isEmpty() ? "{}\n" : Emitter.yaml(root.mapping(), "", "\n");
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A key of more steps than can be read again is one name. */
  private static List<String> steps(String key) {
    List<String> steps = PropertyKey.steps(key);
    return steps.size() > FormatLimits.DEPTH_MAX ? List.of(key) : steps;
  }

  private static final class Branch {
    private final Map<String, Branch> below = new LinkedHashMap<>();
    private @Nullable Property value;

    Mapping mapping() {
      Map<String, Value> members = new LinkedHashMap<>();
      below.forEach((name, child) -> child.addTo(members, name));
      return toMapping(members);
    }

    /** Adds what is here to a mapping, by one name or several. */
    private void addTo(Map<String, Value> members, String name) {
      if (value != null) {
        members.put(name, scalar(value));
        below.forEach((step, child) -> child.addTo(members, PropertyKey.join(name, step)));
      } else if (isSequence()) {
        members.put(name, sequence());
      } else if (below.keySet().stream().anyMatch(PropertyKey::isIndex)) {
        below.forEach((step, child) -> child.addTo(members, PropertyKey.join(name, step)));
      } else {
        members.put(name, mapping());
      }
    }

    /** Whether all elements are here, from the first one on, and nothing else. */
    private boolean isSequence() {
      for (int i = 0; i < below.size(); i++) {
        Branch element = below.get("[" + i + "]");
        if (element == null || !element.isElement()) {
          return false;
        }
      }
      return !below.isEmpty() && below.keySet().stream().allMatch(PropertyKey::isIndex);
    }

    /** Whether this is one value: nothing of it must be told by a key of several steps. */
    private boolean isElement() {
      if (value != null) {
        return below.isEmpty();
      }
      return isSequence() || below.keySet().stream().noneMatch(PropertyKey::isIndex);
    }

    private Value sequence() {
      List<Value> items = new ArrayList<>();
      for (int i = 0; i < below.size(); i++) {
        Branch element = below.get("[" + i + "]");
        items.add(element == null ? Values.scalar(ScalarType.NULL, "") : element.element());
      }
      return Values.sequence(items);
    }

    private Value element() {
      if (value != null) {
        return scalar(value);
      }
      return isSequence() ? sequence() : mapping();
    }
  }

  private static Mapping toMapping(Map<String, Value> members) {
    Map<String, Value.Member> named = new LinkedHashMap<>();
    members.forEach((name, value) -> named.put(name, new Value.Member(value.span(), value)));
    return Values.mapping(named);
  }

  private static Value scalar(Property property) {
    Kind kind = property.kind();
    String text = property.value();
    return switch (kind) {
      case EMPTY_MAPPING -> Values.mapping(Map.of());
      case EMPTY_SEQUENCE -> Values.sequence(List.of());
      case NULL -> Values.scalar(ScalarType.NULL, "");
      case INTEGER, DECIMAL, BOOLEAN -> {
        ScalarType type = YamlScalars.plainType(text);
        boolean plain = type.name().equals(kind.name()) && CANONICAL.matcher(text).matches();
        yield Values.scalar(plain ? type : ScalarType.STRING, text);
      }
      case STRING, DATE_TIME, REFERENCE -> Values.scalar(ScalarType.STRING, text);
    };
  }
}

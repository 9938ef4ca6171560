package dev.muster.format;

import dev.muster.format.Property.Kind;
import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Scalar;
import dev.muster.format.Value.Sequence;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Any structured content as a flat map, by the rules that people know from Spring Boot's YAML:
 *
 * <ul>
 *   <li>names are joined by dots: {@code server: {port: 1}} is {@code server.port};
 *   <li>elements of a sequence are counted in brackets: {@code hosts[0]}, {@code hosts[0].name},
 *       {@code matrix[0][1]}, and {@code [0]} when the whole is a sequence;
 *   <li>a name in brackets is joined without a dot: {@code m: {"[/a]": 1}} is {@code m[/a]};
 *   <li>names are taken as they are, dots included: {@code server.port: 1} is {@code server.port}
 *       too; where two spellings make one key, the later in the text wins;
 *   <li>null and what is empty have the value {@code ""}, told apart by their {@link Kind};
 *   <li>scalars are text: strings without quotes, integers in decimal, {@code true} and {@code
 *       false}, other numbers as they are written (TOML and HOCON: as Java writes them);
 *   <li>a whole that is one scalar has the key {@code ""}; a whole that is null or empty has no
 *       property;
 *   <li>XML: the root element is the first name, attributes are {@code @name}, text beside
 *       attributes or children is {@code #text}, an element that repeats is a sequence.
 * </ul>
 *
 * The line of a property is that of its name, of an element that of the element itself. What comes
 * through an alias or a merge key of YAML has the line of the name where the alias stands, its
 * members those where they are written.
 */
public final class PropertyView {
  private final Map<String, Property> properties = new LinkedHashMap<>();
  private long keyChars;

  private PropertyView() {}

  /**
   * The properties in the order of the text.
   *
   * @throws FormatException if the keys together are longer than {@link FormatLimits#KEY_CHARS_MAX}
   */
  public static Map<String, Property> of(Document document) {
    PropertyView view = new PropertyView();
    Value root = document.root();
    if (!isNothing(root)) {
      view.add("", root, root.span());
    }
    return Collections.unmodifiableMap(view.properties);
  }

  private static boolean isNothing(Value root) {
    if (root instanceof Mapping mapping) {
      return mapping.members().isEmpty();
    }
    if (root instanceof Sequence sequence) {
      return sequence.items().isEmpty();
    }
    return ((Scalar) root).type() == Value.ScalarType.NULL;
  }

  private void add(String key, Value value, Span place) {
    if (value instanceof Mapping mapping && !mapping.members().isEmpty()) {
      mapping
          .members()
          .forEach(
              (name, member) -> add(PropertyKey.join(key, name), member.value(), member.name()));
    } else if (value instanceof Sequence sequence && !sequence.items().isEmpty()) {
      for (int i = 0; i < sequence.items().size(); i++) {
        Value item = sequence.items().get(i);
        add(key + "[" + i + "]", item, item.span());
      }
    } else {
      put(key, value, place);
    }
  }

  private void put(String key, Value value, Span place) {
    keyChars += key.length();
    if (keyChars > FormatLimits.KEY_CHARS_MAX) {
      throw new FormatException(Problem.at(place, "The keys of the properties are too long."));
    }
    properties.remove(key); // the later spelling wins, and its place in the order
    properties.put(key, new Property(key, text(value), kind(value), place.line(), place.column()));
  }

  private static String text(Value value) {
    return value instanceof Scalar scalar ? scalar.text() : "";
  }

  private static Kind kind(Value value) {
    if (value instanceof Scalar scalar) {
      return switch (scalar.type()) {
        case STRING -> Kind.STRING;
        case INTEGER -> Kind.INTEGER;
        case DECIMAL -> Kind.DECIMAL;
        case BOOLEAN -> Kind.BOOLEAN;
        case NULL -> Kind.NULL;
        case DATE_TIME -> Kind.DATE_TIME;
        case REFERENCE -> Kind.REFERENCE;
      };
    }
    return value instanceof Mapping ? Kind.EMPTY_MAPPING : Kind.EMPTY_SEQUENCE;
  }
}

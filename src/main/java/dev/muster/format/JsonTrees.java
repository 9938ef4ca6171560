package dev.muster.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonNodePath;
import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Member;
import dev.muster.format.Value.Scalar;
import dev.muster.format.Value.Sequence;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Values as the tree that the schema library knows, and back to their lines. */
final class JsonTrees {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** {@code ${key:default}}, the default a word. */
  private static final Pattern ONLY_REFERENCE =
      Pattern.compile("\\$\\{(?:[^:\\\\{}]|\\\\:)++:([\\w.+-]+)}");

  /**
   * @param instead nodes to put at some JSON pointers, instead of what the value says
   */
  static JsonNode of(Value value, Map<String, JsonNode> instead) {
    return node(value, "", instead);
  }

  private static JsonNode node(Value value, String pointer, Map<String, JsonNode> instead) {
    if (value instanceof Mapping mapping) {
      ObjectNode object = NODES.objectNode();
      mapping
          .members()
          .forEach(
              (name, member) ->
                  object.set(name, node(member.value(), below(pointer, name, instead), instead)));
      return object;
    }
    if (value instanceof Sequence sequence) {
      ArrayNode array = NODES.arrayNode();
      for (int i = 0; i < sequence.items().size(); i++) {
        array.add(
            node(sequence.items().get(i), below(pointer, String.valueOf(i), instead), instead));
      }
      return array;
    }
    JsonNode other = instead.get(pointer);
    return other != null ? other : scalar((Scalar) value);
  }

  private static String below(String pointer, String name, Map<String, JsonNode> instead) {
    return instead.isEmpty() ? "" : pointer + "/" + name.replace("~", "~0").replace("/", "~1");
  }

  private static JsonNode scalar(Scalar scalar) {
    return switch (scalar.type()) {
      case NULL -> NODES.nullNode();
      case BOOLEAN -> NODES.booleanNode(Boolean.parseBoolean(scalar.text()));
      case INTEGER -> integer(scalar.text());
      case DECIMAL -> decimal(scalar.text());
      case STRING, DATE_TIME -> NODES.textNode(scalar.text());
      case REFERENCE -> reference(scalar.text());
    };
  }

  /** One reference with a default counts as that if it is a number or a boolean, else as text. */
  private static JsonNode reference(String text) {
    Matcher only = ONLY_REFERENCE.matcher(text);
    Scalar otherwise = Values.literal(only.matches() ? only.group(1) : "");
    return switch (otherwise.type()) {
      case BOOLEAN, INTEGER, DECIMAL -> scalar(otherwise);
      default -> NODES.textNode(text);
    };
  }

  private static JsonNode integer(String text) {
    BigInteger number = new BigInteger(text);
    return number.bitLength() < Long.SIZE
        ? NODES.numberNode(number.longValue())
        : NODES.numberNode(number);
  }

  /** Infinite and not-a-number have no exact form; a huge exponent must not be written out. */
  static JsonNode decimal(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.endsWith("nan")) {
      return NODES.numberNode(Double.NaN);
    }
    if (lower.endsWith("inf")) {
      return NODES.numberNode(
          lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    try {
      BigDecimal number = new BigDecimal(text);
      return Math.abs((long) number.scale()) <= FormatLimits.NUMBER_CHARS_MAX
          ? NODES.numberNode(number)
          : NODES.numberNode(number.doubleValue());
    } catch (NumberFormatException e) {
      return NODES.numberNode(Double.parseDouble(text)); // an exponent beyond BigDecimal's
    }
  }

  /** The line of what a violation speaks of: a member that it names, else the place itself. */
  static int line(Value root, JsonNodePath path, @Nullable String property) {
    Value value = root;
    int line = root.span().line();
    for (int i = 0; i < path.getNameCount(); i++) {
      String name = path.getName(i);
      Member member = member(value, name);
      if (member != null) {
        line = member.name().line();
        value = member.value();
      } else if (value instanceof Sequence sequence) {
        value = sequence.items().get(Integer.parseInt(name));
        line = value.span().line();
      } else {
        return line;
      }
    }
    Member named = property == null ? null : member(value, property);
    return named == null ? line : named.name().line();
  }

  private static @Nullable Member member(Value value, String name) {
    return value instanceof Mapping mapping ? mapping.members().get(name) : null;
  }

  private JsonTrees() {}
}

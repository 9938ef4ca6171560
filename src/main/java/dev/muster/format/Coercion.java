package dev.muster.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.networknt.schema.ValidationMessage;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads text of properties as what a schema missed there. */
final class Coercion {
  /** Whether the violation led to a new reading of its place, which is then in the map. */
  static boolean add(ValidationMessage message, Map<String, JsonNode> readings) {
    JsonNode found = message.getInstanceNode();
    String pointer = message.getInstanceLocation().toString();
    if (found == null || !found.isTextual() || readings.containsKey(pointer)) {
      return false;
    }
    JsonNode reading = reading(message, found.asText());
    if (reading == null) {
      return false;
    }
    readings.put(pointer, reading);
    return true;
  }

  private static @Nullable JsonNode reading(ValidationMessage message, String text) {
    JsonNode asked = message.getSchemaNode();
    JsonNode literal = literal(text);
    if (asked == null || literal == null) {
      return null;
    }
    boolean fits =
        switch (message.getType()) {
          case "type" -> types(asked).contains(typeName(literal)) || wantsNumber(asked, literal);
          case "enum" -> contains(asked, literal);
          case "const" -> same(asked, literal);
          default -> false;
        };
    return fits ? literal : null;
  }

  private static boolean wantsNumber(JsonNode asked, JsonNode literal) {
    return literal.isNumber()
        && (types(asked).contains("number") || types(asked).contains("integer"));
  }

  private static Set<String> types(JsonNode asked) {
    Set<String> types = new TreeSet<>();
    if (asked.isTextual()) {
      types.add(asked.asText());
    }
    asked.forEach(type -> types.add(type.asText()));
    return types;
  }

  private static String typeName(JsonNode literal) {
    return literal.isBoolean() ? "boolean" : "number";
  }

  private static boolean contains(JsonNode asked, JsonNode literal) {
    for (JsonNode one : asked) {
      if (same(one, literal)) {
        return true;
      }
    }
    return false;
  }

  private static boolean same(JsonNode one, JsonNode other) {
    return (one.isNumber() && other.isNumber())
        ? one.decimalValue().compareTo(other.decimalValue()) == 0
        : one.equals(other);
  }

  private static @Nullable JsonNode literal(String text) {
    if (text.equals("true") || text.equals("false")) {
      return JsonNodeFactory.instance.booleanNode(text.equals("true"));
    }
    if (!Numbers.LITERAL.matcher(text).matches()) {
      return null;
    }
    BigDecimal number = new BigDecimal(text);
    return number.scale() <= 0 && number.precision() - number.scale() < 19
        ? JsonNodeFactory.instance.numberNode(number.longValueExact())
        : JsonTrees.decimal(text);
  }

  private Coercion() {}
}

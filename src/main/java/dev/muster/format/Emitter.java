package dev.muster.format;

import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Member;
import dev.muster.format.Value.Scalar;
import dev.muster.format.Value.ScalarType;
import dev.muster.format.Value.Sequence;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes values as JSON, and as YAML in blocks. What is JSON is YAML in flow style too. */
final class Emitter {
  /** What every reader of YAML takes for text, in blocks and in flows. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z/_][\\w/.@+=-]*(?:(?: |:)[\\w/.@+=-]+)*");

  /** Readers of YAML 1.1 take these for booleans. */
  private static final Set<String> BOOLEANS_OF_OLD = Set.of("y", "n", "yes", "no", "on", "off");

  /** On one line. */
  static String json(Value value) {
    if (value instanceof Mapping mapping) {
      return mapping.members().entrySet().stream()
          .map(member -> quoted(member.getKey()) + ": " + json(member.getValue().value()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof Sequence sequence) {
      return sequence.items().stream()
          .map(Emitter::json)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    Scalar scalar = (Scalar) value;
    return scalar.type() == ScalarType.STRING ? quoted(scalar.text()) : bare(scalar);
  }

  /**
   * On lines of their own, the first one without its indent.
   *
   * @param indent of the line where the value begins
   * @param unit what a level adds to it
   */
  static String json(Value value, String indent, String unit, String terminator) {
    String inner = terminator + indent + unit;
    if (value instanceof Mapping mapping && !mapping.members().isEmpty()) {
      return mapping.members().entrySet().stream()
          .map(
              member ->
                  quoted(member.getKey())
                      + ": "
                      + json(member.getValue().value(), indent + unit, unit, terminator))
          .collect(Collectors.joining("," + inner, "{" + inner, terminator + indent + "}"));
    }
    if (value instanceof Sequence sequence && !sequence.items().isEmpty()) {
      return sequence.items().stream()
          .map(item -> json(item, indent + unit, unit, terminator))
          .collect(Collectors.joining("," + inner, "[" + inner, terminator + indent + "]"));
    }
    return json(value);
  }

  /** Each line indented and terminated. */
  static String yaml(Value value, String indent, String terminator) {
    if (value instanceof Mapping mapping && !mapping.members().isEmpty()) {
      StringBuilder out = new StringBuilder();
      for (Map.Entry<String, Member> member : mapping.members().entrySet()) {
        out.append(yaml(member.getKey(), member.getValue().value(), indent, terminator));
      }
      return out.toString();
    }
    if (value instanceof Sequence sequence && !sequence.items().isEmpty()) {
      StringBuilder out = new StringBuilder();
      for (Value item : sequence.items()) {
        String inner = indent + "  ";
        String block = yaml(item, inner, terminator);
        out.append(indent).append("- ").append(block.substring(inner.length()));
      }
      return out.toString();
    }
    return indent + yamlScalar(value) + terminator;
  }

  static String yaml(String name, Value value, String indent, String terminator) {
    String start = indent + yamlText(name) + ":";
    boolean block =
        (value instanceof Mapping mapping && !mapping.members().isEmpty())
            || (value instanceof Sequence sequence && !sequence.items().isEmpty());
    return block
        ? start + terminator + yaml(value, indent + "  ", terminator)
        : start + " " + yamlScalar(value) + terminator;
  }

  /** A scalar, or what is empty, in block style. */
  static String yamlScalar(Value value) {
    return value instanceof Scalar scalar && scalar.type() == ScalarType.STRING
        ? yamlText(scalar.text())
        : json(value);
  }

  private static String yamlText(String text) {
    boolean plain =
        PLAIN.matcher(text).matches()
            && YamlScalars.plainType(text) == ScalarType.STRING
            && !BOOLEANS_OF_OLD.contains(text.toLowerCase(java.util.Locale.ROOT));
    return plain ? text : quoted(text);
  }

  private static String bare(Scalar scalar) {
    return scalar.type() == ScalarType.NULL ? "null" : scalar.text();
  }

  /** In double quotes, with escapes that JSON and YAML share. */
  static String quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || (c >= 0x7F && c < 0xA0) || isUnseen(c)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    return out.append('"').toString();
  }

  /** Line separators and what is no character. */
  private static boolean isUnseen(char c) {
    return c == '\u2028' || c == '\u2029' || c == '\uFEFF' || c >= '\uFFFE';
  }

  private Emitter() {}
}

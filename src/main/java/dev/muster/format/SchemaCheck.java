package dev.muster.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A JSON Schema (2020-12 unless {@code $schema} says 2019-09, draft-07, draft-06 or draft-04) that
 * contents are checked against: JSON, YAML, TOML, HOCON and properties.
 *
 * <ul>
 *   <li>Properties are nested by their dots and brackets first: {@code a.b[0]=1} is checked as
 *       {@code {"a":{"b":["1"]}}}. Where a value is not what the schema asks for and its text is (a
 *       number, {@code true}, {@code false}), it counts as that; elsewhere it stays text.
 *   <li>TOML's dates and times and HOCON's unresolved substitutions are strings.
 *   <li>Nothing is fetched: a schema may refer to itself and to what it embeds.
 *   <li>Patterns are those of RE2, which no input makes slow; so there is no look-ahead and no back
 *       reference. {@code format} is an annotation, as 2020-12 has it.
 * </ul>
 *
 * Immutable, for any thread. Compiling costs more than a check: keep it.
 */
public final class SchemaCheck {
  /** Text becomes numbers, whose neighbours may then ask for more; a fixed point comes soon. */
  private static final int COERCION_ROUNDS_MAX = 8;

  /**
   * Where a content fails its schema.
   *
   * @param pointer a JSON pointer (RFC 6901) into the content; empty for the whole
   * @param line of that place, from 1; 0 if unknown
   * @param message one sentence
   */
  public record Violation(String pointer, int line, String message) {}

  private final JsonSchema schema;

  private SchemaCheck(JsonSchema schema) {
    this.schema = schema;
  }

  /**
   * Reads a schema, in JSON.
   *
   * @throws FormatException if it is no JSON, no schema, too large, or has a pattern that cannot be
   *     bounded or a reference that leads out of it
   */
  public static SchemaCheck compile(byte[] schema) {
    return new SchemaCheck(SchemaCompiler.compile(schema));
  }

  /**
   * What a content violates, in the order of its lines; empty if nothing. No more than {@link
   * FormatLimits#PROBLEMS_MAX}.
   *
   * @throws FormatException if the content is of a format without schemas (XML, text, binary), or
   *     the schema asks for more than {@link FormatLimits#SCHEMA_STEPS_MAX} steps
   */
  public List<Violation> check(Document document) {
    if (document.format() == Format.XML) {
      throw new FormatException("A JSON Schema does not apply to XML.");
    }
    if (document.format() != Format.PROPERTIES) {
      return told(run(JsonTrees.of(document.root(), Map.of())), document.root());
    }
    Nested nested = Nested.of(document.root());
    return nested.conflicts().isEmpty() ? checkText(nested.root()) : nested.conflicts();
  }

  private List<Violation> checkText(Value root) {
    Map<String, JsonNode> coerced = new HashMap<>();
    for (int round = 1; ; round++) {
      Set<ValidationMessage> messages = run(JsonTrees.of(root, coerced));
      boolean more = false;
      for (ValidationMessage message : messages) {
        more |= Coercion.add(message, coerced);
      }
      if (!more || round == COERCION_ROUNDS_MAX) {
        return told(messages, root);
      }
    }
  }

  private Set<ValidationMessage> run(JsonNode content) {
    try {
      return schema.validate(new Budget(), content, OutputFormat.DEFAULT);
    } catch (JsonSchemaException e) {
      throw new FormatException("The schema cannot be applied: " + e.getMessage());
    } catch (StackOverflowError e) {
      // The library recurses; a schema that refers to itself at the same place has no end.
      throw new FormatException("The schema refers to itself without end.");
    }
  }

  private static List<Violation> told(Set<ValidationMessage> messages, Value root) {
    List<Violation> violations = new ArrayList<>();
    for (ValidationMessage message : messages) {
      if (violations.size() == FormatLimits.PROBLEMS_MAX) {
        break;
      }
      violations.add(
          new Violation(
              message.getInstanceLocation().toString(),
              JsonTrees.line(root, message.getInstanceLocation(), message.getProperty()),
              Sentence.of(message.getError())));
    }
    violations.sort(Comparator.comparingInt(Violation::line).thenComparing(Violation::pointer));
    return List.copyOf(violations);
  }

  /**
   * Every keyword asks for the configuration once as it begins: that is where steps are counted.
   */
  private static final class Budget extends ExecutionContext {
    private int steps;

    private Budget() {
      super(config());
    }

    private static ExecutionConfig config() {
      ExecutionConfig config = new ExecutionConfig();
      config.setLocale(Locale.ENGLISH);
      config.setFormatAssertionsEnabled(false);
      return config;
    }

    @Override
    public ExecutionConfig getExecutionConfig() {
      steps++;
      if (steps > FormatLimits.SCHEMA_STEPS_MAX) {
        throw new FormatException(
            "Checking takes more than " + FormatLimits.SCHEMA_STEPS_MAX + " steps.");
      }
      return super.getExecutionConfig();
    }
  }
}

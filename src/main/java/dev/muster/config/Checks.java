package dev.muster.config;

import dev.muster.config.Schemas.Schema;
import dev.muster.config.Schemas.Scope;
import dev.muster.core.Node;
import dev.muster.format.Document;
import dev.muster.format.Format;
import dev.muster.format.FormatException;
import dev.muster.format.Problem;
import dev.muster.format.SchemaCheck;
import dev.muster.format.Syntax;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether contents may be published: what is wrong with their syntax, and by which schemas. */
final class Checks {
  /**
   * A place where a content violates a schema.
   *
   * @param schema its target
   * @param pointer a JSON pointer into the content; empty for the whole
   * @param line of that place, from 1; 0 if unknown
   * @param message one sentence
   */
  record Violation(String schema, String pointer, int line, String message) {}

  /** A content that is parsed once, whatever the number of schemas that cover it. */
  private static final class Reading {
    private final Content content;
    private final Format format;
    private @Nullable Document document;

    private Reading(String item, Content content) {
      this.content = content;
      this.format = content.format(item);
    }

    /** Throws a {@link FormatException} if it is not well-formed. */
    private Document document() {
      Document known = document;
      if (known == null) {
        known = Document.parse(format, content.data().array());
        document = known;
      }
      return known;
    }
  }

  private record Compiled(Node node, SchemaCheck check) {}

  /** By target and namespace, the one used last at the end. Guarded by itself. */
  private final Map<String, Compiled> compiled = new LinkedHashMap<>(16, 0.75f, true);

  private long compiledBytes;

  // ---- syntax

  /** Why the content is not of its format; absent if it is. */
  static Outcome.@Nullable Refused syntax(String item, Content content) {
    Format format = content.format(item);
    if (!format.isText()) {
      return null;
    }
    List<Problem> problems = Syntax.check(format, content.data().array());
    if (problems.isEmpty()) {
      return null;
    }
    Problem first = problems.get(0);
    return new Outcome.Refused(
        Outcome.Reason.INVALID_CONTENT,
        "this is not %s: line %d, column %d: %s"
            .formatted(format, first.line(), first.column(), first.message()),
        -1,
        Map.of("format", format.contentType(), "problems", problems));
  }

  // ---- schemas

  /** Why the content violates a schema that covers it; absent if it satisfies all. */
  Outcome.@Nullable Refused schemas(
      String namespace, String item, List<Schema> covering, Content content) {
    List<Violation> violations = new ArrayList<>();
    Reading reading = new Reading(item, content);
    for (Schema schema : covering) {
      violations.addAll(violations(schema, compiled(namespace, schema), reading));
    }
    if (violations.isEmpty()) {
      return null;
    }
    Violation first = violations.get(0);
    return new Outcome.Refused(
        Outcome.Reason.SCHEMA_VIOLATION,
        "the content violates the schema of '%s': %s%s"
            .formatted(
                first.schema(),
                first.line() == 0 ? "" : "line " + first.line() + ": ",
                first.message()),
        -1,
        Map.of(
            "problems",
            violations.subList(0, Math.min(violations.size(), ConfigLimits.VIOLATIONS_MAX))));
  }

  /** Where a content violates a schema, in the order of its lines. */
  static List<Violation> violations(
      String item, Schema schema, SchemaCheck check, Content content) {
    return violations(schema, check, new Reading(item, content));
  }

  private static List<Violation> violations(Schema schema, SchemaCheck check, Reading reading) {
    Content content = reading.content;
    Format format = reading.format;
    if (!format.isStructured() || format == Format.XML) {
      return schema.scope() == Scope.PREFIX
          ? List.of()
          : List.of(
              new Violation(
                  schema.target(),
                  "",
                  0,
                  "Its type is "
                      + content.type()
                      + "; what a schema of an item covers is JSON, YAML, TOML, HOCON or"
                      + " properties."));
    }
    try {
      return check.check(reading.document()).stream().map(found -> of(schema, found)).toList();
    } catch (FormatException uncheckable) {
      return uncheckable.problems().stream()
          .map(problem -> new Violation(schema.target(), "", problem.line(), problem.message()))
          .toList();
    }
  }

  private static Violation of(Schema schema, SchemaCheck.Violation found) {
    return new Violation(schema.target(), found.pointer(), found.line(), found.message());
  }

  private SchemaCheck compiled(String namespace, Schema schema) {
    String key = namespace + '/' + schema.target();
    synchronized (compiled) {
      Compiled known = compiled.get(key);
      if (known != null && known.node == schema.node()) {
        return known.check;
      }
    }
    // Several threads may do so at once; each result is as good as another.
    SchemaCheck check = SchemaCheck.compile(schema.node().data().array());
    synchronized (compiled) {
      Compiled before = compiled.put(key, new Compiled(schema.node(), check));
      compiledBytes += schema.node().data().length() - bytes(before);
      Iterator<Compiled> oldest = compiled.values().iterator();
      while (compiled.size() > ConfigLimits.COMPILED_SCHEMAS_MAX
          || compiledBytes > ConfigLimits.COMPILED_BYTES_MAX) {
        compiledBytes -= bytes(oldest.next());
        oldest.remove();
      }
    }
    return check;
  }

  private static long bytes(@Nullable Compiled kept) {
    return kept == null ? 0 : kept.node.data().length();
  }
}

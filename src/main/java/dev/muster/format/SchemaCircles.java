package dev.muster.format;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;

/**
 * Refuses a schema that leads back to itself without a step into the value: JSON Schema, 9.4.1,
 * "infinite recursive nesting". It would be found only when a value meets it, and nothing could be
 * published then.
 */
final class SchemaCircles {
  /** Keywords with schemas of the very same value, which always apply. */
  private static final List<String> SAME_VALUE = List.of("allOf", "anyOf", "oneOf", "not", "if");

  private final JsonNode root;

  /** True while its parts are looked at, false once that is done. */
  private final IdentityHashMap<JsonNode, Boolean> open = new IdentityHashMap<>();

  private SchemaCircles(JsonNode root) {
    this.root = root;
  }

  static void check(JsonNode root) {
    SchemaCircles circles = new SchemaCircles(root);
    Deque<JsonNode> rest = new ArrayDeque<>();
    rest.push(root);
    while (!rest.isEmpty()) {
      JsonNode node = rest.pop();
      circles.from(node);
      node.forEach(rest::push);
    }
  }

  private record Step(JsonNode schema, Iterator<JsonNode> next) {}

  /** Depth first, without recursion: references may form long chains. */
  private void from(JsonNode start) {
    Deque<Step> way = new ArrayDeque<>();
    enter(start, way);
    while (!way.isEmpty()) {
      Step step = way.peek();
      if (step.next.hasNext()) {
        enter(step.next.next(), way);
      } else {
        open.put(step.schema, false);
        way.pop();
      }
    }
  }

  private void enter(JsonNode schema, Deque<Step> way) {
    Boolean known = open.putIfAbsent(schema, true);
    if (known == null) {
      way.push(new Step(schema, sameValue(schema).iterator()));
    } else if (known) {
      throw new FormatException(
          "The schema refers to itself without end"
              + (schema.has("$ref")
                  ? ", by way of '" + Strings.shorten(schema.get("$ref").asText()) + "'."
                  : "."));
    }
  }

  private List<JsonNode> sameValue(JsonNode schema) {
    List<JsonNode> all = new ArrayList<>();
    JsonNode reference = schema.get("$ref");
    if (reference != null && reference.isTextual()) {
      JsonNode target = target(reference.asText());
      if (!target.isMissingNode()) {
        all.add(target);
      }
    }
    for (String keyword : SAME_VALUE) {
      JsonNode value = schema.get(keyword);
      if (value != null && value.isArray()) {
        value.forEach(all::add);
      } else if (value != null) {
        all.add(value);
      }
    }
    return all;
  }

  /** Of a reference to the root or by a plain pointer; others are left to their first use. */
  private JsonNode target(String reference) {
    if (reference.equals("#")) {
      return root;
    }
    return reference.startsWith("#/") && reference.indexOf('%') < 0
        ? root.at(JsonPointer.compile(reference.substring(1)))
        : MissingNode.getInstance();
  }
}

package dev.muster.format;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Finds what would fail only when a value meets it: patterns and references. */
final class SchemaWalk {
  /** Keywords whose members are named by the user, and are schemas. */
  private static final Set<String> NAMED =
      Set.of(
          "properties",
          "patternProperties",
          "$defs",
          "definitions",
          "dependentSchemas",
          "dependencies");

  /** Keywords that hold data, not schemas. */
  private static final Set<String> DATA = Set.of("const", "enum", "default", "examples");

  private final JsonNode root;
  private final Set<String> ids = new HashSet<>();

  private SchemaWalk(JsonNode root) {
    this.root = root;
  }

  static void check(JsonNode root) {
    SchemaWalk walk = new SchemaWalk(root);
    walk.schema(root, false);
    walk.schema(root, true);
  }

  /** First to learn the names that parts give themselves, then to check. */
  private void schema(JsonNode schema, boolean checking) {
    if (schema.isArray()) {
      schema.forEach(item -> schema(item, checking));
    }
    for (Map.Entry<String, JsonNode> member : schema.properties()) {
      String keyword = member.getKey();
      JsonNode value = member.getValue();
      if (value.isTextual()) {
        text(keyword, value.asText(), checking);
      } else if (NAMED.contains(keyword)) {
        value.properties().forEach(named -> named(keyword, named, checking));
      } else if (!DATA.contains(keyword)) {
        schema(value, checking);
      }
    }
  }

  private void named(String keyword, Map.Entry<String, JsonNode> named, boolean checking) {
    if (checking && keyword.equals("patternProperties")) {
      Patterns.compile(named.getKey());
    }
    schema(named.getValue(), checking);
  }

  private void text(String keyword, String value, boolean checking) {
    switch (keyword) {
      case "$id", "id" -> ids.add(value);
      case "pattern" -> {
        if (checking) {
          Patterns.compile(value);
        }
      }
      case "$ref", "$dynamicRef", "$recursiveRef" -> {
        if (checking) {
          reference(value);
        }
      }
      default -> {}
    }
  }

  private void reference(String reference) {
    boolean local = reference.startsWith("#");
    if (!local) {
      String resource = reference.replaceFirst("#.*", "");
      boolean embedded =
          ids.stream()
              .anyMatch(
                  id -> id.equals(resource) || id.endsWith("/" + resource.replaceFirst("^/", "")));
      if (!embedded && !resource.matches("https?://json-schema\\.org/draft.*")) {
        throw new FormatException(
            "The reference '"
                + Strings.shorten(reference)
                + "' leads out of the schema; nothing is fetched, embed what it needs.");
      }
    } else if (reference.startsWith("#/") && ids.size() <= 1) {
      // with several resources inside, a pointer may count from any of them
      boolean found;
      try {
        String pointer =
            java.net.URLDecoder.decode(
                reference.substring(1).replace("+", "%2B"),
                java.nio.charset.StandardCharsets.UTF_8);
        found = !root.at(JsonPointer.compile(pointer)).isMissingNode();
      } catch (IllegalArgumentException e) {
        found = false;
      }
      if (!found) {
        throw new FormatException(
            "The reference '" + Strings.shorten(reference) + "' leads to nothing in the schema.");
      }
    }
  }
}

package dev.muster.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.resource.InputStreamSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a schema of a text, or says what is wrong with it before it is ever used. */
final class SchemaCompiler {
  private static final String SCHEMAS_IN_THE_LIBRARY = "classpath:draft";

  private static final SchemaValidatorsConfig CONFIG =
      SchemaValidatorsConfig.builder()
          .pathType(PathType.JSON_POINTER)
          .locale(Locale.ENGLISH)
          .regularExpressionFactory(regex -> Patterns.compile(regex)::matches)
          // both would keep a copy of a sub-schema for each way that leads to it: without end
          .cacheRefs(false)
          .preloadJsonSchema(false)
          .build();

  static JsonSchema compile(byte[] schema) {
    if (schema.length > FormatLimits.SCHEMA_BYTES_MAX) {
      throw new FormatException(
          "The schema has "
              + schema.length
              + " bytes; "
              + FormatLimits.SCHEMA_BYTES_MAX
              + " are allowed.");
    }
    JsonNode node = JsonTrees.of(Document.parse(Format.JSON, schema).root(), Map.of());
    if (!node.isObject() && !node.isBoolean()) {
      throw new FormatException("A schema is an object, true or false.");
    }
    VersionFlag version = version(node);
    SchemaWalk.check(node);
    SchemaCircles.check(node);
    try {
      // one factory a schema: what it embeds is no other schema's business
      JsonSchemaFactory factory = factory(version);
      Set<ValidationMessage> problems =
          factory.getSchema(SchemaLocation.of(version.getId()), CONFIG).validate(node);
      if (!problems.isEmpty()) {
        throw new FormatException(problems.stream().map(SchemaCompiler::problem).toList());
      }
      return factory.getSchema(node, CONFIG);
    } catch (JsonSchemaException e) {
      throw new FormatException("The schema is malformed: " + e.getMessage());
    }
  }

  private static Problem problem(ValidationMessage message) {
    return new Problem(
        0,
        0,
        "The schema is malformed at '"
            + message.getInstanceLocation()
            + "': "
            + Sentence.of(message.getError()));
  }

  private static VersionFlag version(JsonNode schema) {
    JsonNode said = schema.get("$schema");
    if (said == null) {
      return VersionFlag.V202012;
    }
    String id = said.asText();
    String plain = id.endsWith("#") ? id.substring(0, id.length() - 1) : id;
    return Arrays.stream(VersionFlag.values())
        .filter(version -> version.getId().replace("#", "").equals(plain))
        .findFirst()
        .orElseThrow(
            () ->
                new FormatException(
                    "The $schema '"
                        + Strings.shorten(id)
                        + "' is not known; there are "
                        + known()));
  }

  private static List<String> known() {
    return Arrays.stream(VersionFlag.values()).map(VersionFlag::getId).toList();
  }

  private static JsonSchemaFactory factory(VersionFlag version) {
    return JsonSchemaFactory.getInstance(
        version,
        builder -> builder.schemaLoaders(loaders -> loaders.add(iri -> local(iri.toString()))));
  }

  /** Null lets the library read its own resource; anything else would be a request or a file. */
  private static @Nullable InputStreamSource local(String iri) {
    if (iri.startsWith(SCHEMAS_IN_THE_LIBRARY)) {
      return null;
    }
    throw new JsonSchemaException(
        "The reference " + Strings.shorten(iri) + " leads out of the schema; embed what it needs.");
  }

  private SchemaCompiler() {}
}

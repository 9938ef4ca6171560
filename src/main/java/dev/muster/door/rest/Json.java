package dev.muster.door.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON in and out. Strict on the way in: unknown or repeated fields, texts where numbers belong
 * (and the reverse), fractions for whole numbers and anything after the value are refused, with the
 * field's path.
 */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(RestLimits.JSON_DEPTH_MAX)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              config ->
                  config
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .addModule(WholeText.module())
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();

  /** How Jackson names a place within a message of its own; the source is never shown anyway. */
  private static final Pattern SOURCE =
      Pattern.compile("\\[Source: [^\\]]*; line: (\\d+), column: (\\d+)\\]");

  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private Json() {}

  /** Encodes a record or map of ours; absent members are left out. */
  public static byte[] encode(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a request's body.
   *
   * @throws Problem if it is not JSON or does not fit the record
   */
  public static <T> T decode(byte[] json, Class<T> type) {
    if (json.length == 0) {
      throw new Problem(Code.INVALID_JSON, "the body is empty; a JSON object is needed");
    }
    try {
      demandUtf8(json);
      T value = MAPPER.readValue(json, type);
      if (value == null) {
        throw new Problem(Code.INVALID_JSON, "the body is null; a JSON object is needed");
      }
      return value;
    } catch (IOException e) {
      throw problem(e);
    }
  }

  /**
   * Reads a part of a body that was read as a tree, as if it were a body.
   *
   * @throws Problem if it does not fit the record
   */
  static <T> T decode(JsonNode part, Class<T> type) {
    try {
      T value = MAPPER.treeToValue(part, type);
      if (value == null) {
        throw new Problem(Code.INVALID_JSON, "it is null; a JSON object is needed");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw problem(e);
    }
  }

  /** The parser would find out about UTF-16 and UTF-32 by the zeros in them, and take them. */
  private static void demandUtf8(byte[] json) {
    boolean marked = json.length > 2 && json[0] == (byte) 0xEF && json[1] == (byte) 0xBB;
    for (byte b : json) {
      marked |= b == 0 || b == (byte) 0xFE || b == (byte) 0xFF;
    }
    if (marked) {
      throw new Problem(
          Code.INVALID_JSON, "the body is not JSON in UTF-8, without a byte-order mark");
    }
  }

  /** Reads a stored JSON object of ours; absent if it is none. */
  public static @Nullable Map<String, Object> decodeStored(byte[] json) {
    try {
      return MAPPER.readValue(json, OBJECT);
    } catch (IOException e) {
      return null;
    }
  }

  private static Problem problem(IOException error) {
    if (error instanceof WholeText.BrokenException broken) {
      String field = field(broken);
      return new Problem(
              Code.INVALID_FIELD, "the field '" + field + "': " + broken.getOriginalMessage())
          .with("field", field);
    }
    if (error instanceof UnrecognizedPropertyException unknown) {
      String field = field(unknown);
      return new Problem(
              Code.UNKNOWN_FIELD,
              "the field '"
                  + field
                  + "' is not known here; known are "
                  + unknown.getKnownPropertyIds())
          .with("field", field);
    }
    if (error instanceof StreamConstraintsException) {
      return new Problem(
          Code.INVALID_JSON,
          "the body passes a limit of JSON here: at most "
              + RestLimits.JSON_DEPTH_MAX
              + " levels, 1,000 digits a number");
    }
    if (error instanceof JsonMappingException mapping
        && (!(mapping.getCause() instanceof JsonProcessingException)
            || mapping.getCause()
                instanceof InputCoercionException)) { // a number that is too large
      String field = field(mapping);
      if (!field.isEmpty()) {
        return new Problem(Code.INVALID_FIELD, "the field '" + field + "' needs " + needed(mapping))
            .with("field", field);
      }
    }
    if (error instanceof JsonProcessingException processing) {
      String where =
          processing.getLocation() == null || processing.getLocation().getLineNr() < 1
              ? ""
              : " (line "
                  + processing.getLocation().getLineNr()
                  + ", column "
                  + processing.getLocation().getColumnNr()
                  + ")";
      return new Problem(Code.INVALID_JSON, firstLine(processing) + where);
    }
    return new Problem(Code.INVALID_JSON, "the body is not JSON in UTF-8");
  }

  /** {@code metadata.zone}, {@code tags[2]}. */
  private static String field(JsonMappingException error) {
    StringBuilder text = new StringBuilder();
    for (JsonMappingException.Reference step : error.getPath()) {
      if (step.getFieldName() == null) {
        text.append('[').append(step.getIndex()).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return WholeText.repaired(text.toString());
  }

  /** What the field should have held. */
  private static String needed(JsonMappingException error) {
    Class<?> type = error instanceof MismatchedInputException wrong ? wrong.getTargetType() : null;
    if (error.getCause() instanceof InputCoercionException tooLarge) {
      type = tooLarge.getTargetType();
    }
    if (type == null) {
      return "another value";
    }
    if (type == String.class) {
      return "a text";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == int.class || type == Integer.class) {
      return "a whole number of at most 32 bits";
    }
    if (type == long.class || type == Long.class) {
      return "a whole number of at most 64 bits";
    }
    if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
      return "a number";
    }
    return Collection.class.isAssignableFrom(type) ? "an array" : "an object";
  }

  /** Jackson's own words, unless they name our classes. */
  private static String firstLine(JsonProcessingException error) {
    String line =
        WholeText.repaired(error.getOriginalMessage()).lines().findFirst().orElse("malformed");
    line = SOURCE.matcher(line).replaceAll("line $1, column $2");
    return line.contains("dev.muster") || line.contains("java.") ? "not the shape needed" : line;
  }
}

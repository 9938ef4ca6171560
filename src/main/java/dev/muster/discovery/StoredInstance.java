package dev.muster.discovery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.muster.core.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * How an instance is written into its node: one JSON object, its fields always in the same order,
 * so that equal registrations are equal bytes. Lists of instances embed it as it is.
 */
public final class StoredInstance {
  private static final JsonFactory JSON = new JsonFactory();

  // Health is written first, so that a list is filtered without parsing.
  private static final byte[] PASSING = "{\"health\":\"passing\",".getBytes(StandardCharsets.UTF_8);

  private StoredInstance() {}

  static Bytes encode(Registration registration) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("health", "passing");
      json.writeStringField("address", registration.address());
      json.writeNumberField("port", registration.port());
      json.writeNumberField("weight", registration.weight());
      json.writeArrayFieldStart("tags");
      for (String tag : registration.tags()) {
        json.writeString(tag);
      }
      json.writeEndArray();
      json.writeObjectFieldStart("metadata");
      for (Map.Entry<String, String> entry : registration.metadata().entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Bytes.wrap(bytes.toByteArray());
  }

  /** Whether the instance is fit for traffic. */
  public static boolean isPassing(Bytes stored) {
    byte[] array = stored.array();
    return array.length > PASSING.length
        && Arrays.equals(array, 0, PASSING.length, PASSING, 0, PASSING.length);
  }
}

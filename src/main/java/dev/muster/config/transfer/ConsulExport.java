package dev.muster.config.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of {@code consul kv export}: an array of objects with {@code key}, {@code flags} and the
 * base64 {@code value}. Keys that end with a slash are folders of Consul's UI.
 */
final class ConsulExport {
  private ConsulExport() {}

  static Bundle read(byte[] bytes) {
    JsonNode root = Manifest.json("", bytes);
    if (!root.isArray()) {
      throw new TransferException(
          "This is not what 'consul kv export' prints: a JSON array of keys and values.");
    }
    if (root.size() > TransferLimits.FILES_MAX) {
      throw new TransferException(
          "The export has " + root.size() + " keys; " + TransferLimits.FILES_MAX + " are allowed.");
    }
    Bundle.Builder bundle = new Bundle.Builder();
    int index = 0;
    for (JsonNode pair : root) {
      String key = pair.path("key").asText("");
      String place = key.isEmpty() ? "[" + index + "]" : key;
      index++;
      if (key.isEmpty()) {
        bundle.refuse(place, "It has no \"key\".");
      } else if (key.endsWith("/")) {
        bundle.skip(key, "is a folder");
      } else {
        byte[] value = value(pair);
        if (value == null) {
          bundle.refuse(place, "Its \"value\" is not base64.");
        } else {
          bundle.add(key, key, ContentTypes.of(key, value), value);
        }
      }
    }
    return bundle.build("consul kv export");
  }

  private static byte @Nullable [] value(JsonNode pair) {
    JsonNode value = pair.path("value");
    if (value.isMissingNode() || value.isNull()) {
      return new byte[0]; // an empty value
    }
    try {
      return value.isTextual() ? Base64.getDecoder().decode(value.asText()) : null;
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }
}

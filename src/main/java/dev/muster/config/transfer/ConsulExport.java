package dev.muster.config.transfer;

import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of {@code consul kv export}: an array of objects with {@code key}, {@code flags} and the
 * base64 {@code value}. Keys that end with a slash are folders of Consul's UI.
 */
final class ConsulExport {
  private ConsulExport() {}

  /** A key and its value, as far as there are any. */
  private static final class Pair {
    private String key = "";
    private String value = "";
    private boolean isText = true;

    void read(JsonStream json) throws IOException {
      if (json.isObject()) {
        json.members(
            (name, member) -> {
              String text = member.text();
              if (name.equals("key")) {
                key = text == null ? "" : text;
              } else if (name.equals("value")) {
                value = text == null ? "" : text;
                isText = text != null || member.isNull(); // null is an empty value
              }
            });
      }
    }

    byte @Nullable [] decoded() {
      try {
        return isText ? Base64.getDecoder().decode(value) : null;
      } catch (IllegalArgumentException malformed) {
        return null;
      }
    }
  }

  static Bundle read(byte[] bytes) {
    Bundle.Builder bundle = new Bundle.Builder();
    JsonStream.read("", bytes, json -> read(json, bundle));
    return bundle.build("consul kv export");
  }

  private static void read(JsonStream json, Bundle.Builder bundle) throws IOException {
    if (!json.isArray()) {
      throw new TransferException(
          "This is neither a zip archive nor what 'consul kv export' prints: a JSON array of keys"
              + " and values.");
    }
    int[] index = {0};
    json.elements(
        element -> {
          if (index[0] == TransferLimits.FILES_MAX) {
            throw new TransferException(
                "The export has more than " + TransferLimits.FILES_MAX + " keys.");
          }
          Pair pair = new Pair();
          pair.read(element);
          add(pair, "[" + index[0]++ + "]", bundle);
        });
  }

  private static void add(Pair pair, String place, Bundle.Builder bundle) {
    if (pair.key.isEmpty()) {
      bundle.refuse(place, "It has no \"key\".");
    } else if (pair.key.endsWith("/")) {
      bundle.skip(pair.key, "is a folder");
    } else {
      byte[] value = pair.decoded();
      if (value == null) {
        bundle.refuse(pair.key, "Its \"value\" is not base64.");
      } else {
        bundle.add(pair.key, pair.key, ContentTypes.of(pair.key, value), value);
      }
    }
  }
}

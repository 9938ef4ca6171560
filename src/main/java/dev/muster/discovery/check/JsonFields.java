package dev.muster.discovery.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.discovery.InvalidInstanceException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object, taken one by one: those that nobody takes are refused by name. */
final class JsonFields {
  private final String prefix;
  private final JsonNode json;
  private final Set<String> left = new LinkedHashSet<>();

  private JsonFields(String prefix, JsonNode json) {
    this.prefix = prefix;
    this.json = json;
    json.fieldNames().forEachRemaining(left::add);
  }

  /**
   * @param prefix of the fields' names in what is refused, such as {@code tls.}
   */
  static JsonFields of(String prefix, JsonNode json) {
    if (!json.isObject()) {
      String name = prefix.isEmpty() ? "check" : prefix.substring(0, prefix.length() - 1);
      throw new InvalidInstanceException(name, "is no object");
    }
    return new JsonFields(prefix, json);
  }

  /** What is told in a field; nothing if it is not, or null. */
  @Nullable JsonNode take(String field) {
    left.remove(field);
    JsonNode value = json.get(field);
    return value == null || value.isNull() ? null : value;
  }

  @Nullable String text(String field) {
    JsonNode value = take(field);
    if (value != null && !value.isTextual()) {
      throw new InvalidInstanceException(prefix + field, "is no text");
    }
    return value == null ? null : value.asText();
  }

  long number(String field, long otherwise) {
    JsonNode value = take(field);
    if (value != null && !(value.isIntegralNumber() && value.canConvertToLong())) {
      throw new InvalidInstanceException(prefix + field, "is no whole number");
    }
    return value == null ? otherwise : value.asLong();
  }

  int small(String field, int otherwise) {
    long number = number(field, otherwise);
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
  }

  boolean flag(String field, boolean otherwise) {
    JsonNode value = take(field);
    if (value != null && !value.isBoolean()) {
      throw new InvalidInstanceException(prefix + field, "is neither true nor false");
    }
    return value == null ? otherwise : value.asBoolean();
  }

  InvalidInstanceException missing(String field, String what) {
    return new InvalidInstanceException(prefix + field, "is missing: " + what);
  }

  void refuseOthers() {
    for (String field : left) {
      throw new InvalidInstanceException(prefix + field, "is no field of a check of this type");
    }
  }
}

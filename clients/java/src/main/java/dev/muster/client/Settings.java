package dev.muster.client;

import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;

/**
 * The properties of an item, with their types. A value that is there and is not of the type asked
 * for is an {@link IllegalArgumentException} that names item, key and value: a typing error must
 * not silently become the default.
 */
public final class Settings {
  private final String origin;
  private final Properties properties;

  Settings(String origin, Properties properties) {
    this.origin = origin;
    this.properties = properties;
  }

  public Set<String> keys() {
    return properties.stringPropertyNames();
  }

  public Optional<String> get(String key) {
    return Optional.ofNullable(properties.getProperty(key));
  }

  public String getString(String key, String otherwise) {
    return properties.getProperty(key, otherwise);
  }

  public int getInt(String key, int otherwise) {
    return typed(key, otherwise, Integer::parseInt, "a whole number of 32 bits");
  }

  public long getLong(String key, long otherwise) {
    return typed(key, otherwise, Long::parseLong, "a whole number of 64 bits");
  }

  public double getDouble(String key, double otherwise) {
    return typed(key, otherwise, Double::parseDouble, "a number");
  }

  /** {@code true} or {@code false}, nothing else. */
  public boolean getBoolean(String key, boolean otherwise) {
    return typed(
        key,
        otherwise,
        text -> {
          if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
          }
          throw new IllegalArgumentException(text);
        },
        "true or false");
  }

  private <T> T typed(String key, T otherwise, Function<String, T> parse, String what) {
    String text = properties.getProperty(key);
    if (text == null) {
      return otherwise;
    }
    try {
      return parse.apply(text.trim());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + key + "' in " + origin + " is '" + text + "', not " + what, e);
    }
  }
}

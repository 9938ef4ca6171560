package dev.muster.quarkus.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.muster.client.Config;
import java.io.IOException;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * The properties of an item, by the servers' rules: names are joined by dots, elements counted in
 * brackets ({@code hosts[0].name}), names with dots are taken as they are; null and what is empty
 * is {@code ""}; numbers are as they are written, YAML's integers in decimal.
 */
final class Flat {
  /** An item's bytes are bounded, but aliases of YAML stand for more than they are. */
  static final int PROPERTIES_MAX = 100_000;

  static final int DEPTH_MAX = 100;

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Map<String, String> properties = new LinkedHashMap<>();

  private Flat() {}

  /**
   * The properties in the order of the text. What the content is, its type says, or else its name.
   *
   * @throws IllegalArgumentException if it has no properties, or none that can be read here
   */
  static Map<String, String> of(Config item) {
    try {
      return of(item.item(), item.contentType(), item.text());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new IllegalArgumentException(
          "The item " + item + " cannot be read as configuration: " + e.getMessage(), e);
    }
  }

  static Map<String, String> of(String item, String contentType, String text) {
    String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    String extension = item.substring(item.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return switch (type) {
      case "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml" -> yaml(text);
      case "application/json", "text/json" -> json(text);
      case "text/x-java-properties", "text/x-properties", "application/x-java-properties" ->
          properties(text);
      default ->
          switch (extension) {
            case "yaml", "yml" -> yaml(text);
            case "json" -> json(text);
            case "properties" -> properties(text);
            default ->
                throw new IllegalArgumentException(
                    "it is " + contentType + "; properties, YAML and JSON can be read here");
          };
    };
  }

  private static Map<String, String> properties(String text) {
    Properties loaded = new Properties();
    try {
      loaded.load(new StringReader(text));
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    Map<String, String> properties = new LinkedHashMap<>();
    loaded.stringPropertyNames().forEach(key -> properties.put(key, loaded.getProperty(key, "")));
    return properties;
  }

  private static Map<String, String> yaml(String text) {
    Flat flat = new Flat();
    YamlFlat.read(text, flat);
    return flat.properties;
  }

  private static Map<String, String> json(String text) {
    Flat flat = new Flat();
    try (JsonParser parser = JSON.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("it is no object");
      }
      flat.json("", parser, 0);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("there is more after the object");
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return flat.properties;
  }

  /** The parser is at the value's first token, and then at its last. */
  private void json(String key, JsonParser parser, int depth) throws IOException {
    checkDepth(depth);
    int index = 0;
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          json(member(key, name), parser, depth + 1);
          index++;
        }
        addIfEmpty(key, index);
      }
      case START_ARRAY -> {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          json(element(key, index), parser, depth + 1);
          index++;
        }
        addIfEmpty(key, index);
      }
      case VALUE_NULL -> add(key, "");
      default -> add(key, parser.getText());
    }
  }

  static String member(String key, String name) {
    return key.isEmpty() ? name : key + "." + name;
  }

  static String element(String key, int index) {
    return key + "[" + index + "]";
  }

  static void checkDepth(int depth) {
    if (depth > DEPTH_MAX) {
      throw new IllegalArgumentException("it is nested deeper than " + DEPTH_MAX);
    }
  }

  /** An empty whole has no property. */
  void addIfEmpty(String key, int size) {
    if (size == 0 && !key.isEmpty()) {
      add(key, "");
    }
  }

  /** The later spelling of a key wins. */
  void add(String key, String value) {
    properties.put(key, value);
    if (properties.size() > PROPERTIES_MAX) {
      throw new IllegalArgumentException("it has more than " + PROPERTIES_MAX + " properties");
    }
  }
}

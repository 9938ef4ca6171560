package dev.muster.format;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The formats of items. */
public enum Format {
  PROPERTIES("text/x-java-properties"),
  YAML("application/yaml"),
  JSON("application/json"),
  TOML("application/toml"),
  XML("application/xml"),
  HOCON("application/hocon"),
  /** UTF-8 text of no further form. */
  TEXT("text/plain"),
  /** Bytes that nobody looks into. */
  BINARY("application/octet-stream");

  private static final Map<String, Format> EXTENSIONS =
      Map.ofEntries(
          Map.entry("properties", PROPERTIES),
          Map.entry("yaml", YAML),
          Map.entry("yml", YAML),
          Map.entry("json", JSON),
          Map.entry("toml", TOML),
          Map.entry("xml", XML),
          Map.entry("conf", HOCON),
          Map.entry("hocon", HOCON),
          Map.entry("txt", TEXT),
          Map.entry("text", TEXT),
          Map.entry("md", TEXT),
          Map.entry("bin", BINARY));

  private static final Map<String, Format> ALIASES =
      Map.ofEntries(
          Map.entry("text/x-java-properties", PROPERTIES),
          Map.entry("text/x-properties", PROPERTIES),
          Map.entry("application/x-java-properties", PROPERTIES),
          Map.entry("application/yaml", YAML),
          Map.entry("application/x-yaml", YAML),
          Map.entry("text/yaml", YAML),
          Map.entry("text/x-yaml", YAML),
          Map.entry("application/json", JSON),
          Map.entry("text/json", JSON),
          Map.entry("application/toml", TOML),
          Map.entry("text/x-toml", TOML),
          Map.entry("application/xml", XML),
          Map.entry("text/xml", XML),
          Map.entry("application/hocon", HOCON),
          Map.entry("text/x-hocon", HOCON));

  private final String contentType;

  Format(String contentType) {
    this.contentType = contentType;
  }

  /** The content type that stands for this format, without parameters. */
  public String contentType() {
    return contentType;
  }

  /** Whether contents are UTF-8 text. */
  public boolean isText() {
    return this != BINARY;
  }

  /** Whether contents have properties: everything but plain text and binary. */
  public boolean isStructured() {
    return this != TEXT && this != BINARY;
  }

  /** Whether {@link SingleProperty} can change one property in place. */
  public boolean isEditable() {
    return this == PROPERTIES || this == YAML || this == JSON;
  }

  /** Whether {@link MergePatch} applies. */
  public boolean isPatchable() {
    return this == YAML || this == JSON;
  }

  /**
   * The format that a content type names. Parameters are ignored but for {@code charset}. A type
   * with the suffix {@code +json}, {@code +yaml} or {@code +xml} is of that format; another {@code
   * text/*} is {@link #TEXT}, and what is not known here {@link #BINARY}.
   *
   * @throws FormatException if the format is text and the charset is not UTF-8 (US-ASCII is a part
   *     of it)
   */
  public static Format ofContentType(String contentType) {
    String[] parts = contentType.split(";", -1);
    Format format = ofType(parts[0].strip().toLowerCase(Locale.ROOT));
    for (int i = 1; i < parts.length && format.isText(); i++) {
      String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
      if (parameter.startsWith("charset=")) {
        String charset = parameter.substring("charset=".length()).replace("\"", "").strip();
        if (!charset.equals("utf-8") && !charset.equals("utf8") && !charset.equals("us-ascii")) {
          throw new FormatException("The charset is " + charset + "; only UTF-8 is stored.");
        }
      }
    }
    return format;
  }

  private static Format ofType(String type) {
    Format known = ALIASES.get(type);
    if (known != null) {
      return known;
    }
    if (type.endsWith("+json")) {
      return JSON;
    }
    if (type.endsWith("+yaml")) {
      return YAML;
    }
    if (type.endsWith("+xml")) {
      return XML;
    }
    return type.startsWith("text/") ? TEXT : BINARY;
  }

  /** The format that the extension of a name stands for, whatever its case; empty if unknown. */
  public static Optional<Format> ofName(String name) {
    int dot = name.lastIndexOf('.');
    if (dot < 0 || dot < name.lastIndexOf('/')) {
      return Optional.empty();
    }
    return Optional.ofNullable(EXTENSIONS.get(name.substring(dot + 1).toLowerCase(Locale.ROOT)));
  }
}

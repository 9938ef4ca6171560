package dev.muster.format;

import dev.muster.format.Value.Mapping;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A well-formed content of a structured format.
 *
 * @param text as it is written
 * @param root what it says; a mapping for every format but YAML and JSON, which may hold any value
 */
public record Document(Format format, String text, Value root) {
  /**
   * Reads a content. A YAML stream without a document is an empty mapping.
   *
   * @throws FormatException if it is not well-formed, too large or too deep, if the format has no
   *     structure, or if YAML holds several documents: which of them is meant, nobody could say
   */
  public static Document parse(Format format, byte[] content) {
    if (!format.isStructured()) {
      throw new FormatException("Content of " + format.contentType() + " has no properties.");
    }
    return parse(format, SourceText.decode(content));
  }

  /**
   * Whether a content may say much more than its length tells: by aliases of YAML or substitutions
   * of HOCON. A quick look, which errs on that side.
   */
  public static boolean mayGrow(Format format, byte[] content) {
    return switch (format) {
      case YAML -> contains(content, '*');
      case HOCON -> contains(content, '$');
      case PROPERTIES, JSON, TOML, XML, TEXT, BINARY -> false;
    };
  }

  private static boolean contains(byte[] content, char c) {
    for (byte one : content) {
      if (one == c) {
        return true;
      }
    }
    return false;
  }

  static Document parse(Format format, String text) {
    return parse(format, text.getBytes(StandardCharsets.UTF_8));
  }

  static Document parse(Format format, SourceText source) {
    return new Document(
        format,
        source.text(),
        switch (format) {
          case PROPERTIES -> PropertiesReader.read(source);
          case YAML -> single(YamlReader.read(source), source);
          case JSON -> JsonReader.read(source);
          case TOML -> TomlReader.read(source);
          case XML -> XmlReader.read(source);
          case HOCON -> HoconReader.read(source);
          case TEXT, BINARY -> throw new IllegalArgumentException(format.toString());
        });
  }

  private static Value single(List<Value> documents, SourceText source) {
    if (documents.size() > 1) {
      throw new FormatException(
          Problem.at(
              documents.get(1).span(),
              "There are "
                  + documents.size()
                  + " YAML documents; a content with properties has one. Make each an item."));
    }
    int end = source.text().length();
    return documents.isEmpty()
        ? new Mapping(Map.of(), false, source.span(end, end))
        : documents.get(0);
  }
}

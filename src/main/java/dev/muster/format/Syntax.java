package dev.muster.format;

import java.util.List;

/** Whether contents are well-formed. */
public final class Syntax {
  /**
   * What keeps a content from being published; empty if nothing. Text of every format must be UTF-8
   * without a byte-order mark and within {@link FormatLimits}. Beyond the grammars: keys that stand
   * twice are refused in properties, YAML, JSON and TOML, document types in XML, includes in HOCON.
   * YAML may hold several documents.
   *
   * @return in the order of the text; most parsers stop at the first
   */
  public static List<Problem> check(Format format, byte[] content) {
    try {
      requireSound(format, content);
      return List.of();
    } catch (FormatException e) {
      return e.problems();
    }
  }

  private static void requireSound(Format format, byte[] content) {
    if (format == Format.BINARY) {
      if (content.length > FormatLimits.CONTENT_BYTES_MAX) {
        throw SourceText.tooLong(content.length);
      }
      return;
    }
    SourceText source = SourceText.decode(content);
    switch (format) {
      case YAML -> YamlReader.read(source);
      case HOCON -> HoconReader.check(source);
      case TEXT -> {}
      default -> Document.parse(format, source);
    }
  }

  private Syntax() {}
}

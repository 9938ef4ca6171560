package dev.muster.format;

import java.util.Map;
import java.util.Optional;

/** Sets or removes one key of a properties text; everything else stays, byte by byte. */
final class PropertiesEditor {
  static String set(Document document, String key, String value) {
    String text = document.text();
    SourceText source = new SourceText(text);
    Map<String, PropertiesReader.Entry> entries = PropertiesReader.entries(source);
    PropertiesReader.Entry entry = entries.get(key);
    if (entry == null) {
      return appended(source, line(key, value));
    }
    if (entry.value().equals(value)) {
      return text;
    }
    String between = entry.bare() ? "=" : "";
    boolean bySpace = !entry.separated() && !entry.bare();
    return text.substring(0, entry.valueStart())
        + between
        + escaped(value, bySpace)
        + text.substring(entry.valueEnd());
  }

  /** Absent if the key is not there. */
  static Optional<String> remove(Document document, String key) {
    String text = document.text();
    SourceText source = new SourceText(text);
    PropertiesReader.Entry entry = PropertiesReader.entries(source).get(key);
    if (entry == null) {
      return Optional.empty();
    }
    int start = source.lineStart(entry.place().line());
    int end = entry.valueEnd();
    if (text.startsWith("\r\n", end)) {
      end += 2;
    } else if (end < text.length()) {
      end++;
    }
    return Optional.of(text.substring(0, start) + text.substring(end));
  }

  /** The line that says it, without its terminator. */
  static String line(String key, String value) {
    return escapedKey(key) + "=" + escaped(value, false);
  }

  private static String appended(SourceText source, String line) {
    String text = source.text();
    String terminator = source.lineTerminator();
    String end = text.isEmpty() || text.endsWith("\n") || text.endsWith("\r") ? "" : terminator;
    int backslashes = text.length();
    while (backslashes > 0 && text.charAt(backslashes - 1) == '\\') {
      backslashes--;
    }
    if ((text.length() - backslashes) % 2 == 1) {
      end += terminator; // the last line goes on: an empty one ends it
    }
    return text + end + line + terminator;
  }

  private static String escapedKey(String key) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      if (c == ' ' || c == ':' || c == '=' || (i == 0 && (c == '#' || c == '!'))) {
        out.append('\\').append(c);
      } else {
        escape(out, c, false);
      }
    }
    return out.toString();
  }

  /**
   * @param bySpace whether white space alone is before it: then it must not begin with a separator
   */
  private static String escaped(String value, boolean bySpace) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (i == 0 && (c == ' ' || (bySpace && (c == '=' || c == ':')))) {
        out.append('\\').append(c);
      } else {
        escape(out, c, false);
      }
    }
    return out.toString();
  }

  /**
   * What a char is written as wherever it stands.
   *
   * @param ascii whether the text shall be of ASCII
   */
  static void escape(StringBuilder out, char c, boolean ascii) {
    switch (c) {
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\f' -> out.append("\\f");
      default -> {
        if (c < ' ' || c == 0x7F || c == '\uFEFF' || (ascii && c > '~')) {
          out.append(String.format("\\u%04X", (int) c));
        } else {
          out.append(c);
        }
      }
    }
  }

  private PropertiesEditor() {}
}

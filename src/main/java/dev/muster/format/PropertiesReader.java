package dev.muster.format;

import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Member;
import dev.muster.format.Value.Scalar;
import dev.muster.format.Value.ScalarType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Properties as {@link java.util.Properties#load(java.io.Reader)} reads them, in UTF-8, with the
 * place of each key and value; and stricter, since that one overwrites silently: a key may stand
 * once. Keys stay flat: {@code server.port} is one name.
 */
final class PropertiesReader {
  /**
   * @param place of the key as it is written, escapes included
   * @param valueStart where the value as written begins, or would begin
   * @param valueEnd where the entry ends, its line's terminator left out
   * @param separated whether a {@code =} or {@code :} stands between
   * @param bare whether nothing at all stands after the key
   */
  record Entry(
      String key,
      String value,
      Span place,
      int valueStart,
      int valueEnd,
      boolean separated,
      boolean bare) {}

  private final SourceText source;
  private final String text;

  /** The logical line being read: its chars, and where each is in the text. */
  private final StringBuilder line = new StringBuilder();

  private int[] offsets = new int[128];
  private int lineStart;
  private int next;

  private PropertiesReader(SourceText source) {
    this.source = source;
    this.text = source.text();
  }

  static Value read(SourceText source) {
    Map<String, Member> members = new LinkedHashMap<>();
    entries(source)
        .forEach(
            (key, entry) -> {
              Span value = source.span(entry.valueStart(), entry.valueEnd());
              members.put(
                  key,
                  new Member(entry.place(), new Scalar(ScalarType.STRING, entry.value(), value)));
            });
    return new Mapping(members, false, source.span(0, source.text().length()));
  }

  /** In their order. All that is wrong is told, not only the first. */
  static Map<String, Entry> entries(SourceText source) {
    PropertiesReader reader = new PropertiesReader(source);
    Count count = new Count();
    Map<String, Entry> entries = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    while (reader.advance() && problems.size() < FormatLimits.PROBLEMS_MAX) {
      try {
        Entry entry = reader.entry();
        count.add(1, 1, entry.place());
        Entry first = entries.putIfAbsent(entry.key(), entry);
        if (first != null) {
          throw Strings.duplicate(entry.key(), entry.place(), first.place());
        }
      } catch (FormatException e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new FormatException(problems);
    }
    return entries;
  }

  /** Gathers the next logical line that is neither blank nor a comment. */
  private boolean advance() {
    while (next < text.length()) {
      int start = skipWhite(next);
      if (start == text.length()) {
        next = start;
      } else if (isBreak(text.charAt(start))) {
        next = start + 1;
      } else if (text.charAt(start) == '#' || text.charAt(start) == '!') {
        next = source.lineEnd(start);
      } else {
        if (gather(start)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether there is a line: what goes on after a backslash alone begins anew, as in Java. */
  private boolean gather(int start) {
    line.setLength(0);
    lineStart = start;
    int i = start;
    while (i < text.length() && !isBreak(text.charAt(i))) {
      if (text.charAt(i) != '\\') {
        append(i++);
      } else if (i + 1 == text.length()) {
        i++; // a lone backslash at the very end says nothing
      } else if (isBreak(text.charAt(i + 1))) {
        int after = text.startsWith("\r\n", i + 1) ? i + 3 : i + 2;
        if (line.isEmpty()) {
          next = after;
          return false;
        }
        i = skipWhite(after);
      } else {
        append(i++);
        append(i++);
      }
    }
    next = i;
    return true;
  }

  private void append(int offset) {
    if (line.length() == offsets.length) {
      offsets = java.util.Arrays.copyOf(offsets, offsets.length * 2);
    }
    offsets[line.length()] = offset;
    line.append(text.charAt(offset));
  }

  private Entry entry() {
    int keyEnd = 0;
    while (keyEnd < line.length() && !endsKey(line.charAt(keyEnd))) {
      keyEnd += line.charAt(keyEnd) == '\\' ? 2 : 1;
    }
    keyEnd = Math.min(keyEnd, line.length());
    int value = skipWhiteInLine(keyEnd);
    boolean separated =
        value < line.length() && (line.charAt(value) == '=' || line.charAt(value) == ':');
    if (separated) {
      value = skipWhiteInLine(value + 1);
    }
    Span place = source.span(lineStart, keyEnd < line.length() ? offsets[keyEnd] : next);
    String key = unescape(0, keyEnd);
    String said = unescape(value, line.length());
    int valueStart = value < line.length() ? offsets[value] : next;
    return new Entry(key, said, place, valueStart, next, separated, keyEnd == line.length());
  }

  private String unescape(int from, int to) {
    StringBuilder out = new StringBuilder(to - from);
    int i = from;
    while (i < to) {
      char c = line.charAt(i);
      if (c != '\\' || i + 1 == to) {
        if (c != '\\') {
          out.append(c);
        }
        i++;
        continue;
      }
      char escaped = line.charAt(i + 1);
      if (escaped == 'u') {
        out.append(unicode(i, to));
        i += 6;
      } else {
        out.append(
            switch (escaped) {
              case 't' -> '\t';
              case 'n' -> '\n';
              case 'r' -> '\r';
              case 'f' -> '\f';
              default -> escaped;
            });
        i += 2;
      }
    }
    String whole = out.toString();
    Strings.requireWhole(whole, source.span(from < line.length() ? offsets[from] : next, next));
    return whole;
  }

  private char unicode(int backslash, int to) {
    int code = 0;
    for (int i = backslash + 2; i < backslash + 6; i++) {
      int digit = i < to ? Character.digit(line.charAt(i), 16) : -1;
      if (digit < 0 || line.charAt(i) > 'f') {
        throw new FormatException(
            source.problem(
                offsets[backslash], "The escape \\u needs four hexadecimal digits after it."));
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }

  private static boolean endsKey(char c) {
    return c == '=' || c == ':' || isWhite(c);
  }

  private int skipWhite(int from) {
    int i = from;
    while (i < text.length() && isWhite(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private int skipWhiteInLine(int from) {
    int i = from;
    while (i < line.length() && isWhite(line.charAt(i))) {
      i++;
    }
    return i;
  }

  private static boolean isWhite(char c) {
    return c == ' ' || c == '\t' || c == '\f';
  }

  private static boolean isBreak(char c) {
    return c == '\n' || c == '\r';
  }
}

package dev.muster.format;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/**
 * A look at a HOCON text before its parser, which recurses without a bound and does not say where
 * an include or a bracket stands: brackets and includes outside of strings and comments, and that
 * strings end.
 */
final class HoconScan {
  static final String NO_INCLUDES =
      "An include is not allowed: an item stands on its own; merge items as layers.";

  private static final Pattern INCLUDE =
      Pattern.compile("include(?=[ \\t]*(?:[\"\\n\\r]|[ \\t](?:required|file|url|classpath)\\())");

  /** Of one path: enough for text that is not a path, too few to exhaust a stack. */
  private static final int DOTS_MAX = 500;

  private static final String ENDS_PATH = "{}[],=:\n\r";

  static void check(SourceText source) {
    String text = source.text();
    Deque<Integer> open = new ArrayDeque<>();
    int dots = 0;
    boolean mayInclude = true;
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '"') {
        i = afterString(source, i);
        mayInclude = false;
        continue;
      }
      if (c == '#' || text.startsWith("//", i)) {
        i = source.lineEnd(i);
        continue;
      }
      if (mayInclude && c == 'i' && INCLUDE.matcher(text).region(i, text.length()).lookingAt()) {
        throw new FormatException(source.problem(i, NO_INCLUDES));
      }
      if (c == '{' || c == '[') {
        open.push(i);
        if (open.size() > FormatLimits.DEPTH_MAX) {
          throw Count.tooDeep(source.span(i, i));
        }
      } else if (c == '}' || c == ']') {
        char opening = c == '}' ? '{' : '[';
        if (open.isEmpty() || text.charAt(open.pop()) != opening) {
          throw new FormatException(
              source.problem(i, "This '" + c + "' closes no '" + opening + "'."));
        }
      }
      dots = c == '.' ? dots + 1 : ENDS_PATH.indexOf(c) >= 0 ? 0 : dots;
      if (dots > DOTS_MAX) {
        throw Count.tooDeep(source.span(i, i));
      }
      boolean separates = c == '{' || c == ',' || c == '\n' || c == '\r';
      mayInclude = separates || (mayInclude && Character.isWhitespace(c));
      i++;
    }
    if (!open.isEmpty()) {
      int last = open.pop();
      throw new FormatException(
          source.problem(last, "This '" + text.charAt(last) + "' is not closed."));
    }
  }

  /** After the closing quotes. */
  private static int afterString(SourceText source, int start) {
    String text = source.text();
    if (text.startsWith("\"\"\"", start)) {
      int end = text.indexOf("\"\"\"", start + 3);
      if (end < 0) {
        throw notClosed(source, start);
      }
      end += 3;
      while (end < text.length() && text.charAt(end) == '"') {
        end++; // further quotes belong to the string
      }
      return end;
    }
    int i = start + 1;
    while (i < text.length() && text.charAt(i) != '"' && text.charAt(i) != '\n') {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    if (i >= text.length() || text.charAt(i) == '\n') {
      throw notClosed(source, start);
    }
    return i + 1;
  }

  private static FormatException notClosed(SourceText source, int start) {
    return new FormatException(source.problem(start, "This string is not closed."));
  }

  private HoconScan() {}
}

package dev.muster.format;

import java.util.regex.Pattern;

/**
 * A look at a HOCON text before its parser, which recurses without a bound and does not say where
 * an include stands: brackets and includes outside of strings and comments.
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
    int depth = 0;
    int dots = 0;
    boolean mayInclude = true;
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '"') {
        i = afterString(text, i);
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
        depth++;
        if (depth > FormatLimits.DEPTH_MAX) {
          throw Count.tooDeep(source.span(i, i));
        }
      } else if (c == '}' || c == ']') {
        depth = Math.max(0, depth - 1);
      }
      dots = c == '.' ? dots + 1 : ENDS_PATH.indexOf(c) >= 0 ? 0 : dots;
      if (dots > DOTS_MAX) {
        throw Count.tooDeep(source.span(i, i));
      }
      boolean separates = c == '{' || c == ',' || c == '\n' || c == '\r';
      mayInclude = separates || (mayInclude && Character.isWhitespace(c));
      i++;
    }
  }

  /** After the closing quotes; the text's end if they miss, which the parser will say. */
  private static int afterString(String text, int start) {
    if (text.startsWith("\"\"\"", start)) {
      int end = text.indexOf("\"\"\"", start + 3);
      if (end < 0) {
        return text.length();
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
    return Math.min(text.length(), i + 1);
  }

  private HoconScan() {}
}

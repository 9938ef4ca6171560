package dev.muster.format;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;

/**
 * Regular expressions whose time grows with the text alone: RE2 has no backtracking. What its
 * counted repetitions write out is bounded before it is built.
 */
final class Patterns {
  private static final java.util.regex.Pattern REPETITION =
      java.util.regex.Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?\\}");

  /** A pattern that is found anywhere in a text unless it has anchors. */
  record Compiled(Pattern pattern) {
    boolean matches(String text) {
      return pattern.matcher(text).find();
    }
  }

  static Compiled compile(String pattern) {
    if (pattern.length() > FormatLimits.PATTERN_CHARS_MAX
        || size(pattern) > FormatLimits.PATTERN_SIZE_MAX) {
      throw refused(pattern, "it is too large");
    }
    try {
      return new Compiled(Pattern.compile(pattern));
    } catch (PatternSyntaxException e) {
      throw refused(
          pattern, e.getDescription() + " (look-around and back references are not known)");
    }
  }

  private static FormatException refused(String pattern, String why) {
    return new FormatException(
        "The pattern '" + Strings.shorten(pattern) + "' is refused: " + why + ".");
  }

  /** An upper estimate of what there is after {@code x{n}} is written as n times x. */
  private static long size(String pattern) {
    Matcher repetition = REPETITION.matcher(pattern);
    Deque<Long> outer = new ArrayDeque<>();
    long group = 0; // of the group that is open
    long last = 0; // of what a repetition would repeat
    int i = 0;
    while (i < pattern.length()) {
      char c = pattern.charAt(i);
      if (c == '{' && repetition.region(i, pattern.length()).lookingAt()) {
        long times = times(repetition);
        long grown = Math.min(1L << 40, last * Math.max(1, times));
        group += grown - last;
        last = grown;
        i = repetition.end();
        continue;
      }
      if (c == '(') {
        outer.push(group);
        group = 0;
        last = 1;
      } else if (c == ')' && !outer.isEmpty()) {
        last = group + 1;
        group = Math.min(1L << 40, outer.pop() + last);
      } else {
        last = 1;
        group++;
      }
      i += c == '\\' ? 2 : 1;
    }
    while (!outer.isEmpty()) {
      group += outer.pop();
    }
    return group;
  }

  private static long times(Matcher repetition) {
    String most = repetition.group(2);
    return Long.parseLong(most == null || most.isEmpty() ? repetition.group(1) : most);
  }

  private Patterns() {}
}

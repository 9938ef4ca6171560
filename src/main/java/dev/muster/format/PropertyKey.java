package dev.muster.format;

import java.util.ArrayList;
import java.util.List;

/**
 * How dotted keys are made of steps: names and indexes. {@code a.b[0].c} has the steps {@code a},
 * {@code b}, {@code [0]} and {@code c}. Brackets around anything but an index are a name with its
 * brackets, as Spring Boot has it for names with dots: {@code level[com.acme]} is a member {@code
 * [com.acme]} of {@code level}. A key of another form, such as {@code a..b}, is one name.
 */
public final class PropertyKey {
  private static final int INDEX_DIGITS_MAX = 6;

  private PropertyKey() {}

  /** The steps of a key; at least one. */
  public static List<String> steps(String key) {
    List<String> steps = new ArrayList<>();
    int at = 0;
    while (at < key.length()) {
      boolean bracket = key.charAt(at) == '[';
      if (!bracket && at > 0) {
        at++; // the dot
      }
      int end = bracket ? bracketEnd(key, at) : nameEnd(key, at);
      if (end < 0) {
        return List.of(key);
      }
      steps.add(key.substring(at, end));
      at = end;
    }
    return steps.isEmpty() ? List.of(key) : List.copyOf(steps);
  }

  /** After the bracket that closes, if a dot, a bracket or nothing follows; else -1. */
  private static int bracketEnd(String key, int start) {
    int end = start + 1;
    while (end < key.length() && key.charAt(end) != ']') {
      if (key.charAt(end) == '[') {
        return -1;
      }
      end++;
    }
    boolean closed = end < key.length() && end > start + 1;
    boolean goesOn = end + 1 < key.length() && "[.".indexOf(key.charAt(end + 1)) < 0;
    return closed && !goesOn ? end + 1 : -1;
  }

  /** After the last char of a name, before a dot, a bracket or nothing; -1 if there is none. */
  private static int nameEnd(String key, int start) {
    int end = start;
    while (end < key.length() && "[.".indexOf(key.charAt(end)) < 0) {
      if (key.charAt(end) == ']') {
        return -1;
      }
      end++;
    }
    return end > start ? end : -1;
  }

  /** The key of what a step leads to from another key, which is empty for the whole. */
  public static String join(String key, String step) {
    return key.isEmpty() || step.startsWith("[") ? key + step : key + "." + step;
  }

  /** Whether a step leads to an element of a list, rather than to a member of a mapping. */
  public static boolean isIndex(String step) {
    return index(step) >= 0;
  }

  /**
   * The number in a step such as {@code [3]}; -1 if it is a name. An index has one spelling: {@code
   * [03]} is a name.
   */
  public static int index(String step) {
    int digits = step.length() - 2;
    boolean fits =
        digits >= 1
            && digits <= INDEX_DIGITS_MAX
            && step.charAt(0) == '['
            && step.charAt(digits + 1) == ']'
            && (digits == 1 || step.charAt(1) != '0');
    int index = 0;
    for (int i = 1; fits && i <= digits; i++) {
      char c = step.charAt(i);
      fits = c >= '0' && c <= '9';
      index = index * 10 + (c - '0');
    }
    return fits ? index : -1;
  }
}

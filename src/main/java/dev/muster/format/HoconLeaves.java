package dev.muster.format;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a HOCON text says before its substitutions are resolved. The library shows nothing of what
 * is unresolved but its rendering: parts of a concatenation side by side, definitions that may be
 * merged with commas between, the lowest first.
 */
final class HoconLeaves {
  /** Between the names of a path: sorts before every other char of a name. */
  static final String BETWEEN = "\0";

  /** What a rendering is made of: a substitution, a text in quotes, or any other char. */
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\$\\{(\\??)((?:\"(?:[^\"\\\\]|\\\\.)*+\"|[^}\"])*+)}"
              + "|\"(?:[^\"\\\\]|\\\\.)*+\"|[^$\",{}\\[\\]]++|.",
          Pattern.DOTALL);

  /**
   * A value that is no mapping, or not known to be one.
   *
   * @param text as the library renders it
   * @param definitions the lowest first
   * @param references all substitutions in it
   */
  record Leaf(String text, int line, List<Definition> definitions, List<Reference> references) {
    static Leaf of(String text, int line) {
      if (!text.contains("${")) {
        Definition only = new Definition(List.of(), false, false, false);
        return new Leaf(text, line, List.of(only), List.of());
      }
      List<Definition> definitions = new ArrayList<>();
      List<Reference> references = new ArrayList<>();
      List<Reference> own = new ArrayList<>();
      int depth = 0;
      boolean object = false;
      boolean list = false;
      boolean plain = true;
      Matcher token = TOKEN.matcher(text);
      while (token.find()) {
        if (token.group(2) != null) {
          Reference reference = new Reference(path(token.group(2)), !token.group(1).isEmpty());
          references.add(reference);
          if (depth == 0) {
            own.add(reference);
          }
          continue;
        }
        char c = text.charAt(token.start());
        if (depth == 0 && c == ',') {
          definitions.add(new Definition(List.copyOf(own), object, list, plain));
          own.clear();
          object = false;
          list = false;
          plain = true;
          continue;
        }
        plain = false;
        object |= depth == 0 && c == '{';
        list |= depth == 0 && c == '[';
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      }
      definitions.add(new Definition(List.copyOf(own), object, list, plain));
      return new Leaf(text, line, List.copyOf(definitions), List.copyOf(references));
    }
  }

  /** A substitution; the path is written as the library does. */
  record Reference(String path, boolean optional) {}

  /**
   * One of a key's definitions.
   *
   * @param references those in it that are in no list or object
   * @param object whether an object is a part of it
   * @param list whether a list is
   * @param plain whether it has substitutions only
   */
  record Definition(List<Reference> references, boolean object, boolean list, boolean plain) {}

  private final TreeMap<String, Leaf> leaves = new TreeMap<>();

  private HoconLeaves() {}

  /**
   * By their names with {@link #BETWEEN} between.
   *
   * @throws FormatException if they are too deep: dots nest as braces do
   */
  static NavigableMap<String, Leaf> of(ConfigObject root) {
    HoconLeaves all = new HoconLeaves();
    all.collect(root, "", 0);
    return all.leaves;
  }

  private void collect(ConfigObject object, String prefix, int depth) {
    object.forEach(
        (name, value) -> {
          int line = Math.max(0, value.origin().lineNumber());
          if (depth > FormatLimits.DEPTH_MAX) {
            throw Count.tooDeep(Span.ofLine(line, 0));
          }
          try {
            if (value instanceof ConfigObject inner) {
              collect(inner, prefix + name + BETWEEN, depth + 1);
              return;
            }
          } catch (ConfigException.NotResolved e) {
            // objects merged with a substitution: as one leaf
          }
          String text = value.render(ConfigRenderOptions.concise());
          leaves.put(prefix + name, Leaf.of(text, line));
        });
  }

  /** As the library writes the path; what is none stays as it is. */
  static String path(String expression) {
    try {
      return ConfigUtil.joinPath(ConfigUtil.splitPath(expression.strip()));
    } catch (ConfigException e) {
      return expression;
    }
  }
}

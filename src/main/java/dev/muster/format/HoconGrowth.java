package dev.muster.format;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a HOCON text may become when its substitutions are resolved. Each of twenty lines that
 * says the line before twice makes a million of one, and the library has no bound. The figure is an
 * upper estimate: strings that merely look like substitutions count too.
 */
final class HoconGrowth {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{\\??([^}]*)\\}");

  /** How long a chain of references may be: the library follows it by recursion. */
  private static final int CHAIN_MAX = 64;

  /** Between the names of a path: sorts before every other char of a name. */
  private static final char BETWEEN = '\0';

  private record Leaf(int length, List<String> references, int line) {}

  private final TreeMap<String, Leaf> leaves = new TreeMap<>();
  private final Map<String, Long> known = new HashMap<>();
  private final Set<String> underWay = new HashSet<>();
  private boolean cycleSeen;

  /** Dots nest as braces do. */
  static void requireShallow(ConfigObject root) {
    new HoconGrowth().collect(root, "", 0);
  }

  static void requireBounded(ConfigObject root) {
    HoconGrowth growth = new HoconGrowth();
    growth.collect(root, "", 0);
    long total = 0;
    for (Map.Entry<String, Leaf> leaf : growth.leaves.entrySet()) {
      total += growth.leaf(leaf.getKey(), leaf.getValue());
      if (total > FormatLimits.HOCON_RESOLVED_CHARS_MAX) {
        throw new FormatException(
            new Problem(
                leaf.getValue().line(),
                0,
                "The substitutions grow to more than "
                    + FormatLimits.HOCON_RESOLVED_CHARS_MAX
                    + " characters."));
      }
    }
  }

  private void collect(ConfigObject object, String prefix, int depth) {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      ConfigValue value = entry.getValue();
      String path = prefix + entry.getKey();
      if (depth > FormatLimits.DEPTH_MAX) {
        throw Count.tooDeep(Span.ofLine(Math.max(0, value.origin().lineNumber()), 0));
      }
      try {
        if (value instanceof ConfigObject inner) {
          collect(inner, path + BETWEEN, depth + 1);
          continue;
        }
      } catch (ConfigException.NotResolved e) {
        // objects merged with a substitution: as one leaf
      }
      String text = value.render(ConfigRenderOptions.concise());
      List<String> references = new ArrayList<>();
      Matcher matcher = REFERENCE.matcher(text);
      while (matcher.find()) {
        references.add(matcher.group(1));
      }
      leaves.put(
          path, new Leaf(text.length(), references, Math.max(0, value.origin().lineNumber())));
    }
  }

  private long leaf(String path, Leaf leaf) {
    Long before = known.get(path);
    if (before != null) {
      return before;
    }
    if (leaf.references().isEmpty()) {
      return leaf.length();
    }
    if (!underWay.add(path)) {
      cycleSeen = true;
      return leaf.length();
    }
    if (underWay.size() > CHAIN_MAX) {
      throw new FormatException(
          new Problem(
              leaf.line(), 0, "Substitutions are chained over more than " + CHAIN_MAX + " keys."));
    }
    boolean outer = cycleSeen;
    cycleSeen = false;
    long sum = leaf.length();
    for (String reference : leaf.references()) {
      sum = bounded(sum + target(reference));
    }
    if (cycleSeen) {
      // it appends to what it was before, perhaps twice each time
      sum = bounded(sum << Math.min(24, leaf.references().size()));
    }
    cycleSeen |= outer;
    underWay.remove(path);
    known.put(path, sum);
    return sum;
  }

  /** A whole subtree, one leaf, or the leaf that the path leads through. */
  private long target(String expression) {
    List<String> names;
    try {
      names = ConfigUtil.splitPath(expression.strip());
    } catch (ConfigException e) {
      return 0;
    }
    String path = String.join(String.valueOf(BETWEEN), names);
    Leaf exact = leaves.get(path);
    if (exact != null) {
      return leaf(path, exact);
    }
    long sum = 0;
    String from = path + BETWEEN;
    for (Map.Entry<String, Leaf> below : leaves.tailMap(from).entrySet()) {
      if (!below.getKey().startsWith(from)) {
        break;
      }
      sum = bounded(sum + leaf(below.getKey(), below.getValue()));
    }
    for (int i = names.size() - 1; i > 0 && sum == 0; i--) {
      String through = String.join(String.valueOf(BETWEEN), names.subList(0, i));
      Leaf above = leaves.get(through);
      sum = above == null ? 0 : leaf(through, above);
    }
    return sum;
  }

  private static long bounded(long size) {
    return Math.min(size, 1L << 32);
  }
}

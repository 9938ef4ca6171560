package dev.muster.format;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import dev.muster.format.HoconLeaves.Leaf;
import dev.muster.format.HoconLeaves.Reference;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;

/**
 * How long a HOCON text may become when its substitutions are resolved. Each of twenty lines that
 * says the line before twice makes a million of one, and the library has no bound. The figure is an
 * upper estimate: strings that merely look like substitutions count too.
 */
final class HoconGrowth {
  /** How long a chain of references may be: the library follows it by recursion. */
  private static final int CHAIN_MAX = 64;

  private final NavigableMap<String, Leaf> leaves;
  private final Map<String, Long> known = new HashMap<>();
  private final Set<String> underWay = new HashSet<>();
  private boolean cycleSeen;

  private HoconGrowth(NavigableMap<String, Leaf> leaves) {
    this.leaves = leaves;
  }

  static void requireBounded(ConfigObject root) {
    HoconGrowth growth = new HoconGrowth(HoconLeaves.of(root));
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

  private long leaf(String path, Leaf leaf) {
    Long before = known.get(path);
    if (before != null) {
      return before;
    }
    if (leaf.references().isEmpty()) {
      return leaf.text().length();
    }
    if (!underWay.add(path)) {
      cycleSeen = true;
      return leaf.text().length();
    }
    if (underWay.size() > CHAIN_MAX) {
      throw new FormatException(
          new Problem(
              leaf.line(), 0, "Substitutions are chained over more than " + CHAIN_MAX + " keys."));
    }
    boolean outer = cycleSeen;
    cycleSeen = false;
    long sum = leaf.text().length();
    for (Reference reference : leaf.references()) {
      sum = bounded(sum + target(reference.path()));
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
      names = ConfigUtil.splitPath(expression);
    } catch (ConfigException e) {
      return 0;
    }
    String path = String.join(HoconLeaves.BETWEEN, names);
    Leaf exact = leaves.get(path);
    if (exact != null) {
      return leaf(path, exact);
    }
    long sum = 0;
    String from = path + HoconLeaves.BETWEEN;
    for (Map.Entry<String, Leaf> below : leaves.tailMap(from).entrySet()) {
      if (!below.getKey().startsWith(from)) {
        break;
      }
      sum = bounded(sum + leaf(below.getKey(), below.getValue()));
    }
    for (int i = names.size() - 1; i > 0 && sum == 0; i--) {
      String through = String.join(HoconLeaves.BETWEEN, names.subList(0, i));
      Leaf above = leaves.get(through);
      sum = above == null ? 0 : leaf(through, above);
    }
    return sum;
  }

  private static long bounded(long size) {
    return Math.min(size, 1L << 32);
  }
}

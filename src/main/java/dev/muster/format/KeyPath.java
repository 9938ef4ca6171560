package dev.muster.format;

import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Member;
import dev.muster.format.Value.Sequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a dotted key leads in a tree whose names may have dots themselves, by the rules of {@link
 * PropertyView}: of two spellings the later one is meant.
 *
 * @param steps from the root on: names and indexes
 * @param last what the steps lead to
 * @param rest of the key: empty if it was found, else what the deepest mapping or sequence on the
 *     way lacks
 */
record KeyPath(List<Object> steps, Value last, String rest) {
  private static final Pattern INDEX = Pattern.compile("\\[(\\d{1,6})\\]\\.?");

  static KeyPath resolve(Value root, String key) {
    return walk(root, key, List.of());
  }

  boolean found() {
    return rest.isEmpty();
  }

  private static KeyPath walk(Value value, String rest, List<Object> steps) {
    KeyPath best = new KeyPath(steps, value, rest);
    if (rest.isEmpty()) {
      return best;
    }
    if (value instanceof Mapping mapping) {
      List<Map.Entry<String, Member>> members = new ArrayList<>(mapping.members().entrySet());
      Collections.reverse(members);
      for (Map.Entry<String, Member> member : members) {
        String after = after(rest, member.getKey());
        if (after != null) {
          best = better(best, walk(member.getValue().value(), after, and(steps, member.getKey())));
        }
        if (best.found()) {
          return best;
        }
      }
    } else if (value instanceof Sequence sequence) {
      Matcher index = INDEX.matcher(rest);
      if (index.lookingAt() && Integer.parseInt(index.group(1)) < sequence.items().size()) {
        int i = Integer.parseInt(index.group(1));
        best =
            better(best, walk(sequence.items().get(i), rest.substring(index.end()), and(steps, i)));
      }
    }
    return best;
  }

  /** What is left of a key after one name; null if it does not begin with the name. */
  private static @Nullable String after(String key, String name) {
    if (!key.startsWith(name) || name.isEmpty()) {
      return null;
    }
    String after = key.substring(name.length());
    if (after.isEmpty() || after.startsWith("[")) {
      return after;
    }
    return after.startsWith(".") && after.length() > 1 ? after.substring(1) : null;
  }

  private static KeyPath better(KeyPath one, KeyPath other) {
    if (other.found()) {
      return other;
    }
    boolean container = other.last() instanceof Mapping || other.last() instanceof Sequence;
    return container && other.rest().length() < one.rest().length() ? other : one;
  }

  private static List<Object> and(List<Object> steps, Object step) {
    List<Object> more = new ArrayList<>(steps);
    more.add(step);
    return List.copyOf(more);
  }
}

package dev.muster.format;

import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Member;
import dev.muster.format.Value.Sequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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
      String step = rest.substring(0, rest.indexOf(']') + 1);
      int index = PropertyKey.index(step);
      String after = index < 0 ? null : after(rest, step);
      if (after != null && index < sequence.items().size()) {
        best = better(best, walk(sequence.items().get(index), after, and(steps, index)));
      }
    }
    return best;
  }

  /** What is left of a key after one step; null if it does not begin with the step. */
  private static @Nullable String after(String key, String name) {
    if (!key.startsWith(name) || name.isEmpty()) {
      return null;
    }
    String after = key.substring(name.length());
    if (after.isEmpty() || after.startsWith("[")) {
      return after;
    }
    boolean named = after.length() > 1 && after.charAt(0) == '.' && after.charAt(1) != '[';
    return named ? after.substring(1) : null;
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

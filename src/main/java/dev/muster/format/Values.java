package dev.muster.format;

import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Member;
import dev.muster.format.Value.Scalar;
import dev.muster.format.Value.ScalarType;
import dev.muster.format.Value.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** What is done with values apart from where they are written. */
public final class Values {
  private static final Span NOWHERE = Span.ofLine(0, 0);

  /** Whether two values say the same: types and texts, elements in order, members in any order. */
  public static boolean same(Value one, Value other) {
    if (one == other) {
      return true;
    }
    if (one instanceof Scalar a && other instanceof Scalar b) {
      return a.type() == b.type() && a.text().equals(b.text());
    }
    if (one instanceof Sequence a && other instanceof Sequence b) {
      boolean same = a.items().size() == b.items().size();
      for (int i = 0; same && i < a.items().size(); i++) {
        same = same(a.items().get(i), b.items().get(i));
      }
      return same;
    }
    return one instanceof Mapping a && other instanceof Mapping b && sameMembers(a, b);
  }

  private static boolean sameMembers(Mapping one, Mapping other) {
    return one.members().keySet().equals(other.members().keySet())
        && one.members().entrySet().stream()
            .allMatch(
                entry -> {
                  Member there = other.members().get(entry.getKey());
                  return there != null && same(entry.getValue().value(), there.value());
                });
  }

  /** The target after a merge patch: RFC 7396, section 2. */
  static Value merge(@Nullable Value target, Value patch) {
    if (!(patch instanceof Mapping changes)) {
      return patch;
    }
    Map<String, Member> members =
        target instanceof Mapping mapping
            ? new LinkedHashMap<>(mapping.members())
            : new LinkedHashMap<>();
    changes
        .members()
        .forEach(
            (name, change) -> {
              if (isNull(change.value())) {
                members.remove(name);
              } else {
                Member before = members.get(name);
                Value merged = merge(before == null ? null : before.value(), change.value());
                members.put(name, new Member(NOWHERE, merged));
              }
            });
    return mapping(members);
  }

  static boolean isNull(Value value) {
    return value instanceof Scalar scalar && scalar.type() == ScalarType.NULL;
  }

  static Scalar scalar(ScalarType type, String text) {
    return new Scalar(type, text, NOWHERE);
  }

  /** A number, a boolean or null if the text is such a literal of JSON, else a string. */
  static Scalar literal(String text) {
    if (text.equals("true") || text.equals("false")) {
      return scalar(ScalarType.BOOLEAN, text);
    }
    if (text.equals("null")) {
      return scalar(ScalarType.NULL, "");
    }
    Matcher number = Numbers.LITERAL.matcher(text);
    if (!number.matches()) {
      return scalar(ScalarType.STRING, text);
    }
    boolean whole = number.group(1).isEmpty();
    return whole && !text.equals("-0")
        ? scalar(ScalarType.INTEGER, text)
        : scalar(whole ? ScalarType.STRING : ScalarType.DECIMAL, text);
  }

  static Sequence sequence(List<Value> items) {
    return new Sequence(items, false, NOWHERE);
  }

  static Mapping mapping(Map<String, Member> members) {
    return new Mapping(members, false, NOWHERE);
  }

  /** A mapping with one member set, at the end if it is new. */
  static Mapping with(Mapping mapping, String name, Value value) {
    Map<String, Member> members = new LinkedHashMap<>(mapping.members());
    members.put(name, new Member(NOWHERE, value));
    return mapping(members);
  }

  /** A mapping without one of its members. */
  static Mapping without(Mapping mapping, String name) {
    Map<String, Member> members = new LinkedHashMap<>(mapping.members());
    members.remove(name);
    return mapping(members);
  }

  /** A sequence with one element set, or appended if the index is its size. */
  static Sequence with(Sequence sequence, int index, Value value) {
    List<Value> items = new ArrayList<>(sequence.items());
    if (index == items.size()) {
      items.add(value);
    } else {
      items.set(index, value);
    }
    return sequence(items);
  }

  private Values() {}
}

package dev.muster.format;

import dev.muster.format.SchemaCheck.Violation;
import dev.muster.format.Value.Mapping;
import dev.muster.format.Value.Member;
import dev.muster.format.Value.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Flat properties as a tree: {@code a.b[0].c=1}. What does not fit together (a value and keys below
 * it, elements that miss) is told as a violation, since no schema could say it better.
 */
record Nested(Value root, List<Violation> conflicts) {
  /** Under construction: members by name, or elements by index in brackets. */
  private static final class Branch {
    private final Map<String, Branch> below = new LinkedHashMap<>();
    private final Span name;
    private @Nullable Value value;

    private Branch(Span name) {
      this.name = name;
    }
  }

  static Nested of(Value flat) {
    List<Violation> conflicts = new ArrayList<>();
    Branch root = new Branch(flat.span());
    ((Mapping) flat)
        .members()
        .forEach(
            (key, member) -> {
              Branch at = root;
              List<String> steps = PropertyKey.steps(key);
              if (steps.size() > FormatLimits.DEPTH_MAX) {
                throw Count.tooDeep(member.name());
              }
              for (String step : steps) {
                at = at.below.computeIfAbsent(step, name -> new Branch(member.name()));
              }
              at.value = member.value();
            });
    return new Nested(build(root, "", conflicts), List.copyOf(conflicts));
  }

  private static Value build(Branch branch, String pointer, List<Violation> conflicts) {
    Value own = branch.value;
    if (branch.below.isEmpty() && own != null) {
      return own;
    }
    if (own != null) {
      conflicts.add(
          new Violation(
              pointer, branch.name.line(), "This key has a value, and there are keys below it."));
    }
    long indexes = branch.below.keySet().stream().filter(PropertyKey::isIndex).count();
    if (indexes == 0) {
      Map<String, Member> members = new LinkedHashMap<>();
      branch.below.forEach(
          (name, child) ->
              members.put(
                  name, new Member(child.name, build(child, below(pointer, name), conflicts))));
      return new Mapping(members, false, branch.name);
    }
    List<Value> items = new ArrayList<>();
    for (int i = 0; i < branch.below.size(); i++) {
      Branch child = branch.below.get("[" + i + "]");
      if (child == null) {
        conflicts.add(
            new Violation(
                pointer,
                branch.name.line(),
                indexes < branch.below.size()
                    ? "This key has elements and names below it."
                    : "The element [" + i + "] misses, but there are later ones."));
        break;
      }
      items.add(build(child, pointer + "/" + i, conflicts));
    }
    return new Sequence(items, false, branch.name);
  }

  private static String below(String pointer, String name) {
    return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
  }
}

package dev.muster.config.effective;

import dev.muster.config.effective.EffectiveException.Place;
import dev.muster.config.effective.Merge.Said;
import dev.muster.format.Property;
import dev.muster.format.Property.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the references between merged properties. Each property is resolved once, so that the
 * work grows with what comes out, and that is bounded.
 */
final class References {
  /**
   * What a property says once its references are resolved.
   *
   * @param keys that were looked up for its value itself, those that others are made of included;
   *     empty for a plain value
   * @param unresolved references that were kept as they are written
   */
  record Resolved(String value, Kind kind, List<String> keys, List<String> unresolved) {}

  private final Map<String, Said> merged;
  private final Map<String, Resolved> resolved = new HashMap<>();

  /** The keys that are being resolved, from the outermost on. */
  private final Set<String> path = new LinkedHashSet<>();

  private long references;
  private long chars;

  References(Map<String, Said> merged) {
    this.merged = merged;
  }

  /** What a property says that is there. */
  Resolved resolve(String key, Said said) {
    Resolved known = resolved.get(key);
    if (known != null) {
      return known;
    }
    Property property = said.property();
    Template template = Template.of(property);
    Resolved result;
    if (template == null) {
      result = new Resolved(property.value(), property.kind(), List.of(), List.of());
    } else {
      if (!path.add(key)) {
        throw cycle(key);
      }
      if (path.size() > EffectiveLimits.REFERENCE_DEPTH_MAX) {
        throw EffectiveException.tooLarge(
            "references that lead to references", EffectiveLimits.REFERENCE_DEPTH_MAX);
      }
      Set<String> keys = new LinkedHashSet<>();
      Set<String> unresolved = new LinkedHashSet<>();
      StringBuilder out = new StringBuilder();
      write(template, out, keys, unresolved);
      path.remove(key);
      result =
          new Resolved(
              out.toString(), kind(property, template), List.copyOf(keys), List.copyOf(unresolved));
    }
    resolved.put(key, result);
    return result;
  }

  /**
   * A value that is one reference is of the kind of what it refers to. The default of one of HOCON
   * is what that text says without it, so it has a kind, too.
   */
  private Kind kind(Property written, Template template) {
    Template.Part.Reference only = template.only();
    List<String> keys = only == null ? List.of() : only.key().keys();
    if (only == null || !keys.isEmpty() || only.key().parts().size() != 1) {
      return Kind.STRING;
    }
    Resolved target = resolved.get(((Template.Part.Text) only.key().parts().get(0)).text());
    if (target != null) {
      return target.kind();
    }
    String otherwise = only.otherwise() == null ? null : only.otherwise().asText();
    return written.kind() == Kind.REFERENCE && otherwise != null
        ? Kind.ofLiteral(otherwise)
        : Kind.STRING;
  }

  private void write(
      Template template, StringBuilder out, Set<String> keys, Set<String> unresolved) {
    for (Template.Part part : template.parts()) {
      if (part instanceof Template.Part.Text plain) {
        append(out, plain.text());
      } else {
        write((Template.Part.Reference) part, out, keys, unresolved);
      }
    }
  }

  private void write(
      Template.Part.Reference reference,
      StringBuilder out,
      Set<String> keys,
      Set<String> unresolved) {
    if (++references > EffectiveLimits.REFERENCES_MAX) {
      throw EffectiveException.tooLarge("more references", EffectiveLimits.REFERENCES_MAX);
    }
    StringBuilder name = new StringBuilder();
    write(reference.key(), name, keys, new LinkedHashSet<>());
    String key = name.toString();
    keys.add(key);
    Said target = merged.get(key);
    if (target != null) {
      Resolved found = resolve(key, target);
      append(out, found.value()); // what is unresolved in there is told of that property
    } else if (reference.otherwise() != null) {
      write(reference.otherwise(), out, keys, unresolved);
    } else {
      append(out, reference.written());
      unresolved.add(reference.written());
    }
  }

  private void append(StringBuilder out, String text) {
    chars += text.length();
    if (chars > EffectiveLimits.RESOLVED_CHARS_MAX) {
      throw EffectiveException.tooLarge(
          "more characters in the values that references are resolved in",
          EffectiveLimits.RESOLVED_CHARS_MAX);
    }
    out.append(text);
  }

  private EffectiveException cycle(String key) {
    List<String> keys = new ArrayList<>(path);
    List<String> cycle = new ArrayList<>(keys.subList(keys.indexOf(key), keys.size()));
    List<Place> places = new ArrayList<>();
    for (String step : cycle) {
      @Nullable Said said = merged.get(step);
      if (said != null) {
        places.add(new Place(said.layer().item(), said.property().line()));
      }
    }
    cycle.add(key);
    return EffectiveException.cycle("references", cycle, places);
  }
}

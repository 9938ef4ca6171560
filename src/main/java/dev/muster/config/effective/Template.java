package dev.muster.config.effective;

import dev.muster.format.Property;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A value with references in it, by the rules of Spring 6.2: {@code ${key}}, {@code
 * ${key:default}}, either of which may have references within; a backslash before the dollar makes
 * it text, and is dropped then. Braces within a reference are counted; one that is not closed is
 * text.
 */
record Template(List<Part> parts) {

  /** Some text, or a reference. */
  sealed interface Part {
    /** As it is. */
    record Text(String text) implements Part {}

    /**
     * A reference.
     *
     * @param written with its braces
     * @param otherwise what stands for it if there is no such key; absent for nothing
     */
    record Reference(String written, Template key, @Nullable Template otherwise) implements Part {}
  }

  private static final String START = "${";

  /** Absent if there is nothing to resolve, nor an escape to drop. */
  static @Nullable Template of(Property property) {
    if (!property.value().contains(START)) {
      return null;
    }
    Template template = new Parser(property.value()).parse(0, property.value().length(), 1);
    return template.isText(property.value()) ? null : template;
  }

  private boolean isText(String text) {
    return parts.size() == 1 && parts.get(0) instanceof Part.Text only && only.text().equals(text);
  }

  /** The one reference that this consists of, if it does. */
  Part.@Nullable Reference only() {
    return parts.size() == 1 && parts.get(0) instanceof Part.Reference only ? only : null;
  }

  /** The keys that it refers to as they are written; what is itself made of references is not. */
  List<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    collectKeys(keys);
    return List.copyOf(keys);
  }

  private void collectKeys(Set<String> keys) {
    for (Part part : parts) {
      if (part instanceof Part.Reference reference) {
        String key = reference.key.asText();
        if (key == null) {
          reference.key.collectKeys(keys);
        } else {
          keys.add(key);
        }
        if (reference.otherwise != null) {
          reference.otherwise.collectKeys(keys);
        }
      }
    }
  }

  /** Absent if there are references in it. */
  @Nullable String asText() {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      if (!(part instanceof Part.Text plain)) {
        return null;
      }
      text.append(plain.text());
    }
    return text.toString();
  }

  private static void addText(List<Part> parts, String text) {
    if (!text.isEmpty()) {
      parts.add(new Part.Text(text));
    }
  }

  private static final class Parser {
    private final String text;

    /** Where the closing brace is of the reference that starts at an index; 0 if it has none. */
    private final int[] ends;

    Parser(String text) {
      this.text = text;
      this.ends = ends(text);
    }

    private static int[] ends(String text) {
      int[] ends = new int[text.length()];
      int[] open = new int[16];
      int depth = 0;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '{') {
          if (depth == open.length) {
            open = Arrays.copyOf(open, depth * 2);
          }
          open[depth++] = i;
        } else if (c == '}' && depth > 0) {
          int start = open[--depth];
          if (start > 0 && text.charAt(start - 1) == '$') {
            ends[start - 1] = i;
          }
        }
      }
      return ends;
    }

    Template parse(int from, int to, int depth) {
      if (depth > EffectiveLimits.REFERENCE_NESTING_MAX) {
        throw EffectiveException.tooLarge(
            "references within each other", EffectiveLimits.REFERENCE_NESTING_MAX);
      }
      List<Part> parts = new ArrayList<>();
      StringBuilder plain = new StringBuilder();
      int i = from;
      while (i < to) {
        int start = text.indexOf(START, i);
        if (start < 0 || start >= to) {
          break;
        }
        boolean closed = ends[start] > 0 && ends[start] < to;
        boolean escaped = closed && start > i && text.charAt(start - 1) == '\\';
        plain.append(text, i, escaped ? start - 1 : start);
        if (!closed || escaped) {
          plain.append(START);
          i = start + START.length();
        } else {
          addText(parts, plain.toString());
          plain.setLength(0);
          parts.add(reference(start, ends[start], depth));
          i = ends[start] + 1;
        }
      }
      addText(parts, plain.append(text, Math.min(i, to), to).toString());
      return new Template(List.copyOf(parts));
    }

    private Part.Reference reference(int start, int end, int depth) {
      int from = start + START.length();
      int colon = colon(from, end);
      Template key = unescaped(parse(from, colon < 0 ? end : colon, depth + 1));
      return new Part.Reference(
          text.substring(start, end + 1), key, colon < 0 ? null : parse(colon + 1, end, depth + 1));
    }

    /** Where the default begins: the first colon outside of references within, not escaped. */
    private int colon(int from, int to) {
      for (int i = from; i < to; i++) {
        if (text.startsWith(START, i) && ends[i] > 0 && ends[i] < to) {
          i = ends[i];
        } else if (text.charAt(i) == ':' && (i == from || text.charAt(i - 1) != '\\')) {
          return i;
        }
      }
      return -1;
    }

    private static Template unescaped(Template key) {
      return new Template(
          key.parts.stream()
              .map(
                  part ->
                      part instanceof Part.Text plain
                          ? new Part.Text(plain.text().replace("\\:", ":"))
                          : part)
              .toList());
    }
  }
}

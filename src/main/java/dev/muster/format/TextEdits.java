package dev.muster.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Replacements of parts of a text, gathered in any order. */
final class TextEdits {
  private record Edit(int start, int end, String text) {}

  private final List<Edit> edits = new ArrayList<>();

  void add(int start, int end, String text) {
    edits.add(new Edit(start, end, text));
  }

  /** The text with all replacements; empty if they overlap. What is inserted comes first. */
  Optional<String> applyTo(String text) {
    edits.sort(Comparator.comparingInt(Edit::start).thenComparingInt(Edit::end));
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (Edit edit : edits) {
      if (edit.start() < at) {
        return Optional.empty();
      }
      out.append(text, at, edit.start()).append(edit.text());
      at = edit.end();
    }
    return Optional.of(out.append(text, at, text.length()).toString());
  }
}

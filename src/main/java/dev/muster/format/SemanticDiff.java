package dev.muster.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which properties two contents differ in, whatever their formats, comments and order. */
public final class SemanticDiff {
  /** What happened to a key. */
  public enum Kind {
    ADDED,
    REMOVED,
    CHANGED
  }

  /**
   * One key that differs. Exactly one of the two is null if the key was added or removed.
   *
   * @param before absent if the key was added
   * @param after absent if it was removed
   */
  public record KeyChange(
      String key, Kind kind, @Nullable Property before, @Nullable Property after) {}

  /**
   * Removed and changed keys in the order of the old content, then added ones in that of the new. A
   * key changed if its value or its kind did: {@code "1"} is not {@code 1}. Properties have strings
   * only: against another format, only values are compared.
   */
  public static List<KeyChange> between(Document before, Document after) {
    Map<String, Property> olds = PropertyView.of(before);
    Map<String, Property> news = PropertyView.of(after);
    boolean typed = isTyped(before.format()) && isTyped(after.format());
    List<KeyChange> changes = new ArrayList<>();
    olds.forEach(
        (key, old) -> {
          Property now = news.get(key);
          if (now == null) {
            changes.add(new KeyChange(key, Kind.REMOVED, old, null));
          } else if (typed ? !old.saysSame(now) : !old.value().equals(now.value())) {
            changes.add(new KeyChange(key, Kind.CHANGED, old, now));
          }
        });
    news.forEach(
        (key, now) -> {
          if (!olds.containsKey(key)) {
            changes.add(new KeyChange(key, Kind.ADDED, null, now));
          }
        });
    return List.copyOf(changes);
  }

  private static boolean isTyped(Format format) {
    return format != Format.PROPERTIES && format != Format.XML;
  }

  private SemanticDiff() {}
}

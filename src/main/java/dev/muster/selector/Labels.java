package dev.muster.selector;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a selector looks at: texts by name. */
@FunctionalInterface
public interface Labels {
  /** The value of a label; nothing if there is no such label. */
  @Nullable String get(String name);

  static Labels of(Map<String, String> labels) {
    return labels::get;
  }
}

package dev.muster.config.effective;

import dev.muster.config.effective.Effective.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which keys two configurations differ in. */
public final class EffectiveDiff {
  private EffectiveDiff() {}

  /**
   * A key that differs.
   *
   * @param before absent if it was added
   * @param after absent if it was removed
   */
  public record KeyChange(String key, @Nullable Setting before, @Nullable Setting after) {}

  /** In the order of keys; a key whose value is the same has not changed, wherever it is from. */
  public static List<KeyChange> between(Effective before, Effective after) {
    TreeSet<String> keys = new TreeSet<>(before.properties().keySet());
    keys.addAll(after.properties().keySet());
    List<KeyChange> changes = new ArrayList<>();
    for (String key : keys) {
      Setting old = before.properties().get(key);
      Setting now = after.properties().get(key);
      if (old == null || now == null || !old.property().saysSame(now.property())) {
        changes.add(new KeyChange(key, old, now));
      }
    }
    return changes;
  }
}

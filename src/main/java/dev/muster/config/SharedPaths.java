package dev.muster.config;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Lists of paths that are waited for, so that a thousand instances of an application, which all
 * follow the same items, keep their names once. Bounded, and holds on to none of them: a list that
 * is met while nobody has it is a new one.
 */
public final class SharedPaths {
  private static final int LISTS_MAX = 1_024;

  private final AtomicReferenceArray<@Nullable WeakReference<String[]>> slots =
      new AtomicReferenceArray<>(LISTS_MAX);

  /** An array with the same texts: one that was given before, or this one. */
  String[] same(String[] paths) {
    int slot = Math.floorMod(Arrays.hashCode(paths), LISTS_MAX);
    WeakReference<String[]> kept = slots.get(slot);
    String[] met = kept == null ? null : kept.get();
    if (met != null && Arrays.equals(met, paths)) {
      return met;
    }
    slots.set(slot, new WeakReference<>(paths));
    return paths;
  }
}

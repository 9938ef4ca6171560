package dev.muster.subscriber;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Subscribers without a name that look alike: they are counted. One that comes back is taken for
 * the one of those away whose last answer fits best what it says that it has. Guarded by its {@link
 * Book}.
 */
final class Crowd {
  private final Set<Slot> all = new HashSet<>();

  /** Those away who have confirmed what they were told of, by that; and those who have not. */
  private final NavigableMap<Long, Deque<Slot>> settled = new TreeMap<>();

  private final NavigableMap<Long, Deque<Slot>> unsettled = new TreeMap<>();

  /** Who comes back with this; absent if nobody fits. */
  @Nullable Slot returning(long known) {
    if (known == Slot.NONE) {
      return null;
    }
    // Whoever has confirmed it before may do so again: that must not pass for another's word.
    Slot same = take(settled, settled.ceilingEntry(known), known);
    if (same != null) {
      return same;
    }
    Slot told = take(unsettled, unsettled.floorEntry(known));
    if (told != null) {
      return told;
    }
    Slot elsewhere = take(settled, settled.floorEntry(known));
    return elsewhere != null ? elsewhere : takeWithoutAnswer(known);
  }

  /** Its answer was lost on the way, and it asks again with what it had. */
  private @Nullable Slot takeWithoutAnswer(long known) {
    Map.Entry<Long, Deque<Slot>> later = unsettled.higherEntry(known);
    Slot first = later == null ? null : later.getValue().peek();
    return first != null && first.confirmed() == known ? take(unsettled, later) : null;
  }

  private static @Nullable Slot take(
      NavigableMap<Long, Deque<Slot>> away, Map.@Nullable Entry<Long, Deque<Slot>> entry, long at) {
    return entry != null && entry.getKey() == at ? take(away, entry) : null;
  }

  private static @Nullable Slot take(
      NavigableMap<Long, Deque<Slot>> away, Map.@Nullable Entry<Long, Deque<Slot>> entry) {
    if (entry == null) {
      return null;
    }
    Slot slot = entry.getValue().poll();
    if (entry.getValue().isEmpty()) {
      away.remove(entry.getKey());
    }
    return slot;
  }

  void add(Slot slot) {
    all.add(slot);
  }

  /** It waits for no answer now. */
  void away(Slot slot) {
    (slot.isSettled() ? settled : unsettled)
        .computeIfAbsent(slot.newest(), revision -> new ArrayDeque<>())
        .add(slot);
  }

  /** Forgets those who have been away for long. */
  void forget(long now, Consumer<Slot> forgotten) {
    forget(settled, now, forgotten);
    forget(unsettled, now, forgotten);
  }

  private void forget(NavigableMap<Long, Deque<Slot>> away, long now, Consumer<Slot> forgotten) {
    away.values()
        .removeIf(
            slots -> {
              // Those who left first stand first.
              for (Slot first = slots.peek();
                  first != null && first.isForgotten(now);
                  first = slots.peek()) {
                slots.remove();
                all.remove(first);
                forgotten.accept(first);
              }
              return slots.isEmpty();
            });
  }

  Set<Slot> all() {
    return all;
  }
}

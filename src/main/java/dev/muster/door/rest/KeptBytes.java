package dev.muster.door.rest;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A cache of bytes that took work to make, and can be made again: at most {@link
 * RestLimits#ENCODED_ENTRIES_MAX} of them with {@link RestLimits#ENCODED_BYTES_MAX} together. What
 * is pushed out first is as good as random. From any thread, without locks.
 */
final class KeptBytes<E extends KeptBytes.Entry> {
  /** Some bytes and what they were made from. */
  interface Entry {
    int length();
  }

  private final AtomicReferenceArray<@Nullable E> slots =
      new AtomicReferenceArray<>(RestLimits.ENCODED_ENTRIES_MAX);
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger hand = new AtomicInteger();

  /** What is kept for the hash; it may be of something else with the same one. */
  @Nullable E find(int hash) {
    return slots.get(slot(hash));
  }

  /** Keeps it, unless it is longer than {@link RestLimits#ENCODED_ANSWER_BYTES_MAX}. */
  void keep(int hash, E entry) {
    if (entry.length() > RestLimits.ENCODED_ANSWER_BYTES_MAX) {
      return;
    }
    set(slot(hash), entry);
    while (bytes.get() > RestLimits.ENCODED_BYTES_MAX) {
      set(slot(hand.getAndIncrement()), null);
    }
  }

  private void set(int slot, @Nullable E entry) {
    E before = slots.getAndSet(slot, entry);
    bytes.addAndGet((entry == null ? 0 : entry.length()) - (before == null ? 0 : before.length()));
  }

  private int slot(int hash) {
    return Math.floorMod(hash, slots.length());
  }
}

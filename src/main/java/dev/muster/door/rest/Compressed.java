package dev.muster.door.rest;

import dev.muster.core.Bytes;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What was compressed, kept as long as the bytes that it was made from are in use: an item that
 * thousands read is compressed once. Bounded as {@link EncodedAnswers} is.
 */
final class Compressed {
  private record Entry(WeakReference<byte[]> plain, Bytes compressed) {}

  private static final AtomicReferenceArray<@Nullable Entry> SLOTS =
      new AtomicReferenceArray<>(RestLimits.ENCODED_ENTRIES_MAX);

  private Compressed() {}

  /** What these very bytes were compressed to; absent if it is not known. */
  static byte @Nullable [] find(byte[] plain) {
    Entry kept = SLOTS.get(slot(plain));
    return kept != null && kept.plain.refersTo(plain) ? kept.compressed.array() : null;
  }

  static void keep(byte[] plain, byte[] compressed) {
    if (compressed.length <= RestLimits.ENCODED_BYTES_MAX) {
      SLOTS.set(slot(plain), new Entry(new WeakReference<>(plain), Bytes.wrap(compressed)));
    }
  }

  private static int slot(byte[] plain) {
    return Math.floorMod(System.identityHashCode(plain), SLOTS.length());
  }
}

package dev.muster.door.rest;

import dev.muster.core.Bytes;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * What was compressed, kept as long as the bytes that it was made from are in use: an item that
 * thousands read is compressed once.
 */
final class Compressed {
  private record Entry(WeakReference<byte[]> plain, Bytes compressed) implements KeptBytes.Entry {
    @Override
    public int length() {
      return compressed.length();
    }
  }

  private static final KeptBytes<Entry> KEPT = new KeptBytes<>();

  private Compressed() {}

  /** What these very bytes were compressed to; absent if it is not known. */
  static byte @Nullable [] find(byte[] plain) {
    Entry kept = KEPT.find(System.identityHashCode(plain));
    return kept != null && kept.plain.refersTo(plain) ? kept.compressed.array() : null;
  }

  static void keep(byte[] plain, byte[] compressed) {
    KEPT.keep(
        System.identityHashCode(plain),
        new Entry(new WeakReference<>(plain), Bytes.wrap(compressed)));
  }
}

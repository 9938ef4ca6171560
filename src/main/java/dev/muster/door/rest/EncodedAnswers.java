package dev.muster.door.rest;

import dev.muster.core.Bytes;
import dev.muster.core.Node;
import jakarta.inject.Singleton;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Encoded answers, kept as long as the immutable node that they were made from is the current one:
 * thousands of polls that a change wakes share one encoding. Bounded by {@link
 * RestLimits#ENCODED_ENTRIES_MAX} and {@link RestLimits#ENCODED_BYTES_MAX} each; what is pushed out
 * is made again. Threads that ask at the same moment may each make one.
 */
@Singleton
public class EncodedAnswers {
  private record Entry(String key, WeakReference<Node> node, Bytes json) {}

  private final AtomicReferenceArray<@Nullable Entry> slots =
      new AtomicReferenceArray<>(RestLimits.ENCODED_ENTRIES_MAX);

  /**
   * The JSON of an answer.
   *
   * @param key of the question: the same key and the same node have the same answer
   * @param node at the top of all that the answer was made from
   */
  public byte[] json(String key, Node node, Supplier<Object> answer) {
    return bytes(key, node, () -> Json.encode(answer.get()));
  }

  /** As {@link #json}, of an answer that encodes itself. */
  public byte[] bytes(String key, Node node, Supplier<byte[]> answer) {
    int slot = Math.floorMod(key.hashCode(), slots.length());
    Entry kept = slots.get(slot);
    if (kept != null && kept.node.refersTo(node) && kept.key.equals(key)) {
      return kept.json.array();
    }
    byte[] json = answer.get();
    if (json.length <= RestLimits.ENCODED_BYTES_MAX) {
      slots.set(slot, new Entry(key, new WeakReference<>(node), Bytes.wrap(json)));
    }
    return json;
  }
}

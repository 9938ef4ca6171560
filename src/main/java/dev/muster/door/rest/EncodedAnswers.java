package dev.muster.door.rest;

import dev.muster.core.Bytes;
import dev.muster.core.Node;
import jakarta.inject.Singleton;
import java.lang.ref.WeakReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Encoded answers, kept as long as the immutable node that they were made from is the current one:
 * thousands of polls that a change wakes share one encoding. Threads that ask at the same moment
 * may each make one.
 */
@Singleton
public class EncodedAnswers {
  private record Entry(String key, WeakReference<Node> node, Bytes json)
      implements KeptBytes.Entry {
    @Override
    public int length() {
      return json.length();
    }
  }

  private final KeptBytes<Entry> kept = new KeptBytes<>();

  /**
   * The JSON of an answer.
   *
   * @param key of the question: the same key and the same node have the same answer
   * @param node at the top of all that the answer was made from
   */
  public byte[] json(String key, Node node, Supplier<Object> answer) {
    return bytes(key, node, () -> Json.encode(answer.get()));
  }

  /** Whether an answer is kept, so that telling it costs nothing; it may be pushed out later. */
  public boolean knows(String key, Node node) {
    return find(key, node) != null;
  }

  /** As {@link #json}, of an answer that encodes itself. */
  public byte[] bytes(String key, Node node, Supplier<byte[]> answer) {
    Entry known = find(key, node);
    if (known != null) {
      return known.json.array();
    }
    byte[] json = answer.get();
    kept.keep(key.hashCode(), new Entry(key, new WeakReference<>(node), Bytes.wrap(json)));
    return json;
  }

  private @Nullable Entry find(String key, Node node) {
    Entry known = kept.find(key.hashCode());
    return known != null && known.node.refersTo(node) && known.key.equals(key) ? known : null;
  }
}

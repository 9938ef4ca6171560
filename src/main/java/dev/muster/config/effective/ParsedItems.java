package dev.muster.config.effective;

import dev.muster.config.Content;
import dev.muster.core.Bytes;
import dev.muster.core.Node;
import dev.muster.format.Document;
import dev.muster.format.Format;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Items as they were parsed, kept by the identity of their immutable contents, those used last;
 * bounded by {@link EffectiveLimits#PARSED_ENTRIES_MAX} and {@link
 * EffectiveLimits#PARSED_BYTES_MAX}. For any thread; two that miss the same may each parse it.
 */
final class ParsedItems {
  /** The same bytes, not equal ones: comparing must not cost what parsing does. */
  private record Key(Bytes content, Format format) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && key.content == content && key.format == format;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(content) * 31 + format.hashCode();
    }
  }

  /** What tells what an item says. */
  interface Reader {
    ParsedItem read(String item, Node node);
  }

  /** Thrown where more would have to be parsed than may be at once. */
  static final class TooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private TooLongException() {
      super("too long", null, false, false);
    }
  }

  /** Guarded by itself; the one used last at the end. */
  private final Map<Key, ParsedItem> kept = new LinkedHashMap<>(16, 0.75f, true);

  private long keptBytes;

  /** The item parsed, if that is known. */
  @Nullable ParsedItem known(String item, Node node) {
    synchronized (kept) {
      return kept.get(new Key(node.data(), Content.of(node).format(item)));
    }
  }

  /** The item parsed, for once: what nobody has asked for since is not kept. */
  ParsedItem once(String item, Node node) {
    ParsedItem known = known(item, node);
    return known == null
        ? ParsedItem.of(Content.of(node).format(item), node.data().array())
        : known;
  }

  /**
   * Parses for one search what takes no more than about two milliseconds together, and throws a
   * {@link TooLongException} for what may take longer.
   */
  Reader atOnce() {
    int[] bytesLeft = {EffectiveLimits.AT_ONCE_BYTES_MAX};
    return (item, node) -> {
      ParsedItem known = known(item, node);
      if (known != null) {
        return known;
      }
      bytesLeft[0] -= node.data().length();
      if (bytesLeft[0] < 0
          || Document.mayGrow(Content.of(node).format(item), node.data().array())) {
        throw new TooLongException();
      }
      return get(item, node);
    };
  }

  ParsedItem get(String item, Node node) {
    ParsedItem known = known(item, node);
    if (known != null) {
      return known;
    }
    Format format = Content.of(node).format(item);
    ParsedItem parsed = ParsedItem.of(format, node.data().array());
    synchronized (kept) {
      if (kept.put(new Key(node.data(), format), parsed) == null) {
        keptBytes += parsed.extent().keptBytes();
      }
      Iterator<ParsedItem> oldest = kept.values().iterator();
      while (kept.size() > EffectiveLimits.PARSED_ENTRIES_MAX
          || keptBytes > EffectiveLimits.PARSED_BYTES_MAX) {
        keptBytes -= oldest.next().extent().keptBytes();
        oldest.remove();
      }
    }
    return parsed;
  }
}

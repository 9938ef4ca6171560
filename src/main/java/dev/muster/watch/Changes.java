package dev.muster.watch;

import dev.muster.core.Event;
import java.util.List;

/** The answer to "what changed after this revision?". */
public sealed interface Changes {

  /**
   * All matching changes after the revision asked for, up to and including {@code upTo}; ask again
   * with {@code upTo}.
   *
   * @param events in order; all of one revision are in the same batch
   */
  record Batch(long upTo, List<Event> events) implements Changes {
    public Batch {
      events = List.copyOf(events);
    }
  }

  /**
   * The revision asked for is so old that changes after it may be forgotten: read the tree again,
   * then watch from there.
   *
   * @param oldest the oldest revision that can be asked for now
   */
  record Compacted(long oldest) implements Changes {}
}

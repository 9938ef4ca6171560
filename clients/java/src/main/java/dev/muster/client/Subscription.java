package dev.muster.client;

import java.util.Optional;

/** What a listener is told by, until it is closed. */
public interface Subscription extends AutoCloseable {
  /**
   * Why the servers could not be asked, or what they refuse, at the last try; empty once one has
   * answered, and before the first has. It is tried again in any case.
   */
  Optional<MusterException> failure();

  /** Nothing more is delivered; a delivery that is under way goes on. Again, it does nothing. */
  @Override
  void close();
}

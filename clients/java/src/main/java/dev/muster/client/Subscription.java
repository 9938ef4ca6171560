package dev.muster.client;

/** What a listener is told by, until it is closed. */
public interface Subscription extends AutoCloseable {
  /** Nothing more is delivered; a delivery that is under way goes on. Again, it does nothing. */
  @Override
  void close();
}

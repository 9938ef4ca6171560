package dev.muster.client;

/**
 * Is told of an item. All methods of one listener run one after the other, in the order of
 * revisions, on the client's listener executor; they may block, and may call the client. A listener
 * that is slow is told of the latest content, not of each in between. What it throws is logged.
 */
@FunctionalInterface
public interface ConfigListener {
  /**
   * The item has this content: at first, if it exists, and then after each change. At the start it
   * may come from the cache; {@link Config#isStale()} says so.
   */
  void changed(Config config);

  /**
   * The item does not exist as the listening begins; it may come later. By default nothing happens.
   *
   * @param revision of the state in which it does not
   * @param isStale whether no server could be asked: it did not exist when one last was
   */
  default void absent(String item, long revision, boolean isStale) {}

  /**
   * The item does not exist any more. By default nothing happens: the last content stays in effect.
   *
   * @param revision of the state in which it does not
   * @param isStale whether no server answers any more since it was seen to be gone
   */
  default void deleted(String item, long revision, boolean isStale) {}

  /**
   * The same content as before, of which {@link Config#isStale()} tells something new: that no
   * server answers any more, or that one does again.
   */
  default void staleness(Config config) {}
}

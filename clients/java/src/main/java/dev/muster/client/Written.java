package dev.muster.client;

/**
 * What became of a write that was acknowledged: it is on the disks of a majority.
 *
 * @param revision that last modified the item; for a deletion, that deleted it
 */
public record Written(Result result, long revision) {
  /** What the write did. */
  public enum Result {
    CREATED,
    REPLACED,
    /** It was so already; nobody was woken. */
    UNCHANGED,
    DELETED
  }
}

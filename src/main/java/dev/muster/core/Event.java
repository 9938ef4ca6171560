package dev.muster.core;

/**
 * A change of one node. All events of a command share one revision.
 *
 * @param node the node right after the change; for a deletion, right before it
 */
public record Event(long revision, Type type, Path path, Node node) {

  /** What happened. */
  public enum Type {
    CREATED(1),
    DATA_CHANGED(2),
    ATTRIBUTES_CHANGED(3),
    DELETED(4);

    private final int number;

    Type(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }
}

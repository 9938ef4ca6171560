package dev.muster.core;

/** How long a node of the tree lives. */
public sealed interface Life {
  static Life persistent() {
    return new Persistent();
  }

  static Life container() {
    return new Container();
  }

  /** Until it is deleted. */
  record Persistent() implements Life {}

  /**
   * Until its last child is gone; then the leader deletes it, a while later. It stays as long as it
   * never had a child.
   */
  record Container() implements Life {}

  /** Until nothing has changed on it, or among its children, for this long, and it has no child. */
  record Ttl(long ttlMillis) implements Life {}

  /** As long as the session that owns it. It cannot have children. */
  record Ephemeral(long session) implements Life {}

  /** Whether the leader may have to delete the node one day. */
  default boolean isPerishable() {
    return this instanceof Container || this instanceof Ttl;
  }

  default boolean isEphemeral() {
    return this instanceof Ephemeral;
  }
}

package dev.muster.core;

/**
 * Why the state refused a command. A refused command has changed nothing. The numbers are for ever:
 * they are in snapshots.
 */
public enum Refusal {
  /** The node is there already. */
  NODE_EXISTS(1),
  /** The node is not there. */
  NO_NODE(2),
  /** The node that should hold the new one is not there. */
  NO_PARENT(3),
  /** The node still has children. */
  NOT_EMPTY(4),
  /** The node's version is another one than demanded. */
  VERSION_CONFLICT(5),
  /** The node was created or modified by another revision than demanded. */
  REVISION_CONFLICT(6),
  /** Something at or under the path has changed since the revision demanded. */
  SUBTREE_CHANGED(7),
  /** There is no such session, or it has ended. */
  NO_SESSION(8),
  /** The id is taken. */
  SESSION_EXISTS(9),
  /** Ephemeral nodes cannot have children. */
  EPHEMERAL_PARENT(10),
  /** The root cannot be created, replaced by another kind, or deleted. */
  ROOT(11),
  /** The tree would weigh more than the cluster's data budget. */
  DATA_BUDGET(12),
  /** More nodes than may be deleted at once. */
  SUBTREE_TOO_LARGE(13),
  /** The session owns as many nodes as it may. */
  TOO_MANY_EPHEMERALS(14),
  /** The cluster holds as many sessions as it may. */
  TOO_MANY_SESSIONS(15),
  /** The path with its sequential suffix would be too long. */
  PATH_TOO_LONG(16);

  private final int number;

  Refusal(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}

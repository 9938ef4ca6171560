package dev.muster.watch;

import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;

/** Which changes a watcher of a path wants. */
public enum Scope {
  /** Changes of the node itself. */
  NODE,
  /** Changes of the node itself and of its direct children. */
  CHILDREN,
  /** Changes of the node and of all below it. */
  SUBTREE;

  /** Whether a change of {@code changed} is one of {@code watched} in this scope. */
  public boolean covers(Path watched, Path changed) {
    return switch (this) {
      case NODE -> changed.equals(watched);
      case CHILDREN ->
          changed.equals(watched) || (!changed.isRoot() && changed.parent().equals(watched));
      case SUBTREE -> changed.isAtOrUnder(watched);
    };
  }

  /**
   * No change that a watcher of the path wants is newer than this, as the tree remembers it. That
   * change may be older: of some things the tree knows only that something near them changed.
   */
  public long lastTouched(State state, Path path) {
    Node node = state.tree().root();
    for (int depth = 0; depth < path.depth(); depth++) {
      Node child = node.child(path.segment(depth));
      if (child == null) {
        // The path can only have come and gone with this child, which is the parent's business.
        return node.stat().childrenRevision();
      }
      node = child;
    }
    return this == NODE ? node.stat().modifiedRevision() : node.stat().subtreeRevision();
  }
}

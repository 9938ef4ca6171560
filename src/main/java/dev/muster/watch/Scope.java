package dev.muster.watch;

import dev.muster.core.Path;

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
}

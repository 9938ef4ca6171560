package dev.muster.core;

import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedSet;
import org.pcollections.TreePSet;

/**
 * The tree of nodes. Immutable: a change copies the nodes between it and the root and shares all
 * others.
 *
 * @param perishable the paths of all nodes whose {@link Life} may end by itself, for the leader's
 *     duty to look through
 */
public record Tree(Node root, PSortedSet<Path> perishable) {
  static final Tree EMPTY = new Tree(Node.EMPTY_ROOT, TreePSet.empty());

  public @Nullable Node find(Path path) {
    Node node = root;
    for (int depth = 0; node != null && depth < path.depth(); depth++) {
      node = node.child(path.segment(depth));
    }
    return node;
  }

  /**
   * The newest revision that changed anything at or under the path; for an absent node, under its
   * nearest ancestor.
   */
  public long subtreeRevision(Path path) {
    Node node = root;
    for (int depth = 0; depth < path.depth(); depth++) {
      Node next = node.child(path.segment(depth));
      if (next == null) {
        break;
      }
      node = next;
    }
    return node.stat().subtreeRevision();
  }

  /** With a node created, replaced or (by {@code null}) deleted; its parent must exist. */
  Tree with(Path path, @Nullable Node leaf, long revision, long timeMillis) {
    Node newRoot =
        path.isRoot() ? present(leaf, path) : rebuild(root, path, 0, leaf, revision, timeMillis);
    PSortedSet<Path> stillPerishable = perishable;
    if (leaf == null) {
      stillPerishable = perishable.minus(path);
    } else if (leaf.stat().life().isPerishable()) {
      stillPerishable = perishable.plus(path);
    }
    return new Tree(newRoot, stillPerishable);
  }

  private static Node rebuild(
      Node node, Path path, int depth, @Nullable Node leaf, long revision, long timeMillis) {
    String name = path.segment(depth);
    Node before = node.child(name);
    Node after =
        depth == path.depth() - 1
            ? leaf
            : rebuild(present(before, path), path, depth + 1, leaf, revision, timeMillis);
    return node.withChild(name, before, after, revision, timeMillis);
  }

  private static Node present(@Nullable Node node, Path path) {
    if (node == null) {
      throw new IllegalStateException("no node on the way to " + path);
    }
    return node;
  }
}

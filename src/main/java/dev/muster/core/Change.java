package dev.muster.core;

import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/** One change of a transaction. Each applies itself to a {@link Draft}. */
public sealed interface Change {

  Path path();

  /** Makes the change, or answers why it is refused; the draft is dropped then. */
  Reply.@Nullable Refused applyTo(Draft draft);

  /** The data that the change brings, for the limits. */
  default @Nullable Bytes data() {
    return null;
  }

  /** The attributes that the change brings, for the limits. */
  default @Nullable SortedMap<String, String> attributes() {
    return null;
  }

  /** The kind of the nodes that the change creates, for the limits. */
  default @Nullable Life life() {
    return null;
  }

  /**
   * Creates a node under a parent that exists.
   *
   * @param sequential whether the name gets a suffix of ten digits or more: the parent's count of
   *     children ever created
   */
  record Create(
      Path path, Bytes data, PSortedMap<String, String> attributes, Life life, boolean sequential)
      implements Change {

    public static Create persistent(Path path, Bytes data) {
      return new Create(path, data, TreePMap.empty(), Life.persistent(), false);
    }

    @Override
    public Reply.@Nullable Refused applyTo(Draft draft) {
      return draft.create(this);
    }
  }

  /**
   * Creates whatever is missing of this path and its ancestors, without data; what is there stays
   * as it is.
   */
  record Ensure(Path path, Life life) implements Change {
    public Ensure {
      if (life.isEphemeral()) {
        throw new IllegalArgumentException("ephemeral nodes cannot have children");
      }
    }

    @Override
    public Reply.@Nullable Refused applyTo(Draft draft) {
      return draft.ensure(path, life);
    }
  }

  /**
   * Sets data and attributes of a node, or creates it as a persistent one under a parent that
   * exists.
   */
  record Put(Path path, Bytes data, PSortedMap<String, String> attributes) implements Change {
    @Override
    public Reply.@Nullable Refused applyTo(Draft draft) {
      return draft.find(path) == null
          ? draft.create(new Create(path, data, attributes, Life.persistent(), false))
          : draft.set(path, data, attributes);
    }
  }

  /** Sets the data of a node that exists; its attributes stay. */
  record SetData(Path path, Bytes data) implements Change {
    @Override
    public Reply.@Nullable Refused applyTo(Draft draft) {
      return draft.set(path, data, null);
    }
  }

  /** Sets the attributes of a node that exists; its data stays. */
  record SetAttributes(Path path, PSortedMap<String, String> attributes) implements Change {
    @Override
    public Reply.@Nullable Refused applyTo(Draft draft) {
      return draft.set(path, null, attributes);
    }
  }

  /** Deletes a node without children. */
  record Delete(Path path) implements Change {
    @Override
    public Reply.@Nullable Refused applyTo(Draft draft) {
      return draft.delete(path);
    }
  }

  /**
   * Deletes a node and all below it. A transaction deletes at most {@link
   * Limits#SUBTREE_DELETE_NODES_MAX} nodes in all.
   */
  record DeleteSubtree(Path path) implements Change {
    @Override
    public Reply.@Nullable Refused applyTo(Draft draft) {
      return draft.deleteSubtree(path);
    }
  }

  /** Attributes in the form that changes carry. */
  static PSortedMap<String, String> attributes(Map<String, String> map) {
    return TreePMap.from(map);
  }
}

package dev.muster.core;

import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What must be true for a command to happen at all; looked at before its first change. */
public sealed interface Guard {

  /** Answers why the guard does not hold; nothing if it does. */
  Reply.@Nullable Refused check(Draft draft);

  /** The path that the guard names, for the limits. */
  default @Nullable Path path() {
    return null;
  }

  /** The node is there. */
  record Exists(Path path) implements Guard {
    @Override
    public Reply.@Nullable Refused check(Draft draft) {
      return draft.find(path) == null ? noNode(path) : null;
    }
  }

  /** The node is not there. */
  record Absent(Path path) implements Guard {
    @Override
    public Reply.@Nullable Refused check(Draft draft) {
      Node node = draft.find(path);
      return node == null
          ? null
          : Reply.Refused.of(Refusal.NODE_EXISTS, path + " exists", node.stat().modifiedRevision());
    }
  }

  /** The node's data has this version. */
  record Version(Path path, int version) implements Guard {
    @Override
    public Reply.@Nullable Refused check(Draft draft) {
      return compare(draft, path, Stat::version, version, Refusal.VERSION_CONFLICT, "has version");
    }
  }

  /** The node's attributes have this version, whatever became of its data. */
  record AttributesVersion(Path path, int version) implements Guard {
    @Override
    public Reply.@Nullable Refused check(Draft draft) {
      return compare(
          draft,
          path,
          Stat::attributesVersion,
          version,
          Refusal.VERSION_CONFLICT,
          "has attributes of version");
    }
  }

  /** The node's data and attributes were last set by this revision. */
  record Modified(Path path, long revision) implements Guard {
    @Override
    public Reply.@Nullable Refused check(Draft draft) {
      return compare(
          draft,
          path,
          Stat::modifiedRevision,
          revision,
          Refusal.REVISION_CONFLICT,
          "was last modified by revision");
    }
  }

  /** The node is the very one that this revision created: a fencing token. */
  record Created(Path path, long revision) implements Guard {
    @Override
    public Reply.@Nullable Refused check(Draft draft) {
      return compare(
          draft,
          path,
          Stat::createdRevision,
          revision,
          Refusal.REVISION_CONFLICT,
          "was created by revision");
    }
  }

  /**
   * Nothing at or under the path has changed after this revision; of an absent node, nothing under
   * its nearest ancestor.
   */
  record Unchanged(Path path, long sinceRevision) implements Guard {
    @Override
    public Reply.@Nullable Refused check(Draft draft) {
      long actual = draft.tree().subtreeRevision(path);
      return actual <= sinceRevision
          ? null
          : Reply.Refused.of(
              Refusal.SUBTREE_CHANGED,
              path + " changed at revision " + actual + ", after " + sinceRevision,
              actual);
    }
  }

  /** The session lives. */
  record SessionAlive(long session) implements Guard {
    @Override
    public Reply.@Nullable Refused check(Draft draft) {
      return draft.session(session) == null ? noSession(session) : null;
    }
  }

  /** Answers the first guard that does not hold, with its index; nothing if all do. */
  static Reply.@Nullable Refused firstRefusal(List<Guard> guards, Draft draft) {
    for (int i = 0; i < guards.size(); i++) {
      Reply.@Nullable Refused refused = guards.get(i).check(draft);
      if (refused != null) {
        return refused.at(i);
      }
    }
    return null;
  }

  /** The node is there, and has what is expected of it. */
  private static Reply.@Nullable Refused compare(
      Draft draft, Path path, ToLongFunction<Stat> of, long expected, Refusal why, String what) {
    Node node = draft.find(path);
    if (node == null) {
      return noNode(path);
    }
    long actual = of.applyAsLong(node.stat());
    return actual == expected
        ? null
        : Reply.Refused.of(why, path + " " + what + " " + actual + ", not " + expected, actual);
  }

  private static Reply.Refused noNode(Path path) {
    return Reply.Refused.of(Refusal.NO_NODE, path + " does not exist");
  }

  /** How a session that is not there is refused, everywhere alike. */
  static Reply.Refused noSession(long session) {
    return Reply.Refused.of(
        Refusal.NO_SESSION,
        "session " + Long.toHexString(session) + " does not exist or has ended");
  }
}

package dev.muster.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked of the cluster. This list is all there is; each command applies itself. */
public sealed interface Command {

  /**
   * Works on the draft, or refuses; after a refusal the draft is dropped. No exception: one is a
   * bug and halts the node.
   */
  Reply applyTo(Draft draft);

  /**
   * All of the changes, in this order, if every guard holds; else none. Without changes: a check.
   */
  record Transact(List<Guard> guards, List<Change> changes) implements Command {
    public Transact {
      guards = List.copyOf(guards);
      changes = List.copyOf(changes);
    }

    @Override
    public Reply applyTo(Draft draft) {
      Reply.@Nullable Refused refused = Guard.firstRefusal(guards, draft);
      if (refused != null) {
        return refused;
      }
      for (int i = 0; i < changes.size(); i++) {
        refused = changes.get(i).applyTo(draft);
        if (refused != null) {
          return refused.at(guards.size() + i);
        }
      }
      return draft.done();
    }
  }

  /**
   * Opens a session.
   *
   * @param id random and positive, chosen by the node that proposes; taken ids are refused
   */
  record OpenSession(long id, long ttlMillis, String owner, Bytes secret) implements Command {
    @Override
    public Reply applyTo(Draft draft) {
      Reply.@Nullable Refused refused = draft.openSession(this);
      return refused == null ? draft.done() : refused;
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
      return "OpenSession[" + Long.toHexString(id) + ", " + ttlMillis + " ms, " + owner + "]";
    }
  }

  /**
   * Ends sessions and deletes what they own, if every guard holds. Those that have ended already
   * are passed over. The guards fence off a leader that has been replaced: what it decided about
   * silent sessions must not happen later.
   */
  record CloseSessions(List<Guard> guards, List<Long> ids) implements Command {
    public CloseSessions {
      guards = List.copyOf(guards);
      ids = List.copyOf(ids);
    }

    @Override
    public Reply applyTo(Draft draft) {
      Reply.@Nullable Refused refused = Guard.firstRefusal(guards, draft);
      if (refused != null) {
        return refused;
      }
      ids.forEach(draft::closeSession);
      return draft.done();
    }
  }

  /**
   * Switches a behaviour on for all nodes at one position of the log; sent once every node supports
   * it.
   */
  record EnableFeature(Feature feature) implements Command {
    @Override
    public Reply applyTo(Draft draft) {
      draft.enable(feature);
      return draft.done();
    }
  }

  /**
   * Sets how much the tree may weigh before creations and growth are refused. Deletions always
   * pass.
   */
  record SetDataBudget(long bytes) implements Command {
    @Override
    public Reply applyTo(Draft draft) {
      draft.setDataBudget(bytes);
      return draft.done();
    }
  }
}

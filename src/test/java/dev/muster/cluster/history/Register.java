package dev.muster.cluster.history;

import dev.muster.cluster.history.Outcome.Conflict;
import dev.muster.cluster.history.Outcome.Done;
import dev.muster.cluster.history.Outcome.Found;
import dev.muster.cluster.history.Outcome.Missing;
import dev.muster.cluster.history.Request.CompareAndSet;
import dev.muster.cluster.history.Request.Create;
import dev.muster.cluster.history.Request.Delete;
import dev.muster.cluster.history.Request.Read;
import dev.muster.cluster.history.Request.Write;

/**
 * What one key may hold: the model that a history is judged by. A write of unknown outcome that
 * took effect leaves a revision that nobody knows yet; the next operation that names one pins it.
 *
 * @param value null while the key does not exist
 * @param revision the revision that wrote the value, where exact; else one that it is newer than
 * @param exact whether the revision is known; always true while the key does not exist
 */
record Register(String value, long revision, boolean exact) {
  static final Register INITIAL = new Register(null, 0, true);

  /**
   * The register after the operation took effect here; null if it cannot have, with this outcome.
   * For an operation of unknown outcome: after it took effect, null where it would have none.
   */
  Register step(Request request, Outcome outcome) {
    if (request instanceof Read) {
      return read(outcome);
    }
    if (request instanceof Write write) {
      return written(write.value(), outcome);
    }
    if (request instanceof CompareAndSet swap) {
      return compareAndSet(swap, outcome);
    }
    if (request instanceof Create create) {
      return created(create.value(), outcome);
    }
    return request instanceof Delete ? deleted(outcome) : null;
  }

  private Register read(Outcome outcome) {
    if (outcome instanceof Found found) {
      return found.value().equals(value) ? at(found.revision()) : null;
    }
    return outcome instanceof Missing && value == null ? this : null;
  }

  private Register written(String newValue, Outcome outcome) {
    boolean unchanged = newValue.equals(value);
    if (outcome instanceof Done done) {
      // A write of what is there already changes nothing and answers with the revision that did.
      return unchanged ? at(done.revision()) : replacedBy(newValue, done.revision());
    }
    if (outcome instanceof Outcome.Unknown) {
      return unchanged ? null : new Register(newValue, revision, false);
    }
    return null;
  }

  private Register compareAndSet(CompareAndSet swap, Outcome outcome) {
    if (outcome instanceof Missing) {
      return value == null ? this : null;
    }
    if (outcome instanceof Conflict conflict) {
      if (value == null) {
        return conflict.actualRevision() <= 0 ? this : null;
      }
      if (conflict.actualRevision() == Outcome.NO_REVISION) {
        return exact && revision == swap.expectedRevision() ? null : this;
      }
      return conflict.actualRevision() == swap.expectedRevision()
          ? null
          : at(conflict.actualRevision());
    }
    Register matched = value == null ? null : at(swap.expectedRevision());
    return matched == null ? null : matched.written(swap.value(), outcome);
  }

  private Register created(String newValue, Outcome outcome) {
    if (outcome instanceof Conflict conflict) {
      if (value == null) {
        return null;
      }
      return conflict.actualRevision() == Outcome.NO_REVISION
          ? this
          : at(conflict.actualRevision());
    }
    return value == null ? written(newValue, outcome) : null;
  }

  private Register deleted(Outcome outcome) {
    if (outcome instanceof Missing) {
      return value == null ? this : null;
    }
    if (value == null) {
      return null;
    }
    if (outcome instanceof Done done) {
      return done.revision() > revision ? new Register(null, done.revision(), true) : null;
    }
    // Newer than the value by at least one; its own revision is never told to anybody.
    return outcome instanceof Outcome.Unknown ? new Register(null, revision, true) : null;
  }

  private Register replacedBy(String newValue, long newRevision) {
    return newRevision > revision ? new Register(newValue, newRevision, true) : null;
  }

  private Register at(long told) {
    if (exact) {
      return told == revision ? this : null;
    }
    return told > revision ? new Register(value, told, true) : null;
  }

  @Override
  public String toString() {
    String what = value == null ? "nothing" : "'" + value + "'";
    return what + (exact ? " of revision " : " of a revision after ") + revision;
  }
}

package dev.muster.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a command. */
public sealed interface Reply {

  /**
   * Done, all of it.
   *
   * @param revision the state's revision after the command; the command's own unless it changed
   *     nothing
   * @param outcomes one for each change of a transaction, in its order; empty for other commands
   */
  record Done(long revision, List<Outcome> outcomes) implements Reply {
    public Done {
      outcomes = List.copyOf(outcomes);
    }
  }

  /**
   * Refused; nothing has changed.
   *
   * @param index which guard or change of a transaction it was, guards counted first; 0 for other
   *     commands
   * @param detail for people: what was wrong and what would be right
   * @param actual the version or revision that was found instead of the one demanded; -1 where that
   *     says nothing
   */
  record Refused(Refusal why, int index, String detail, long actual) implements Reply {
    static Refused of(Refusal why, String detail) {
      return new Refused(why, 0, detail, -1);
    }

    static Refused of(Refusal why, String detail, long actual) {
      return new Refused(why, 0, detail, actual);
    }

    Refused at(int newIndex) {
      return new Refused(why, newIndex, detail, actual);
    }
  }

  /**
   * What one change did.
   *
   * @param path the node's path, with the suffix that a sequential node was given
   * @param stat the node's stat right after the transaction; absent once it is deleted
   */
  record Outcome(Path path, @Nullable Stat stat) {}
}

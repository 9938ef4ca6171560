package dev.muster.core;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * What the state remembers of a node that proposes, so that each of its entries is applied once.
 *
 * @param sequence of the last entry applied
 * @param answers to the newest entries, oldest first, at most {@link Limits#ENTRIES_IN_FLIGHT_MAX}:
 *     a node that learns of its entry by a snapshot finds the answers here
 */
public record Proposer(long incarnation, long sequence, PVector<Answers> answers) {

  /** The replies to one entry's commands. */
  public record Answers(long sequence, List<Reply> replies) {
    public Answers {
      replies = List.copyOf(replies);
    }
  }

  /** What became of an entry as a whole. */
  public enum Verdict {
    /** Applied now. */
    APPLIED(1),
    /** Applied before; nothing was done. */
    REPEATED(2),
    /** An entry before it is missing; nothing was done. The proposer sends again, in order. */
    OUT_OF_ORDER(3),
    /** From a run of the node that a newer one has replaced; nothing was done. */
    STALE(4);

    private final int number;

    Verdict(int number) {
      this.number = number;
    }

    public int number() {
      return number;
    }
  }

  static Verdict judge(@Nullable Proposer known, Entry entry) {
    if (known == null || entry.incarnation() > known.incarnation) {
      return entry.sequence() == 1 ? Verdict.APPLIED : Verdict.OUT_OF_ORDER;
    }
    if (entry.incarnation() < known.incarnation) {
      return Verdict.STALE;
    }
    if (entry.sequence() <= known.sequence) {
      return Verdict.REPEATED;
    }
    return entry.sequence() == known.sequence + 1 ? Verdict.APPLIED : Verdict.OUT_OF_ORDER;
  }

  static Proposer after(@Nullable Proposer known, Entry entry, List<Reply> replies) {
    PVector<Answers> answers =
        known == null || known.incarnation != entry.incarnation()
            ? TreePVector.empty()
            : known.answers;
    answers = answers.plus(new Answers(entry.sequence(), replies));
    if (answers.size() > Limits.ENTRIES_IN_FLIGHT_MAX) {
      answers = answers.minus(0);
    }
    return new Proposer(entry.incarnation(), entry.sequence(), answers);
  }

  /**
   * With one proposer's newest, and without the one of the others that was started first (by its
   * incarnation, which is a time or more) if there are too many: names that are given up must not
   * fill the state. Should one that was dropped still run, its next entry is {@link
   * Verdict#OUT_OF_ORDER}, and it goes on under a new incarnation. An entry of it that was applied
   * could be applied again only if it were still under way after so many other nodes had started.
   */
  static PSortedMap<String, Proposer> remember(
      PSortedMap<String, Proposer> all, String name, Proposer newest) {
    PSortedMap<String, Proposer> remembered = all.plus(name, newest);
    while (remembered.size() > Limits.PROPOSERS_MAX) {
      String oldest = "";
      long lowest = Long.MAX_VALUE;
      for (Map.Entry<String, Proposer> other : remembered.entrySet()) {
        if (!other.getKey().equals(name) && other.getValue().incarnation() < lowest) {
          oldest = other.getKey();
          lowest = other.getValue().incarnation();
        }
      }
      remembered = remembered.minus(oldest);
    }
    return remembered;
  }

  /** The answers to an entry, if they are still kept. */
  public @Nullable List<Reply> answersTo(long wantedSequence) {
    for (Answers kept : answers) {
      if (kept.sequence() == wantedSequence) {
        return kept.replies();
      }
    }
    return null;
  }
}

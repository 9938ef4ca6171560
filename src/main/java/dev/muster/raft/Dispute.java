package dev.muster.raft;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Nodes differ at a position of the log: who holds which hash there. Only a majority of all members
 * is right beyond doubt, whoever leads; a node must not give up its data for anything less, or
 * three nodes that all differ would all give up theirs. Not for use by several threads.
 */
final class Dispute {

  /** What it means for this node. */
  enum Verdict {
    /** A majority of the members holds what this node holds. */
    RIGHT,
    /** A majority of the members agrees on something else. */
    WRONG,
    /** No majority is known, and others are closer to one, or nobody can have one any more. */
    LOST,
    /** No majority is known; this node is as close to one as anybody, or nobody can tell. */
    OPEN
  }

  private final String self;
  private final int members;
  private final long position;
  private final long sinceNanos;
  private final Map<String, Long> votes = new TreeMap<>();

  Dispute(String self, int members, DivergenceGuard.Report own, long sinceNanos) {
    this.self = self;
    this.members = members;
    this.position = own.position();
    this.sinceNanos = sinceNanos;
    votes.put(self, own.chain());
  }

  long position() {
    return position;
  }

  long ageNanos(long nowNanos) {
    return nowNanos - sinceNanos;
  }

  /** What a member holds at the position. */
  void vote(String member, long chain) {
    votes.put(member, chain);
  }

  /** A member holds the same as this node. */
  void agree(String member) {
    votes.put(member, own());
  }

  boolean hasVoteOf(Collection<String> all) {
    return votes.keySet().containsAll(all);
  }

  /** What follows from the votes so far, whatever those say who have not been heard. */
  Verdict verdict() {
    for (Map.Entry<Long, Integer> value : counts().entrySet()) {
      if (isMajority(value.getValue())) {
        return value.getKey() == own() ? Verdict.RIGHT : Verdict.WRONG;
      }
    }
    return Verdict.OPEN;
  }

  /**
   * What follows if nobody else will be heard. Those who are nearest to a majority may go on, in a
   * draw those who agree with the leader.
   */
  Verdict lastVerdict(@Nullable String leader) {
    Verdict known = verdict();
    if (known != Verdict.OPEN) {
      return known;
    }
    Map<Long, Integer> counts = counts();
    int most = Collections.max(counts.values());
    int unheard = members - votes.size();
    if (!isMajority(most + unheard)) {
      return Verdict.LOST;
    }
    if (counts.getOrDefault(own(), 0) < most) {
      return Verdict.LOST;
    }
    boolean draw = Collections.frequency(counts.values(), most) > 1;
    Long leading = leader == null ? null : votes.get(leader);
    return draw && leading != null && counts.getOrDefault(leading, 0) == most && leading != own()
        ? Verdict.LOST
        : Verdict.OPEN;
  }

  private boolean isMajority(int count) {
    return count > members / 2;
  }

  private long own() {
    return votes.getOrDefault(self, 0L);
  }

  private Map<Long, Integer> counts() {
    Map<Long, Integer> counts = new HashMap<>();
    votes.values().forEach(chain -> counts.merge(chain, 1, Integer::sum));
    return counts;
  }

  /** Who holds what, for people. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    votes.forEach(
        (member, chain) ->
            text.append(text.isEmpty() ? "" : ", ")
                .append(member)
                .append(" has ")
                .append(Long.toHexString(chain)));
    return text.toString();
  }
}

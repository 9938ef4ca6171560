package org.jgroups.protocols.raft;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jgroups.Address;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * jgroups-raft's election, by one member that asks all for their vote in a new term, waits until
 * all have answered or a majority has and time is up, and names the voter with the most up-to-date
 * log as leader. One vote a term makes one such coordinator, and so one leader, a term; the best
 * log of a majority has all that is committed.
 *
 * <p>Who coordinates: the first of the members in touch ({@link Membership}), in the order of their
 * names; when nothing comes of it, the second one a second later, and so on: the first may be in
 * touch with fewer members, or have no space. Before it takes a new term, a coordinator sounds the
 * others out (Raft's PreVote, section 9.6 of Ongaro's dissertation): who hears a leader does not
 * answer, so a member that was frozen or cut off comes back without deposing anybody.
 *
 * <p>What {@code ELECTION} does on transport, view and voting threads of their own, and what is
 * thereby prevented here:
 *
 * <ul>
 *   <li>It reports a log's end while Raft's thread still appends for the old leader, so an entry
 *       can be acknowledged after the vote that did not count it. Here both are one thread's.
 *   <li>It counts votes of any term: a late vote of a failed round makes a majority in the next
 *       one, without binding the voter. Here a vote counts in its own round only.
 *   <li>It checks, advances and votes in three steps, so two concurrent requests can cast a vote in
 *       a term that was not asked for.
 *   <li>It accepts a leader after having stepped down for lack of a majority, and starts a round
 *       only on certain edges of views: a leader that steps down by a higher term is never
 *       replaced. Here every tick looks at the level: a majority without a leader elects one.
 *   <li>It goes by views: two members with different ones, each the first of its own, depose each
 *       other's leader for as long as the views differ, which is many seconds after a freeze.
 * </ul>
 *
 * <p>Terms and votes are forced to disk (by the log) before a message tells of them.
 */
@NullMarked
final class Election {
  /** How long a round waits for the rest when a majority has answered, and for a majority. */
  static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  /**
   * A coordinator that knows no leader gives one that others know this long to show up (after a
   * merge, or at its own start), before it would depose it. A leader greets whoever comes at once,
   * and says that it is there every 250 ms.
   */
  static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  /** A leader that is silent for so long is replaced. */
  static final long SILENCE_NANOS = Membership.SILENCE_NANOS;

  /** Who has heard a leader within this time does not support another election. */
  static final long LOYALTY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How much later each next member tries, when those before it bring no leader about. */
  private static final long RANK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Who does not answer a sounding may have noticed a leader's end a little later: ask again. */
  private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /**
   * The more up-to-date log (section 5.4.1); of two that are equally so, the one that has space.
   */
  private static final Comparator<RaftSignal> BETTER =
      Comparator.<RaftSignal>comparingLong(vote -> vote.logTerm)
          .thenComparingLong(vote -> vote.index)
          .thenComparingLong(vote -> vote.size);

  private static final int BACKOFF_MILLIS_MAX = 200;

  /** How often a member without a leader says what it waits for. */
  private static final long WAITING_NANOS = TimeUnit.SECONDS.toNanos(3);

  private final GuardedRaft raft;
  private boolean hadLeader;
  private boolean sounding;
  private long soundingUntilNanos;
  private long askAgainNanos;
  private long roundTerm;
  private long roundUntilNanos;
  private long notBeforeNanos;
  private long saidNanos;
  private List<String> abstainers = List.of();

  /** Who would vote, and whether that vote would be an abstention. */
  private final Map<Address, Boolean> supporters = new LinkedHashMap<>();

  /** Who was willing to vote when the round began: it is over when all of these have. */
  private Set<Address> awaited = Set.of();

  private final Map<Address, RaftSignal> votes = new LinkedHashMap<>();

  Election(GuardedRaft raft) {
    this.raft = raft;
  }

  /** Every few seconds, as long as there is no leader: the operator can see why, and end it. */
  void tick(long now) {
    if (raft.leader() != null) {
      saidNanos = now;
      abstainers = List.of();
    } else if (now - saidNanos > WAITING_NANOS) {
      saidNanos = now;
      String reason = waitsFor();
      if (reason != null) {
        raft.getLog().warn("%s: no leader; %s", raft.raftId(), reason);
      }
    }
  }

  /** What an election lacks; null when it lacks nothing that this member knows of. */
  @Nullable String waitsFor() {
    Set<String> missing = new TreeSet<>(raft.members());
    for (Address member : raft.liveMembers()) {
      missing.remove(raft.memberId(member));
    }
    String names = String.join(", ", missing);
    if (missing.isEmpty()) {
      return null;
    }
    if (raft.recovery().isAbstaining()) {
      return raft.last_appended == 0
          ? "first start: waiting for all members, missing " + names
          : "this member's first data was lost or is incomplete: waiting for a leader or all"
              + " members, missing "
              + names;
    }
    if (!abstainers.isEmpty()) {
      return "%s may not vote, having lost or not yet received its data: waiting for all members, missing %s"
          .formatted(String.join(", ", abstainers), names);
    }
    return raft.liveMembers().size() < raft.majority()
        ? "waiting for a majority of %d members, missing %s".formatted(raft.majority(), names)
        : null;
  }

  /** Something changed, or time went by. */
  void consider(long now) {
    List<Address> live = raft.liveMembers();
    Address leader = raft.leader();
    if (leader != null && isLost(leader, now)) {
      raft.setLeader(null);
      leader = null;
    }
    if (leader != null) {
      hadLeader = true;
      end();
      return;
    }
    if (hadLeader) {
      hadLeader = false;
      notBeforeNanos = Math.max(notBeforeNanos, now);
    }
    int rank = live.indexOf(raft.getAddress());
    if (rank < 0 || live.size() < raft.majority()) {
      end();
    } else if (roundTerm != 0) {
      decide(live, now);
    } else if (sounding) {
      sound(live, now);
    } else if (now - notBeforeNanos - rank * RANK_NANOS >= 0) {
      sounding = true;
      soundingUntilNanos = now + ROUND_NANOS;
      askAgainNanos = now;
      sound(live, now);
    }
  }

  private boolean isLost(Address leader, long now) {
    if (raft.isLeader()) {
      if (raft.liveMembers().size() >= raft.majority()) {
        return false;
      }
      raft.getLog().warn("%s: steps down: a majority is silent", raft.raftId());
      return true;
    }
    boolean silent = now - raft.leaderHeardNanos() > SILENCE_NANOS;
    if (silent) {
      raft.getLog().warn("%s: leader %s is silent", raft.raftId(), leader);
    }
    return silent || !raft.liveMembers().contains(leader);
  }

  /** Somebody may lead whom we do not know yet. */
  void bePatient(long now) {
    notBeforeNanos = raft.members().size() > 1 ? now + PATIENCE_NANOS : now;
    saidNanos = now;
  }

  void backOff(long now, long millis) {
    notBeforeNanos = now + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Asks who would vote. Changes nothing, here or there. */
  private void sound(List<Address> live, long now) {
    if (now - soundingUntilNanos >= 0) {
      end();
      backOff(now, pauseMillis());
      return;
    }
    supporters.put(raft.getAddress(), raft.recovery().isAbstaining());
    if (now - askAgainNanos >= 0) {
      askAgainNanos = now + ASK_AGAIN_NANOS;
      for (Address member : live) {
        if (!supporters.containsKey(member)) {
          raft.send(
              member, null, new RaftSignal(RaftSignal.Kind.PRE_VOTE_REQUEST, raft.currentTerm()));
        }
      }
    }
    supporters.keySet().retainAll(live);
    abstainers = abstaining(supporters.entrySet().stream().filter(Map.Entry::getValue));
    boolean all = supporters.size() == raft.members().size();
    if (all || supporters.size() - abstainers.size() >= raft.majority()) {
      startRound(live, now);
    }
  }

  private List<String> abstaining(Stream<? extends Map.Entry<Address, ?>> voters) {
    return voters.map(voter -> String.valueOf(raft.memberId(voter.getKey()))).toList();
  }

  /** Somebody would like to hold an election. Who hears a leader lets it go unanswered. */
  void soundedOut(Address from) {
    boolean loyal =
        raft.isLeader()
            || (raft.leader() != null && raft.nanoTime() - raft.leaderHeardNanos() < LOYALTY_NANOS);
    if (!loyal) {
      raft.send(
          from,
          null,
          new RaftSignal(RaftSignal.Kind.PRE_VOTE, raft.currentTerm())
              .flag(raft.recovery().isAbstaining()));
    }
  }

  void supported(Address from, RaftSignal answer) {
    if (sounding && raft.liveMembers().contains(from)) {
      supporters.put(from, answer.flag);
      sound(raft.liveMembers(), raft.nanoTime());
    }
  }

  private void startRound(List<Address> live, long now) {
    Set<Address> asked = Set.copyOf(supporters.keySet());
    end();
    awaited = asked;
    long term = raft.createNewTerm();
    raft.votedFor(raft.getAddress());
    roundTerm = term;
    roundUntilNanos = now + ROUND_NANOS;
    votes.put(raft.getAddress(), ownVote(term));
    for (Address member : live) {
      if (!member.equals(raft.getAddress())) {
        raft.send(member, null, new RaftSignal(RaftSignal.Kind.VOTE_REQUEST, term));
      }
    }
    decide(live, now);
  }

  private RaftSignal ownVote(long term) {
    return new RaftSignal(RaftSignal.Kind.VOTE, term)
        .entry(raft.last_appended, raft.durableLog().termAt(raft.last_appended))
        .part(0, raft.durableLog().isWritable() ? 1 : 0)
        .flag(raft.recovery().isAbstaining());
  }

  /** The request's term has been adopted if it was newer; older ones do not come here. */
  void requested(Address from, RaftSignal request) {
    Address voted = raft.votedFor();
    if (raft.leader() != null || (voted != null && !voted.equals(from))) {
      return; // this term has its coordinator already
    }
    if (voted == null) {
      raft.votedFor(from);
    }
    raft.send(from, null, ownVote(request.currTerm()));
    backOff(raft.nanoTime(), TimeUnit.NANOSECONDS.toMillis(ROUND_NANOS)); // let it come to an end
  }

  void voted(Address from, RaftSignal vote) {
    if (roundTerm != 0 && vote.currTerm() == roundTerm && raft.liveMembers().contains(from)) {
      votes.put(from, vote);
      decide(raft.liveMembers(), raft.nanoTime());
    }
  }

  private void decide(List<Address> live, long now) {
    if (roundTerm != raft.currentTerm()) {
      end();
      backOff(now, pauseMillis());
      return;
    }
    votes.keySet().retainAll(live);
    boolean timeUp = now - roundUntilNanos >= 0;
    if (!votes.keySet().containsAll(awaited) && !timeUp) {
      return;
    }
    // Votes that are older may be from former lives of members that have forgotten them.
    boolean tooLate = now - roundUntilNanos >= ROUND_NANOS;
    Address elected = tooLate ? null : winner(live);
    long term = roundTerm;
    if (elected == null) {
      if (timeUp) {
        end();
        backOff(now, pauseMillis());
      }
      return;
    }
    end();
    for (Address member : live) {
      if (!member.equals(raft.getAddress())) {
        raft.send(
            member, null, new RaftSignal(RaftSignal.Kind.LEADER_ELECTED, term).leader(elected));
      }
    }
    raft.setLeader(elected);
  }

  /** The best log among the votes that count; null when they are too few. */
  private @Nullable Address winner(List<Address> live) {
    boolean allMembers = votes.size() == raft.members().size();
    List<Address> counted = new ArrayList<>();
    for (Address member : live) {
      RaftSignal vote = votes.get(member);
      if (vote != null && (allMembers || !vote.flag)) {
        counted.add(member);
      }
    }
    if (counted.size() < raft.majority()) {
      abstainers = abstaining(votes.entrySet().stream().filter(vote -> vote.getValue().flag));
      return null;
    }
    Address best = counted.get(0);
    for (Address member : counted) {
      RaftSignal a = votes.get(member);
      RaftSignal b = votes.get(best);
      if (a != null && b != null && BETTER.compare(a, b) > 0) {
        best = member;
      }
    }
    return best;
  }

  /** The outcome, in a term that has been adopted if it was newer. */
  void elected(Address from, RaftSignal outcome) {
    Address leader = outcome.leader;
    if (leader == null || !raft.liveMembers().contains(leader)) {
      return;
    }
    if (leader.equals(raft.getAddress()) && (!from.equals(raft.votedFor()) || raft.hasLed())) {
      return; // elected by our vote in this term, or not at all; and once
    }
    Address known = raft.leader();
    if (known == null) {
      raft.setLeader(leader);
    } else if (!known.equals(leader)) {
      raft.getLog()
          .error(
              "%s: ignored %s, which names %s the leader of term %d, led by %s",
              raft.raftId(), from, leader, raft.currentTerm(), known);
    }
  }

  /**
   * Different for every member, so that two coordinators of crossing views do not meet for ever.
   */
  private long pauseMillis() {
    return new Random(Objects.hash(raft.raftId(), raft.currentTerm())).nextInt(BACKOFF_MILLIS_MAX);
  }

  private void end() {
    sounding = false;
    supporters.clear();
    roundTerm = 0;
    votes.clear();
  }
}

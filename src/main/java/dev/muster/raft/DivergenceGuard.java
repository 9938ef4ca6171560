package dev.muster.raft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether this node's state differs from the others'. Every node tells the others now and
 * then what its chained hash was at some position of the log; at the same position it must be the
 * same everywhere. Where it is not, all are asked for that position ({@link Dispute}):
 *
 * <ul>
 *   <li>If a majority of all members agrees on another hash, this node is wrong. It halts rather
 *       than serve what the others do not have, keeps what it holds aside as evidence, and starts
 *       again from the leader's snapshot ({@link Halt.Reason#DIVERGED}).
 *   <li>If after a while no majority agrees and this node is not nearest to one, it halts and
 *       touches nothing: nobody can tell whose data are right, so somebody has to look ({@link
 *       Halt.Reason#DISPUTED}).
 * </ul>
 */
final class DivergenceGuard {
  /**
   * How many of the newest positions can be compared; the others' reports are a second old at the
   * most.
   */
  static final int POSITIONS_KEPT = 1 << 16;

  /** Who has not reported for so long has no say, and need not be waited for. */
  static final Duration REPORTS_FOR = Duration.ofSeconds(10);

  private static final Logger LOG = Logger.getLogger(DivergenceGuard.class);

  private final String self;
  private final Set<String> members;
  private final Supplier<@Nullable String> leader;
  private final Halt halt;
  private final long[] positions = new long[POSITIONS_KEPT];
  private final long[] chains = new long[POSITIONS_KEPT];
  private long newest;

  /** The other nodes that were heard of. */
  private final Map<String, Heard> heard = new HashMap<>();

  private @Nullable Dispute dispute;

  /**
   * When a node was heard last.
   *
   * @param awaited its report about a position that this node has not come to yet. Later ones do
   *     not push it out: under load all reports are about such positions
   */
  private record Heard(@Nullable Report awaited, long atNanos) {}

  /** A node's hash after it applied the entry at a position. */
  record Report(long position, long chain) {}

  private record Finding(Halt.Reason reason, String message) {}

  DivergenceGuard(
      String self, Collection<String> members, Supplier<@Nullable String> leader, Halt halt) {
    this.self = self;
    this.members = Set.copyOf(members);
    this.leader = leader;
    this.halt = halt;
  }

  /** This node has applied an entry. On Raft's thread. */
  synchronized void applied(long position, long chain) {
    int slot = slot(position);
    positions[slot] = position;
    chains[slot] = chain;
    newest = position;
  }

  /** This node's state was replaced: what it had before says nothing any more. */
  synchronized void restored() {
    Arrays.fill(positions, 0);
    newest = 0;
    heard.clear();
    dispute = null;
  }

  /** What to tell the others; nothing before the first entry. */
  synchronized @Nullable Report newest() {
    return newest == 0 ? null : at(newest);
  }

  /** What to tell who asks for this position; nothing if it is not known here (any more). */
  synchronized @Nullable Report at(long position) {
    int slot = slot(position);
    return position > 0 && positions[slot] == position ? new Report(position, chains[slot]) : null;
  }

  /** The position that all others are to be asked for. */
  synchronized OptionalLong disputed() {
    return dispute == null ? OptionalLong.empty() : OptionalLong.of(dispute.position());
  }

  /** Another node's report. Halts this node if it turns out to be the one that differs. */
  void reported(String member, Report theirs) {
    reported(member, theirs, System.nanoTime());
  }

  void reported(String member, Report theirs, long nowNanos) {
    halt(hear(member, theirs, nowNanos));
  }

  /** Decides what has been in dispute for long enough; called once a second. */
  void look() {
    look(System.nanoTime());
  }

  void look(long nowNanos) {
    halt(judge(nowNanos));
  }

  private void halt(@Nullable Finding finding) {
    if (finding != null) {
      halt.halt(finding.reason, finding.message, new IllegalStateException("the nodes differ"));
    }
  }

  private synchronized @Nullable Finding hear(String member, Report theirs, long nowNanos) {
    if (!members.contains(member) || member.equals(self)) {
      return null;
    }
    Heard before = heard.get(member);
    Report awaited = before == null ? null : before.awaited;
    if (awaited != null && awaited.position() <= newest) {
      compare(member, awaited, nowNanos);
      awaited = null;
    }
    compare(member, theirs, nowNanos);
    if (awaited == null && theirs.position() > newest) {
      awaited = theirs;
    }
    heard.put(member, new Heard(awaited, nowNanos));
    return judge(nowNanos);
  }

  /**
   * Hashes are chained: whoever agrees at one position agrees at all earlier ones, whoever differs
   * at one differs at all later ones.
   */
  private void compare(String member, Report theirs, long nowNanos) {
    Report own = at(theirs.position());
    boolean agrees = own != null && own.chain() == theirs.chain();
    if (dispute == null && own != null && !agrees) {
      dispute = new Dispute(self, members.size(), own, nowNanos);
      LOG.errorf(
          "at or before entry %d the states of this node (%s) and of %s have come to differ; asking the others",
          own.position(), self, member);
    }
    if (dispute != null && theirs.position() == dispute.position()) {
      dispute.vote(member, theirs.chain());
    } else if (dispute != null && agrees && theirs.position() > dispute.position()) {
      dispute.agree(member);
    }
  }

  private synchronized @Nullable Finding judge(long nowNanos) {
    Dispute open = dispute;
    if (open == null) {
      return null;
    }
    Dispute.Verdict verdict = open.verdict();
    if (verdict == Dispute.Verdict.OPEN && open.ageNanos(nowNanos) < REPORTS_FOR.toNanos()) {
      return null;
    }
    dispute = null; // if it is not settled by this, the next report opens another one
    if (verdict == Dispute.Verdict.OPEN && open.hasVoteOf(alive(nowNanos))) {
      verdict = open.lastVerdict(leader.get());
    }
    return switch (verdict) {
      case WRONG ->
          new Finding(
              Halt.Reason.DIVERGED,
              "at or before entry %d the state of this node (%s) has come to differ from that of the majority: %s"
                  .formatted(open.position(), self, open));
      case LOST ->
          new Finding(
              Halt.Reason.DISPUTED,
              "at or before entry %d the states of the nodes have come to differ, and no majority agrees: %s. This node (%s) keeps its data as they are. Copy every node's directory before anything else, then see \"When no majority agrees\" in docs/raft.md"
                  .formatted(open.position(), open, self));
      case RIGHT, OPEN -> null;
    };
  }

  /** Those whose vote is worth waiting for. */
  private List<String> alive(long nowNanos) {
    List<String> alive = new ArrayList<>();
    heard.forEach(
        (member, last) -> {
          if (nowNanos - last.atNanos < REPORTS_FOR.toNanos()) {
            alive.add(member);
          }
        });
    return alive;
  }

  private static int slot(long position) {
    return (int) (position & (POSITIONS_KEPT - 1));
  }
}

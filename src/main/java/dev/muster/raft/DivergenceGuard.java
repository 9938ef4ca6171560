package dev.muster.raft;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether this node's state differs from the others'. Every node tells the others now and
 * then what its chained hash was at some position of the log; at the same position it must be the
 * same everywhere. A node whose hash is that of the minority, or that differs from the leader's
 * with nobody else to ask, is wrong: it halts rather than serve what the others do not have, keeps
 * what it holds aside as evidence, and starts again from the leader's snapshot.
 */
final class DivergenceGuard {
  /**
   * How many of the newest positions can be compared; the others' reports are a second old at the
   * most.
   */
  static final int POSITIONS_KEPT = 1 << 16;

  /** Who has not reported for so long has no say. */
  static final Duration REPORTS_FOR = Duration.ofSeconds(10);

  private final String self;
  private final Supplier<@Nullable String> leader;
  private final Halt halt;
  private final long[] positions = new long[POSITIONS_KEPT];
  private final long[] chains = new long[POSITIONS_KEPT];
  private long newest;

  /**
   * Each other node's report: the last one, or an earlier one that this node has not come to yet.
   */
  private final Map<String, Heard> heard = new HashMap<>();

  private record Heard(Report report, long atNanos) {}

  /** A node's hash after it applied the entry at a position. */
  record Report(long position, long chain) {}

  DivergenceGuard(String self, Supplier<@Nullable String> leader, Halt halt) {
    this.self = self;
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
  }

  /** What to tell the others; nothing before the first entry. */
  synchronized @Nullable Report newest() {
    return newest == 0 ? null : new Report(newest, chains[slot(newest)]);
  }

  /** Another node's report. Halts this node if it turns out to be the one that differs. */
  void reported(String member, Report theirs) {
    reported(member, theirs, System.nanoTime());
  }

  void reported(String member, Report theirs, long nowNanos) {
    String finding = compare(member, theirs, nowNanos);
    if (finding != null) {
      halt.halt(Halt.Reason.DIVERGED, finding, new IllegalStateException("diverged from others"));
    }
  }

  private synchronized @Nullable String compare(String member, Report theirs, long nowNanos) {
    // First what was kept: under load the others' reports are about positions that this node has
    // not come to yet, and have become comparable since.
    String finding = judge(nowNanos);
    Heard kept = heard.get(member);
    Report report = kept != null && kept.report.position() > newest ? kept.report : theirs;
    heard.put(member, new Heard(report, nowNanos));
    return finding == null ? judge(nowNanos) : finding;
  }

  /**
   * Hashes are chained: whoever differs at one position differs at all later ones, but whoever
   * agreed at an earlier one says nothing about who is right now.
   */
  private @Nullable String judge(long nowNanos) {
    Set<String> differing = new TreeSet<>();
    long firstDifference = Long.MAX_VALUE;
    for (Map.Entry<String, Heard> other : heard.entrySet()) {
      Report report = other.getValue().report;
      if (isComparable(report) && chains[slot(report.position())] != report.chain()) {
        differing.add(other.getKey());
        firstDifference = Math.min(firstDifference, report.position());
      }
    }
    if (differing.isEmpty()) {
      return null;
    }
    int agreeing = 1;
    int undecided = 0;
    for (Map.Entry<String, Heard> other : heard.entrySet()) {
      Heard last = other.getValue();
      boolean alive = nowNanos - last.atNanos < REPORTS_FOR.toNanos();
      if (differing.contains(other.getKey()) || !alive) {
        continue;
      }
      if (isComparable(last.report) && last.report.position() >= firstDifference) {
        agreeing++;
      } else {
        undecided++;
      }
    }
    String leading = leader.get();
    boolean wrong =
        differing.size() > agreeing + undecided
            || (undecided == 0
                && differing.size() == agreeing
                && leading != null
                && differing.contains(leading));
    return wrong
        ? "at or before entry %d the state of this node (%s) has come to differ from that of %s; of the other nodes %d agree with this one"
            .formatted(firstDifference, self, differing, agreeing - 1)
        : null;
  }

  private boolean isComparable(Report report) {
    return report.position() > 0 && positions[slot(report.position())] == report.position();
  }

  private static int slot(long position) {
    return (int) (position & (POSITIONS_KEPT - 1));
  }
}

package dev.muster.discovery.check;

import dev.muster.discovery.Health;
import org.jspecify.annotations.Nullable;

/** A check that this node runs. Of the runner's thread. */
final class OwnedCheck {
  final CheckedInstance instance;
  final CheckSpec spec;
  final Prober.Target target;
  final long hash;

  /** Tells those apart that are due at the same time. */
  final long number;

  /** When it is to be probed next. */
  long dueMillis;

  Streak streak;

  /** Since when it finds the instance better than what is written; negative while it does not. */
  long betterSinceMillis = -1;

  /** What the last probe found; nothing before the first one. */
  @Nullable Health found;

  /** What the last probe said; empty before the first one. */
  String output = "";

  /** Whether another node runs it now, or its registration is over. */
  boolean given;

  /** Whether a verdict is being written or asked for. */
  boolean reporting;

  OwnedCheck(
      CheckedInstance instance,
      CheckSpec spec,
      Prober.Target target,
      long hash,
      long number,
      long dueMillis) {
    this.instance = instance;
    this.spec = spec;
    this.target = target;
    this.hash = hash;
    this.number = number;
    this.streak = new Streak(spec.terms(), spec.terms().initial());
    this.dueMillis = dueMillis;
  }

  /** What was found so far counts no more. */
  void forget(Health verdict) {
    streak = new Streak(spec.terms(), verdict);
  }
}

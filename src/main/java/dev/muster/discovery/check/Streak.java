package dev.muster.discovery.check;

import dev.muster.discovery.Health;

/**
 * A verdict that follows what probes find with a delay: it gets worse to a degree after so many in
 * a row that found it at least as bad, and better than a degree after so many in a row that found
 * it better. Of one thread.
 *
 * <p>With thresholds 2 (better) and 3 (worse), p, w, c for what was found:
 *
 * <pre>
 * found    c c c | w w | p w p p | w c w
 * verdict      c |   w |       p |     w
 * </pre>
 */
final class Streak {
  /** Of one degree that may be passed: warning, or critical. */
  private static final class Degree {
    private final Health degree;
    private boolean reached;

    /** In a row against what holds now. */
    private int against;

    Degree(Health degree, boolean reached) {
      this.degree = degree;
      this.reached = reached;
    }

    void observe(Health found, CheckTerms terms) {
      boolean isReached = found.compareTo(degree) >= 0;
      against = isReached == reached ? 0 : against + 1;
      if (against >= (reached ? terms.healthyThreshold() : terms.unhealthyThreshold())) {
        reached = !reached;
        against = 0;
      }
    }
  }

  private final CheckTerms terms;
  private final Degree warning;
  private final Degree critical;

  /**
   * @param verdict that holds before the first probe
   */
  Streak(CheckTerms terms, Health verdict) {
    this.terms = terms;
    this.warning = new Degree(Health.WARNING, verdict != Health.PASSING);
    this.critical = new Degree(Health.CRITICAL, verdict == Health.CRITICAL);
  }

  /** The verdict after one more probe. */
  Health observe(Health found) {
    warning.observe(found, terms);
    critical.observe(found, terms);
    return verdict();
  }

  Health verdict() {
    if (critical.reached) {
      return Health.CRITICAL;
    }
    return warning.reached ? Health.WARNING : Health.PASSING;
  }
}

package dev.muster.subscriber;

import java.util.List;

/**
 * Who may still hold something older than a revision.
 *
 * @param open some of them
 * @param openTotal how many there are
 * @param notKept how many there were no room for, so that nothing can be said of them
 */
record Proof(List<Standing> open, int openTotal, int notKept) {
  /** The node has not been there for long enough to speak. */
  static final Proof NOT_YET = new Proof(List.of(), -1, 0);

  Proof {
    open = List.copyOf(open);
  }

  /** Whether nobody does. */
  boolean isComplete() {
    return openTotal == 0 && notKept == 0;
  }
}

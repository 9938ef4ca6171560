package dev.muster.duty;

/** A task of the leader's. All methods are called by one thread, and must not block. */
public interface Duty {

  /** This node has become the one that does it; forget what was known before. */
  void begin(Tenure tenure);

  /**
   * Looks for what is to be done and proposes it.
   *
   * @param tenureMillis a clock that counts only while this node was able to work: while the
   *     process was stopped (by a signal, a collection of garbage, a suspended machine) it stood
   *     still
   */
  void tick(long tenureMillis);

  /** This node has ceased to be the one. */
  void end();
}

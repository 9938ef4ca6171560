package dev.muster.discovery.check;

/** Is told what the checks of this node do, for meters. Must return at once and never throw. */
public interface CheckListener {
  CheckListener NONE = new CheckListener() {};

  /**
   * A probe has ended.
   *
   * @param type of the check
   * @param outcome passing, warning, critical, or not_asked
   */
  default void probed(String type, String outcome, long nanos) {}

  /** A verdict was about to be critical, and another node did not agree. */
  default void disputed() {}
}

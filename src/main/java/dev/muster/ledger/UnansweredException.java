package dev.muster.ledger;

/** A node was asked by {@link Peers#ask} and gave no answer. */
public final class UnansweredException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why there is no answer. */
  public enum Reason {
    /** This node is not in touch with it, or has lost it. */
    NOT_THERE,
    /** It did not answer in time; one of an older version, that knows no questions, never does. */
    TIMEOUT,
    /** It does not know what it was asked: its version is an older one. */
    NOT_UNDERSTOOD,
    /** This node, or that one, has too many questions under way. */
    BUSY,
    /** The question, or the answer, passes its limit. */
    TOO_LARGE,
    /** It failed to find an answer, as its log tells. */
    FAILED
  }

  private final String node;
  private final Reason reason;

  /**
   * Makes one.
   *
   * @param node the name of the one that was asked
   */
  public UnansweredException(String node, Reason reason) {
    super("node '" + node + "' did not answer: " + reason, null, false, false);
    this.node = node;
    this.reason = reason;
  }

  public String node() {
    return node;
  }

  public Reason reason() {
    return reason;
  }
}

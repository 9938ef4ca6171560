package dev.muster.ledger;

/**
 * The cluster could not answer in time: there is no leader, no majority, or this node is starting
 * or stopping.
 */
public final class UnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is known of the command that was submitted. */
  public enum Outcome {
    /** It certainly did not happen and never will. */
    NOT_DONE,
    /** It may have happened, or may yet. */
    UNKNOWN
  }

  private final Outcome outcome;

  public UnavailableException(Outcome outcome, String message) {
    super(message);
    this.outcome = outcome;
  }

  public Outcome outcome() {
    return outcome;
  }
}

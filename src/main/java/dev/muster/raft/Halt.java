package dev.muster.raft;

/**
 * Ends the process at once, because going on would make this node lie or differ from the others.
 * Never returns in production ({@code Runtime.halt}); tests record instead.
 */
@FunctionalInterface
public interface Halt {

  /**
   * Logs what happened and what the operator can do, then ends the process with the reason's exit
   * code.
   */
  void halt(Reason reason, String message, Throwable cause);

  /** Why a node stops itself. The exit codes are part of the operator's documentation. */
  enum Reason {
    /** An unexpected exception on Raft's thread. */
    BUG(70),
    /** Writing, forcing or reading the log failed, or the disk is full. */
    DISK(71),
    /** The log, a snapshot or an entry is damaged or was written by a newer version. */
    UNREADABLE(72),
    /** This node's state differs from the other nodes'. */
    DIVERGED(73),
    /** Raft's thread makes no progress. */
    STUCK(74),
    /** The nodes' states differ, and no majority agrees on one. */
    DISPUTED(75);

    private final int exitCode;

    Reason(int exitCode) {
      this.exitCode = exitCode;
    }

    public int exitCode() {
      return exitCode;
    }
  }
}

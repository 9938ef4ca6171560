package dev.muster.ledger;

import dev.muster.core.Command;
import dev.muster.core.Reply;

/**
 * Is told what the ledger does, for meters. Called on hot paths: must return at once and never
 * throw.
 */
public interface LedgerListener {
  LedgerListener NONE = new LedgerListener() {};

  /** A command of this node was answered {@code nanos} after it was submitted. */
  default void answered(Command command, Reply reply, long nanos) {}

  /**
   * A command of this node, or a barrier, was given up; what is known of it is in the exception.
   */
  default void unavailable(UnavailableException.Outcome outcome) {}

  /** An entry of this node was put together. */
  default void batched(int commands, int bytes) {}

  /** Something was forced to this node's disk, in {@code nanos}. */
  default void forced(long nanos) {}
}

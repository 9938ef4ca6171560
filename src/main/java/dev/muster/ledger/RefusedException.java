package dev.muster.ledger;

import dev.muster.core.Reply;

/**
 * How a service says that the state refused its command: nothing has happened. In the core a
 * refusal is a value; here it ends a future.
 */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Reply.Refused refused;

  public RefusedException(Reply.Refused refused) {
    super(refused.detail(), null, false, false);
    this.refused = refused;
  }

  public Reply.Refused refused() {
    return refused;
  }
}

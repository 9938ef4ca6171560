package org.jgroups.protocols.raft;

import java.io.Serial;
import org.jspecify.annotations.NullMarked;

/** Two members disagree about something that Raft guarantees: this one must not go on. */
@NullMarked
final class Diverged extends IllegalStateException {
  @Serial private static final long serialVersionUID = 1L;

  Diverged(String message) {
    super(message);
  }
}

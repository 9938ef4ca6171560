package dev.muster.raft.proposals;

import dev.muster.core.Reply;
import dev.muster.ledger.LedgerListener;
import dev.muster.ledger.UnavailableException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * Tells callers what became of their commands, on an executor: their continuations run neither on
 * Raft's thread nor under a lock. Any thread.
 */
final class Callers {
  private static final Logger LOG = Logger.getLogger(Callers.class);
  private static final Reply BARRIER_PASSED = new Reply.Done(0, List.of());

  private final Executor completions;
  private final LedgerListener listener;

  Callers(Executor completions, LedgerListener listener) {
    this.completions = completions;
    this.listener = listener;
  }

  /** The entry was applied, with a reply to each of its commands. */
  void answer(Batch batch, List<Reply> replies) {
    completions.execute(
        () -> {
          long now = System.nanoTime();
          Iterator<Reply> next = replies.iterator();
          for (Pending pending : batch.members) {
            if (pending.command == null) {
              pending.reply.complete(BARRIER_PASSED);
            } else {
              Reply reply = next.next();
              if (!pending.reply.isDone()) { // given up otherwise, and counted as that
                listener.answered(pending.command, reply, now - pending.submittedNanos);
              }
              pending.reply.complete(reply);
            }
          }
        });
  }

  /** Nobody waits for these any longer. */
  void giveUp(List<Pending> pendings, UnavailableException.Outcome outcome, String message) {
    if (pendings.isEmpty()) {
      return;
    }
    completions.execute(
        () -> {
          for (Pending pending : pendings) {
            listener.unavailable(outcome);
            pending.reply.completeExceptionally(new UnavailableException(outcome, message));
          }
        });
  }

  /** A bug: what passes {@link dev.muster.core.Limits#check} can be encoded. */
  void failUnwritable(Map<Pending, RuntimeException> unwritable) {
    if (unwritable.isEmpty()) {
      return;
    }
    unwritable.forEach( // without the command: what is in it is not for the log
        (pending, why) -> LOG.error("a command cannot be encoded, and was refused", why));
    completions.execute(
        () ->
            unwritable.forEach(
                (pending, why) ->
                    pending.reply.completeExceptionally(
                        new IllegalStateException(
                            "the command cannot be encoded; nothing has happened", why))));
  }
}

package dev.muster.config;

import dev.muster.core.Node;
import dev.muster.core.Reply;
import dev.muster.core.Stat;
import org.jspecify.annotations.Nullable;

/** What the writes of this package have in common. */
final class Preconditions {
  private Preconditions() {}

  /** A refusal if what is there is not what the writer demands; absent if it is. */
  static Writes.@Nullable Decision check(
      Precondition precondition, String what, @Nullable Node present) {
    long actual = present == null ? 0 : present.stat().modifiedRevision();
    if (precondition instanceof Precondition.Absent && present != null) {
      return Writes.refuse(Outcome.Reason.ALREADY_EXISTS, what + " exists", actual);
    }
    if (precondition instanceof Precondition.Present && present == null) {
      return Writes.refuse(
          Outcome.Reason.REVISION_CONFLICT,
          what + " does not exist, but If-Match: * demands it",
          0);
    }
    if (precondition instanceof Precondition.Modified modified && modified.revision() != actual) {
      return Writes.refuse(
          Outcome.Reason.REVISION_CONFLICT,
          present == null
              ? what + " does not exist"
              : what
                  + " was last modified by revision "
                  + actual
                  + ", not "
                  + modified.revision()
                  + ": read it again",
          actual);
    }
    return null;
  }

  /** What a reply to a put means; the last change of the transaction is the put itself. */
  static @Nullable Outcome written(
      Reply reply, Outcome.Effect effect, @Nullable Stat unchangedStat) {
    return written(reply, effect, unchangedStat, true);
  }

  /** As the method above, of a change that kept what it did not name in place, or did not. */
  static @Nullable Outcome written(
      Reply reply, Outcome.Effect effect, @Nullable Stat unchangedStat, boolean inPlace) {
    if (reply instanceof Reply.Refused refused) {
      return Writes.lasting(refused);
    }
    Reply.Done done = (Reply.Done) reply;
    Stat stat =
        done.outcomes().isEmpty()
            ? unchangedStat
            : done.outcomes().get(done.outcomes().size() - 1).stat();
    if (stat == null) {
      throw new IllegalStateException("a put without a node: " + done);
    }
    return new Outcome.Written(effect, done.revision(), stat, Releases.made(done), inPlace);
  }

  /** What a reply to a deletion means. */
  static @Nullable Outcome deleted(Reply reply) {
    return reply instanceof Reply.Refused refused
        ? Writes.lasting(refused)
        : new Outcome.Deleted(((Reply.Done) reply).revision());
  }
}

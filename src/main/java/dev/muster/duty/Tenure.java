package dev.muster.duty;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One node's time as the one that does the duties, claimed by writing {@link #PATH}. Every command
 * of a duty carries the {@link #fence}: once another node has claimed, nothing that this one still
 * has under way can happen any more, however late it arrives.
 *
 * @param claimedRevision the revision of the claim
 */
public record Tenure(long claimedRevision) {
  public static final Path PATH = Path.of("/muster/leader");

  /**
   * A claim on top of what is known of the last one: it must not happen if somebody else has
   * claimed meanwhile, for a node that no longer leads may have one under way for long, and it
   * would lock out its successor.
   */
  static Command claim(State known, String node, long term) {
    Node last = known.tree().find(PATH);
    Guard onTop =
        last == null
            ? new Guard.Absent(PATH)
            : new Guard.Modified(PATH, last.stat().modifiedRevision());
    // Always as wide: a data budget that is used up refuses what grows, and the duties are what
    // makes room again.
    String claim = String.format(Locale.ROOT, "%-96s", node + " term " + term);
    return new Command.Transact(
        List.of(onTop),
        List.of(
            new Change.Ensure(PATH.parent(), Life.persistent()),
            new Change.Put(PATH, Bytes.utf8(claim), Change.attributes(Map.of()))));
  }

  /** Holds as long as nobody else has claimed. */
  public Guard fence() {
    return new Guard.Modified(PATH, claimedRevision);
  }
}

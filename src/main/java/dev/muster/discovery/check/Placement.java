package dev.muster.discovery.check;

import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.Rendezvous;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Which node runs which check: the one that a check prefers by {@link Rendezvous} hashing. All
 * nodes that see the same ones up agree without a word, and when one comes or goes, only the checks
 * that it gets or had move.
 */
final class Placement {
  private Placement() {}

  static long hash(InstanceKey key, String check) {
    return Rendezvous.hash(key.namespace(), key.service(), key.id(), check);
  }

  /** The node that runs a check; nothing if there are no nodes. */
  static @Nullable String first(Collection<String> nodes, long check) {
    return best(nodes, check, null);
  }

  /** The node that would run a check if the first one were not there. */
  static @Nullable String second(Collection<String> nodes, long check) {
    return best(nodes, check, first(nodes, check));
  }

  private static @Nullable String best(
      Collection<String> nodes, long check, @Nullable String without) {
    String best = null;
    long most = 0;
    for (String node : nodes) {
      long score = Rendezvous.pair(check, Rendezvous.hash(node));
      boolean more = best == null || Long.compareUnsigned(score, most) > 0;
      if (!node.equals(without) && (more || (score == most && node.compareTo(best) > 0))) {
        best = node;
        most = score;
      }
    }
    return best;
  }
}

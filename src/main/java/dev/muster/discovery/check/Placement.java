package dev.muster.discovery.check;

import dev.muster.discovery.InstanceKey;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Which node runs which check: the one whose name and the check's hash highest together (Thaler,
 * Ravishankar: Using Name-Based Mappings to Increase Hit Rates). All nodes that see the same ones
 * up agree without a word, and when one comes or goes, only the checks that it gets or had move.
 *
 * <p>The hash is FNV-1a of 64 bits, finished by SplitMix64's mixer: FNV alone spreads names that
 * differ in their last character too little. It is the same on every node and in every version.
 */
final class Rendezvous {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Rendezvous() {}

  static long hash(InstanceKey key, String check) {
    long hash = add(add(FNV_OFFSET, key.namespace()), key.service());
    return mix(add(add(hash, key.id()), check));
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
      long score = mix(check ^ mix(add(FNV_OFFSET, node)));
      boolean more = best == null || Long.compareUnsigned(score, most) > 0;
      if (!node.equals(without) && (more || (score == most && node.compareTo(best) > 0))) {
        best = node;
        most = score;
      }
    }
    return best;
  }

  /** With a mark behind each text: "ab", "c" is not "a", "bc". */
  private static long add(long hash, String text) {
    long added = hash;
    for (int i = 0; i < text.length(); i++) {
      added = (added ^ text.charAt(i)) * FNV_PRIME;
    }
    return (added ^ 0xffff) * FNV_PRIME;
  }

  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}

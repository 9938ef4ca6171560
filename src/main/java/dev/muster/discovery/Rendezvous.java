package dev.muster.discovery;

import dev.muster.core.Bytes;

/**
 * Rendezvous hashing (highest random weight; Thaler and Ravishankar, "Using name-based mappings to
 * increase hit rates", 1998): each pair of a chooser and a candidate has a score, and the chooser
 * takes the highest. Who comes or goes moves its own share and nothing else. All of it is the same
 * on every node and in every version.
 */
public final class Rendezvous {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Rendezvous() {}

  /**
   * The score of a candidate: above 0, the more often high the more it weighs (Schindelhauer and
   * Schomaker, "Weighted distributed hash tables", 2005).
   *
   * @param weight 0 for one that is to be taken last
   */
  static double score(String chooser, String candidate, int weight) {
    // 53 bits, as many as a double holds, strictly between 0 and 1.
    double unit = ((hash(chooser, candidate) >>> 11) + 0.5) * 0x1.0p-53;
    return weight == 0 ? 0 : weight / -StrictMath.log(unit);
  }

  /** The score of a pair of which both have been hashed before. */
  public static long pair(long chooser, long candidate) {
    return finish(chooser ^ candidate);
  }

  /** FNV-1a of 64 bits, finished so that similar names differ in all bits. */
  public static long hash(String... names) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < names.length; i++) {
      if (i > 0) {
        hash = (hash ^ 0xff) * FNV_PRIME; // UTF-8 has no such byte: none reads as others
      }
      for (byte b : Bytes.utf8(names[i]).array()) {
        hash = (hash ^ (b & 0xff)) * FNV_PRIME;
      }
    }
    return finish(hash);
  }

  /** The last step of MurmurHash3. */
  private static long finish(long value) {
    long hash = value;
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}

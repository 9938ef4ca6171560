package dev.muster.discovery;

import dev.muster.core.Bytes;

/**
 * Rendezvous hashing (highest random weight; Thaler and Ravishankar, "Using name-based mappings to
 * increase hit rates", 1998): each pair of a chooser and a candidate has a score, and the chooser
 * takes the highest. Who comes or goes moves its own share and nothing else.
 */
final class Rendezvous {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Rendezvous() {}

  /**
   * The score of a candidate: above 0, the more often high the more it weighs (Schindelhauer and
   * Schomaker, "Weighted distributed hash tables", 2005). The same on every node, for ever.
   *
   * @param weight 0 for one that is to be taken last
   */
  static double score(String chooser, String candidate, int weight) {
    // 53 bits, as many as a double holds, strictly between 0 and 1.
    double unit = ((hash(chooser, candidate) >>> 11) + 0.5) * 0x1.0p-53;
    return weight == 0 ? 0 : weight / -StrictMath.log(unit);
  }

  /** FNV-1a, finished as MurmurHash3 does so that similar names differ in all bits. */
  static long hash(String chooser, String candidate) {
    long hash = FNV_OFFSET;
    for (byte b : Bytes.utf8(chooser).array()) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    hash = (hash ^ 0xff) * FNV_PRIME; // a byte that UTF-8 never has: no pair reads as another one
    for (byte b : Bytes.utf8(candidate).array()) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}

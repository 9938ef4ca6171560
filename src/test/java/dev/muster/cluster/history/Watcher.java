package dev.muster.cluster.history;

import java.util.List;

/**
 * All that one watcher of a prefix was told, in the order it was told.
 *
 * @param after it asked for the changes after this revision
 * @param upTo it was still listening when the cluster passed this revision, and was told of it
 */
public record Watcher(String name, String prefix, long after, long upTo, List<Sighting> seen) {
  public Watcher {
    seen = List.copyOf(seen);
  }
}

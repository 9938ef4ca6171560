package dev.muster.cluster.history;

/**
 * One key at one revision, as a watcher or a reader was told of it.
 *
 * @param value null when the revision deleted the key
 */
public record Sighting(long revision, String key, String value) {

  @Override
  public String toString() {
    return revision + " " + key + (value == null ? " deleted" : " = '" + value + "'");
  }
}

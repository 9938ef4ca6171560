package dev.muster.core;

/**
 * What is known of a node beside its content. Holds all that ZooKeeper's {@code Stat} needs.
 * Counters are {@code int} and wrap, as there.
 *
 * @param createdRevision the revision that created the node: a fencing token, never used twice
 * @param modifiedRevision the newest revision that set its data or attributes
 * @param childrenRevision the newest revision that created or deleted a direct child, or created
 *     the node
 * @param subtreeRevision the newest revision of any change at or under the node, deletions
 *     included; never goes back
 * @param version how often the data was set since creation
 * @param attributesVersion how often the attributes were set since creation
 * @param childrenCreated how many direct children were ever created: the next sequential name
 */
public record Stat(
    long createdRevision,
    long createdMillis,
    long modifiedRevision,
    long modifiedMillis,
    long childrenRevision,
    long childrenMillis,
    long subtreeRevision,
    int version,
    int attributesVersion,
    int childrenCreated,
    Life life) {

  static final Stat ROOT = new Stat(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Life.persistent());

  static Stat created(long revision, long timeMillis, Life life) {
    return new Stat(
        revision, timeMillis, revision, timeMillis, revision, timeMillis, revision, 0, 0, 0, life);
  }

  Stat dataSet(long revision, long timeMillis) {
    return modified(revision, timeMillis, version + 1, attributesVersion);
  }

  Stat attributesSet(long revision, long timeMillis) {
    return modified(revision, timeMillis, version, attributesVersion + 1);
  }

  private Stat modified(long revision, long timeMillis, int newVersion, int newAttributesVersion) {
    return new Stat(
        createdRevision,
        createdMillis,
        revision,
        timeMillis,
        childrenRevision,
        childrenMillis,
        revision,
        newVersion,
        newAttributesVersion,
        childrenCreated,
        life);
  }

  Stat childCreated(long revision, long timeMillis) {
    return childrenChanged(revision, timeMillis, childrenCreated + 1);
  }

  Stat childDeleted(long revision, long timeMillis) {
    return childrenChanged(revision, timeMillis, childrenCreated);
  }

  private Stat childrenChanged(long revision, long timeMillis, int newChildrenCreated) {
    return new Stat(
        createdRevision,
        createdMillis,
        modifiedRevision,
        modifiedMillis,
        revision,
        timeMillis,
        revision,
        version,
        attributesVersion,
        newChildrenCreated,
        life);
  }

  Stat touchedBelow(long revision) {
    return new Stat(
        createdRevision,
        createdMillis,
        modifiedRevision,
        modifiedMillis,
        childrenRevision,
        childrenMillis,
        revision,
        version,
        attributesVersion,
        childrenCreated,
        life);
  }
}

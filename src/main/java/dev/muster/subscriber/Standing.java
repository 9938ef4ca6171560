package dev.muster.subscriber;

import org.jspecify.annotations.Nullable;

/**
 * How one subscriber stands, as a node knows it.
 *
 * @param query which view of the path it follows; clients may follow several
 * @param confirmed the revision that it has confirmed to hold; -1 while it has confirmed none
 * @param told the newest revision that it was told of; -1 for none yet
 * @param connected whether it waits at this moment
 * @param heardMillisAgo how long ago it was last heard of
 * @param node where
 */
public record Standing(
    Identity identity,
    Kind kind,
    String query,
    long confirmed,
    long told,
    boolean connected,
    long heardMillisAgo,
    String node) {

  /** What tells named subscribers apart, on whichever node they are. */
  record Key(String client, Kind kind, String query) {}

  /** Absent for one without a name: nobody can say whether it is the same elsewhere. */
  @Nullable Key key() {
    String client = identity.client();
    return client == null ? null : new Key(client, kind, query);
  }
}

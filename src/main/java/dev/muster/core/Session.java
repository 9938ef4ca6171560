package dev.muster.core;

import org.pcollections.PSortedSet;
import org.pcollections.TreePSet;

/**
 * Somebody's presence. It owns ephemeral nodes and lives as long as it is heard of within its time
 * to live; who was heard when is not in the state, for heartbeats never enter the log.
 *
 * @param id random, positive, never chosen by the client
 * @param owner a description for people
 * @param secret proves that a caller may keep the session alive or end it
 */
public record Session(
    long id,
    long ttlMillis,
    String owner,
    Bytes secret,
    long openedMillis,
    PSortedSet<Path> ephemerals) {

  static Session opened(Command.OpenSession open, long timeMillis) {
    return new Session(
        open.id(), open.ttlMillis(), open.owner(), open.secret(), timeMillis, TreePSet.empty());
  }

  Session owning(Path path) {
    return new Session(id, ttlMillis, owner, secret, openedMillis, ephemerals.plus(path));
  }

  Session disowning(Path path) {
    return new Session(id, ttlMillis, owner, secret, openedMillis, ephemerals.minus(path));
  }

  /** Never shows the secret. */
  @Override
  public String toString() {
    return "Session["
        + Long.toHexString(id)
        + ", "
        + owner
        + ", ttl "
        + ttlMillis
        + " ms, owns "
        + ephemerals.size()
        + "]";
  }
}

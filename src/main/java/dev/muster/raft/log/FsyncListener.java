package dev.muster.raft.log;

/**
 * Told of every force to disk, for a meter. Called by the thread that waited; must return at once.
 */
@FunctionalInterface
public interface FsyncListener {

  /** One force ended after this many nanoseconds. */
  void forced(long nanos);
}

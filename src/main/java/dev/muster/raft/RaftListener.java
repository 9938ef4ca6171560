package dev.muster.raft;

import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

/** Told who leads. Called in order, by one thread of its own, never by Raft's. */
@FunctionalInterface
public interface RaftListener {

  /**
   * The leader, or the term of a known leader, changed. Entries that were proposed in an earlier
   * term may or may not become committed: their outcome is unknown until they are applied.
   *
   * @param leader the new leader; null when there is none at the moment
   */
  void leaderChanged(@Nullable Leader leader, long term);

  /** A leader: its member id, and where messages for it go. */
  record Leader(String raftId, Address address) {}
}

package dev.muster.raft.proposals;

import java.util.List;

/** An entry, and who waits for it. */
final class Batch {

  /** An entry's place among those of its proposer; the state applies each once, in order. */
  record Tag(long incarnation, long sequence) {}

  final Tag tag;
  final byte[] entry;

  /** How many commands the entry holds; the other members wait for a barrier. */
  final int commands;

  /** In the order in which they were submitted, which is that of the entry's commands. */
  final List<Pending> members;

  /** Guarded by the lock of {@link Proposals}. */
  long handedOverNanos;

  Batch(Tag tag, byte[] entry, int commands, List<Pending> members) {
    this.tag = tag;
    this.entry = entry;
    this.commands = commands;
    this.members = members;
  }
}

/**
 * How the commands of this node get into the log: {@link dev.muster.raft.proposals.Proposals} is
 * the way in and holds the one lock; behind it the {@code Backlog} of what waits, the {@code
 * Batcher} that makes entries of it, the {@code EntriesUnderWay}, and the {@code Callers} who are
 * told.
 */
@NullMarked
package dev.muster.raft.proposals;

import org.jspecify.annotations.NullMarked;

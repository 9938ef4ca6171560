/**
 * The durable log under Raft: entries, term and vote, commit index and snapshots of one node in one
 * directory. It knows nothing of what the entries mean; it promises that what it has acknowledged
 * is there after any crash, and that it refuses to start rather than lie about it.
 */
@NullMarked
package dev.muster.raft.log;

import org.jspecify.annotations.NullMarked;

/**
 * How nodes agree: the replicated log over jgroups-raft. With {@code org.jgroups.protocols.raft}
 * (our guarded subclasses, which must sit beside what they override) the only code that imports
 * JGroups.
 */
@NullMarked
package dev.muster.raft;

import org.jspecify.annotations.NullMarked;

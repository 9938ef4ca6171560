/**
 * Who follows what: each node knows, in memory, which clients wait at which path of the tree, what
 * they were told and what they have confirmed to hold; together the nodes can prove that nobody
 * holds anything older than a revision.
 */
@org.jspecify.annotations.NullMarked
package dev.muster.subscriber;

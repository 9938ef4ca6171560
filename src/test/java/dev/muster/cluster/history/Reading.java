package dev.muster.cluster.history;

/**
 * One answer that a reader got; it asked for nothing older than the answer before.
 *
 * @param node who answered
 * @param stateRevision the revision of the state that the answer was made from
 * @param item what the key held; null when it did not exist
 */
public record Reading(String reader, String node, long stateRevision, String key, Sighting item) {}

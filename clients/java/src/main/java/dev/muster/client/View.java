package dev.muster.client;

/**
 * What is known of a resource, and whether the servers stand by it.
 *
 * @param stale no server could be asked since: it is the best there is
 */
record View(Snapshot snapshot, boolean stale) {}

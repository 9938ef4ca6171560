/**
 * What clients saw while the cluster was being hurt, and the judges of it: a linearizability
 * checker and one checker for each promise about watchers, readers and counters.
 */
package dev.muster.cluster.history;

package dev.muster.core;

import java.util.List;

/**
 * One position of the log, applied.
 *
 * @param verdict what became of the entry; unless it is {@code APPLIED}, there are no replies and
 *     no events
 * @param replies one for each command, in order
 * @param events in the order in which they happened, by revision
 */
public record Step(
    State state, Proposer.Verdict verdict, List<Reply> replies, List<Event> events) {}

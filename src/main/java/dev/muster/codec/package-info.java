/**
 * How the log and its snapshots are written down. Every number in the tables of {@code
 * CommandWire}, {@code ReplyWire} and {@code CoreWire} is for ever: a changed meaning gets a new
 * number, a dropped one keeps its row.
 */
@NullMarked
package dev.muster.codec;

import org.jspecify.annotations.NullMarked;

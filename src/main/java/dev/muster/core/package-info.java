/**
 * What is true: one immutable {@link dev.muster.core.State}, and one pure function that leads to
 * the next. No clock, no randomness, no IO, no locale, no iteration over an unordered collection:
 * every replica, every restart and every test gets the same answer. Imports nothing but Java and
 * PCollections.
 */
@NullMarked
package dev.muster.core;

import org.jspecify.annotations.NullMarked;

/**
 * Expressions over labels, which pick instances of a service, or clients that a rollout reaches:
 * one language for all.
 */
@NullMarked
package dev.muster.selector;

import org.jspecify.annotations.NullMarked;

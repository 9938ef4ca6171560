package dev.muster.config;

/** What a writer demands of the thing it writes. */
public sealed interface Precondition {
  /** Nothing. */
  record None() implements Precondition {}

  /** That it does not exist. */
  record Absent() implements Precondition {}

  /** That it exists. */
  record Present() implements Precondition {}

  /** That it was last modified by this revision. */
  record Modified(long revision) implements Precondition {}
}

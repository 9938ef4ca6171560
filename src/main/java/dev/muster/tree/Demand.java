package dev.muster.tree;

/** What a writer demands of the node as it is before the write. */
public sealed interface Demand {

  /** Whatever it is. */
  record Nothing() implements Demand {}

  /** It is not there. */
  record Absent() implements Demand {}

  /** It is there. */
  record Present() implements Demand {}

  /** It is there, and this revision was the last to modify it. */
  record Modified(long revision) implements Demand {}
}

package dev.muster.cluster.history;

/** How a request ended, as its client knows it. */
public sealed interface Outcome {

  /** The revision is not known to the client. */
  long NO_REVISION = -1;

  /** A read's answer: the value and the revision that wrote it. */
  record Found(long revision, String value) implements Outcome {}

  /** The key did not exist. */
  record Missing() implements Outcome {}

  /** A write took effect at this revision (or found the value there already, written by it). */
  record Done(long revision) implements Outcome {}

  /**
   * A precondition did not hold, so nothing was written.
   *
   * @param actualRevision the key's revision that was found instead, 0 if it did not exist, or
   *     {@link #NO_REVISION}
   */
  record Conflict(long actualRevision) implements Outcome {}

  /** Certainly without effect, now and later: the history forgets it. */
  record Failed() implements Outcome {}

  /** It may have taken effect, may yet do so at any later time, or never. */
  record Unknown() implements Outcome {}

  /** The revision that this outcome tells of, or {@link #NO_REVISION}. */
  default long revision() {
    if (this instanceof Found found) {
      return found.revision;
    }
    if (this instanceof Done done) {
      return done.revision;
    }
    return this instanceof Conflict conflict ? conflict.actualRevision : NO_REVISION;
  }
}

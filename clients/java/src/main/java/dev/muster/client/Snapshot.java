package dev.muster.client;

/**
 * What a resource was at one revision. Its bytes are never changed.
 *
 * @param asOf the revision of the state that it was read from
 * @param modified the revision that last modified it; 0 if it does not exist
 * @param contentType empty if it does not exist
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, changed by nobody
record Snapshot(long asOf, long modified, String contentType, byte[] content) {
  /** Of content whose type nobody says. */
  static final String TYPE_UNKNOWN = "application/octet-stream";

  static Snapshot absent(long asOf) {
    return new Snapshot(asOf, 0, "", new byte[0]);
  }

  static Snapshot of(Answer answer) {
    return new Snapshot(
        answer.revision(),
        answer.etag(),
        answer.headers().firstValue("Content-Type").orElse(TYPE_UNKNOWN),
        answer.body());
  }

  boolean exists() {
    return modified > 0;
  }

  Snapshot withoutContent() {
    return new Snapshot(asOf, modified, "", new byte[0]);
  }

  /** The same under another tag. */
  Snapshot withModified(long tag) {
    return tag == modified ? this : new Snapshot(asOf, tag, contentType, content);
  }

  /** The same, seen again later. */
  Snapshot asOf(long revision) {
    return revision <= asOf ? this : new Snapshot(revision, modified, contentType, content);
  }
}

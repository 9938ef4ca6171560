package dev.muster.cluster.history;

/** What a client asks of one key. Values should be unique, so that every read names its writer. */
public sealed interface Request {

  record Read() implements Request {}

  record Write(String value) implements Request {}

  /** Writes only while the key's modified revision is the expected one. */
  record CompareAndSet(long expectedRevision, String value) implements Request {}

  /** Writes only while the key does not exist. */
  record Create(String value) implements Request {}

  record Delete() implements Request {}

  /** Whether it can change anything; a read of unknown outcome says nothing and is dropped. */
  default boolean isWrite() {
    return !(this instanceof Read);
  }
}

package dev.muster.raft;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What the replicated log drives: stands between Raft's bytes and the core. Every method is called
 * by one thread only, Raft's; none may block on the log. An exception from any of them is a bug and
 * halts the process.
 */
public interface ReplicatedMachine {

  /**
   * Applies a committed entry. Indexes strictly increase and may have gaps (entries of Raft's own
   * are not passed on). An entry at or below the index of the last {@link #restore} is never
   * passed.
   */
  void apply(long index, byte[] buffer, int offset, int length);

  /**
   * A consistent picture of everything applied so far. Must return at once; the picture is written
   * later, possibly by another thread while {@link #apply} goes on.
   */
  Picture snapshot();

  /**
   * Replaces the whole content by a snapshot that includes everything up to {@code index}. Reads
   * {@code in} to its end.
   */
  void restore(long index, InputStream in) throws IOException;

  /**
   * An immutable picture that can be written once or more, by any thread. The bytes depend on the
   * content alone.
   */
  interface Picture {
    void writeTo(OutputStream out) throws IOException;
  }
}

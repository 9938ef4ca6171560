package dev.muster.door.rest;

import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.watch.Scope;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a GET looks at. It is looked at again whenever something changed there, so looking must be
 * cheap: find the node, tell its tag; the answer is made only if it is sent.
 */
public interface Look {

  /** What there is to see in a state. Throws a {@link Problem} for what is worth no waiting. */
  Seen at(State state);

  /** As {@link #at}, but absent if looking takes long, for once: then a worker does. */
  default @Nullable Seen atOnce(State state) {
    return at(state);
  }

  /**
   * What was seen.
   *
   * @param etag {@link EntityTag#ABSENT} for what does not exist; waiting for it is possible
   * @param isLong whether making the answer takes long: then a worker does
   * @param answer made on demand; the revision and the tag are put on it by the caller
   * @param view what the client gets to see, where that may stay the same while the tag changes: a
   *     poll waits on then. Absent where the tag tells all
   */
  record Seen(long etag, boolean isLong, Supplier<Answer> answer, @Nullable Supplier<byte[]> view) {
    Seen(long etag, boolean isLong, Supplier<Answer> answer) {
      this(etag, isLong, answer, null);
    }

    Seen(long etag, Supplier<Answer> answer) {
      this(etag, false, answer);
    }
  }

  /** Where changes of what is seen happen. */
  record At(Scope scope, Path path) {}
}

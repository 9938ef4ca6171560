package dev.muster.config;

import dev.muster.core.Node;
import dev.muster.core.State;
import org.jspecify.annotations.Nullable;

/**
 * What a write makes of an item, seen from one state; asked again of a newer one when somebody else
 * was faster. Has no effects.
 */
interface Edit {

  /**
   * What the item shall become.
   *
   * @param item absent if there is none
   */
  Result of(State state, @Nullable Node item);

  /** How many bytes are to be parsed for it. */
  default long parsedBytes(@Nullable Node item) {
    return 0;
  }

  /** Whether the content that was there is what this one is made of. */
  default boolean dependsOnContent() {
    return false;
  }

  /** How often it is tried; see {@link Writes}. */
  default int attemptsMax() {
    return Writes.ATTEMPTS_MAX;
  }

  /** What came of an edit. */
  sealed interface Result {}

  /** It cannot be made. */
  record Impossible(Outcome.Refused why) implements Result {}

  /**
   * The item as it shall be.
   *
   * @param origin the number of the release that is published again; 0 for none
   * @param check how much of the content is known to be in order
   * @param inPlace see {@link Outcome.Written}
   */
  record Edition(
      Content content,
      ItemMetadata metadata,
      Releases.Action action,
      long origin,
      Check check,
      boolean inPlace)
      implements Result {}

  /** What is still to be checked of a content before it is published. */
  enum Check {
    /** That it is of its format, and that it satisfies the schemas. */
    ALL,
    /** That it satisfies the schemas; its syntax was checked. */
    SCHEMAS,
    /** Nothing: it is what is published already. */
    NOTHING
  }
}

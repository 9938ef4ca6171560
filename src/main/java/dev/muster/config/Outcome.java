package dev.muster.config;

import dev.muster.core.Stat;
import java.util.Map;

/** What became of a write. */
public sealed interface Outcome {

  /** How a write that was done changed what it wrote. */
  enum Effect {
    CREATED,
    REPLACED,
    /** It was so already; nothing has changed and nobody was woken. */
    UNCHANGED
  }

  /**
   * It is as the writer wants it.
   *
   * @param revision of the state that has it
   * @param stat of the node written
   * @param release the number of the release that it made; 0 for none
   * @param inPlace whether what the writer did not name is as it was, comments included; of a
   *     change of a part of a content
   */
  record Written(Effect effect, long revision, Stat stat, long release, boolean inPlace)
      implements Outcome {}

  /**
   * It is gone.
   *
   * @param revision of the state that no longer has it
   */
  record Deleted(long revision) implements Outcome {}

  /**
   * Refused; nothing has changed.
   *
   * @param detail for people: what was wrong and what would be right
   * @param actual the revision found instead of the one demanded, or another number that explains;
   *     -1 where that says nothing
   * @param facts for programs: such as {@code problems}, a list of what is wrong
   */
  record Refused(Reason reason, String detail, long actual, Map<String, Object> facts)
      implements Outcome {
    Refused(Reason reason, String detail, long actual) {
      this(reason, detail, actual, Map.of());
    }

    Refused(Reason reason, String detail) {
      this(reason, detail, -1);
    }
  }

  /** Why a write was refused. */
  enum Reason {
    UNKNOWN_NAMESPACE,
    UNKNOWN_ITEM,
    UNKNOWN_RELEASE,
    UNKNOWN_SCHEMA,
    UNKNOWN_PROPERTY,
    /** The content is not of its format. */
    INVALID_CONTENT,
    /** The content violates a schema. */
    SCHEMA_VIOLATION,
    /** The schema is none. */
    INVALID_SCHEMA,
    /** Items that are there violate the schema. */
    ITEMS_VIOLATE_SCHEMA,
    /** The patch is no JSON. */
    INVALID_PATCH,
    /** Contents of this format are not changed in part. */
    UNSUPPORTED_FORMAT,
    /** The change cannot be made to this content. */
    INAPPLICABLE_CHANGE,
    ALREADY_EXISTS,
    REVISION_CONFLICT,
    NAMESPACE_NOT_EMPTY,
    /** One of that name was deleted, and its histories are still being removed. */
    NAMESPACE_NOT_GONE,
    SUBTREE_TOO_LARGE,
    DATA_BUDGET,
    /** Others wrote the same again and again in between. */
    CONTENTION
  }
}

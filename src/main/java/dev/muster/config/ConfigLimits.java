package dev.muster.config;

import dev.muster.format.FormatLimits;

/** The limits of items, their metadata, schemas and histories, in one place. */
public final class ConfigLimits {
  public static final int CONTENT_TYPE_BYTES_MAX = 256;

  // Metadata. An item's, with what a release says beside it, fits into a node's attributes.
  public static final int OWNER_BYTES_MAX = 256;
  public static final int DESCRIPTION_BYTES_MAX = 1_024;
  public static final int LABELS_MAX = 32;
  public static final int LABEL_NAME_CHARS_MAX = 63;
  public static final int LABEL_VALUE_CHARS_MAX = 128;

  /** Names and values together. */
  public static final int LABELS_BYTES_MAX = 3 << 10;

  /** Larger contents are parsed by a worker: it may take milliseconds. */
  public static final int PARSED_AT_ONCE_BYTES_MAX = 16 << 10;

  /**
   * How often a change of a part of an item is made anew when others write it meanwhile. Each try
   * that fails means that another one got through.
   */
  public static final int EDIT_ATTEMPTS_MAX = 32;

  public static final int PROPERTY_KEY_CHARS_MAX = FormatLimits.SINGLE_KEY_CHARS_MAX;
  public static final int PROPERTY_VALUE_BYTES_MAX = 64 << 10;

  public static final int SCHEMA_BYTES_MAX = FormatLimits.SCHEMA_BYTES_MAX;
  public static final int SCHEMAS_MAX = 1_000;

  /** Of what violates schemas, the first so many places are told. */
  public static final int VIOLATIONS_MAX = 100;

  /** Existing items that a new schema is checked against: how many, how much, for how long. */
  public static final int SCHEMA_ITEMS_MAX = 10_000;

  public static final long SCHEMA_ITEMS_BYTES_MAX = 64L << 20;
  public static final long SCHEMA_ITEMS_MILLIS_MAX = 10_000;

  /** Schemas that are kept compiled on each node: how many, and the bytes that they are made of. */
  public static final int COMPILED_SCHEMAS_MAX = 256;

  public static final long COMPILED_BYTES_MAX = 4L << 20;

  public static final int RELEASES_KEPT_DEFAULT = 100;
  public static final int RELEASES_KEPT_MAX = 1_000;

  /** Of an item's releases together; the newest content stays, however large. */
  public static final long RELEASES_BYTES_MAX = 8 << 20;

  public static final int HISTORY_DAYS_MAX = 3_650;
  public static final int DELETED_DAYS_DEFAULT = 30;

  /** Items that a page of a filtered listing looks at; it then ends, even if it is not full. */
  public static final int PAGE_LOOKED_AT_MAX = 10_000;

  private ConfigLimits() {}
}

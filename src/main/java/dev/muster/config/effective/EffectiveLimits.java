package dev.muster.config.effective;

/** Every limit of effective configuration, in one place. */
public final class EffectiveLimits {
  public static final int PROFILES_MAX = 16;
  public static final int LABELS_MAX = 32;

  /** Of the name of a profile or label, and of a label's value. */
  public static final int NAME_CHARS_MAX = 128;

  /** Items that one configuration is made of, each inclusion counted. */
  public static final int LAYERS_MAX = 256;

  public static final int INCLUDE_DEPTH_MAX = 16;

  /** Items of one name that differ in what they demand of labels. */
  public static final int VARIANTS_MAX = 256;

  /** Contents of the layers together. */
  public static final long LAYERS_BYTES_MAX = 8L << 20;

  /** Properties of all layers together, the overridden ones included. */
  public static final int PROPERTIES_MAX = 200_000;

  /**
   * Characters of all keys and values of the layers, and of the item's name that is told with each:
   * what an answer grows with.
   */
  public static final long LAYERS_CHARS_MAX = 16L << 20;

  /** Each name in a dotted key is looked at by itself, so that its cost grows with its square. */
  public static final int KEY_CHARS_MAX = 1_024;

  /** How deep references may lead to references. */
  public static final int REFERENCE_DEPTH_MAX = 64;

  /** How deep references may stand within each other. */
  public static final int REFERENCE_NESTING_MAX = 16;

  public static final int REFERENCES_MAX = 100_000;

  /** Characters of all values that references were resolved in: ten lines can ask for 2^30. */
  public static final long RESOLVED_CHARS_MAX = 8L << 20;

  /** What is parsed, or answered, without a worker: all four within about two milliseconds. */
  public static final int AT_ONCE_BYTES_MAX = 16 << 10;

  public static final int AT_ONCE_PROPERTIES_MAX = 500;
  public static final int AT_ONCE_CHARS_MAX = 64 << 10;

  /** So few that what they refer to cannot be multiplied by much. */
  public static final int AT_ONCE_REFERENCES_MAX = 8;

  public static final int PARSED_ENTRIES_MAX = 1_024;

  /** Memory for parsed items, contents included; an estimate. */
  public static final long PARSED_BYTES_MAX = 80L << 20;

  /** What a property takes beside its characters. */
  static final int PARSED_PROPERTY_BYTES = 200;

  public static final int PREVIEW_CHANGES_MAX = 60;

  /** Of a namespace, the first so many items are looked through for keys. */
  public static final int KEYS_ITEMS_MAX = 10_000;

  public static final long KEYS_BYTES_MAX = 32L << 20;

  /** Applications times profiles that are computed to tell who is affected. */
  public static final int KEYS_CONFIGURATIONS_MAX = 500;

  /** Properties that one search looks at, in items and then in configurations. */
  public static final long KEYS_PROPERTIES_MAX = 2_000_000;

  /** Characters that one search merges, references resolved. */
  public static final long KEYS_MERGED_CHARS_MAX = 256L << 20;

  /** Places that are told of one key. */
  public static final int KEYS_PLACES_MAX = 1_000;

  /** Characters of the values, keys and items that one search tells. */
  public static final long KEYS_TOLD_CHARS_MAX = 4L << 20;

  private EffectiveLimits() {}
}

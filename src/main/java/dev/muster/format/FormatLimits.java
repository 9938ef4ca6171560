package dev.muster.format;

/** Every limit of this package, in one place. What exceeds one is refused with a sentence. */
public final class FormatLimits {
  /** Of a content, in bytes; what a node of the tree may hold. */
  public static final int CONTENT_BYTES_MAX = 1 << 20;

  /** How deep mappings and sequences may be nested, aliases followed. */
  public static final int DEPTH_MAX = 64;

  /** Scalars, mappings and sequences of one content, each alias counted as what it stands for. */
  public static final int VALUES_MAX = 200_000;

  /** Characters of all scalars and names of one content, those behind each alias counted again. */
  public static final int VALUE_CHARS_MAX = 16 << 20;

  /** Characters of all dotted keys of one content together: deep and long names multiply. */
  public static final int KEY_CHARS_MAX = 16 << 20;

  /** Of the key of a single property. */
  public static final int SINGLE_KEY_CHARS_MAX = 1_024;

  /** Digits of a number: reading longer ones takes time that grows with their square. */
  public static final int NUMBER_CHARS_MAX = 1_000;

  /** Characters that the substitutions of a HOCON text may grow to. */
  public static final int HOCON_RESOLVED_CHARS_MAX = 16 << 20;

  /** Of what is wrong with one content, the first so many are told. */
  public static final int PROBLEMS_MAX = 100;

  public static final int SCHEMA_BYTES_MAX = 256 << 10;
  public static final int PATTERN_CHARS_MAX = 1_000;

  /** Of a pattern, with its counted repetitions written out: {@code (a{9}){9}} has 81. */
  public static final int PATTERN_SIZE_MAX = 5_000;

  /** Keywords applied to values in one check; a schema of references can ask for 2^n of them. */
  public static final int SCHEMA_STEPS_MAX = 1_000_000;

  /** Lines that differ, old times new, beyond which a difference is told as one block. */
  public static final long DIFF_LINE_PAIRS_MAX = 16_000_000;

  private FormatLimits() {}
}

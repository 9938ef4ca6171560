package dev.muster.config.transfer;

/** Every limit of this package, in one place. */
public final class TransferLimits {
  /** Of an archive as it is sent. */
  public static final int ARCHIVE_BYTES_MAX = 32 << 20;

  /** Of its contents together, unpacked: an archive must not be worth a thousand times its size. */
  public static final int CONTENTS_BYTES_MAX = 64 << 20;

  /** Of its files, those that are skipped included. */
  public static final int FILES_MAX = 10_000;

  /** Of {@code muster.json}, and of what Nacos writes beside its configurations. */
  public static final int MANIFEST_BYTES_MAX = 8 << 20;

  /** Names, values and brackets of one JSON text: more than all items with all they can have. */
  public static final long JSON_TOKENS_MAX = 2_000_000;

  /** Of what is wrong with an archive, the first so many are told. */
  public static final int PROBLEMS_MAX = 100;

  private TransferLimits() {}
}

package dev.muster.config.transfer;

import java.util.Locale;
import java.util.Optional;

/** What an archive may be. */
public enum BundleFormat {
  /** {@link MusterArchive}. */
  MUSTER,
  /** Plain files; also what {@code git archive --format=zip} makes of a commit. */
  DIRECTORY,
  /** What Nacos' console exports, of 2.x and of 1.x. */
  NACOS,
  /** The JSON of {@code consul kv export}. */
  CONSUL,
  /** What Apollo's portal exports. */
  APOLLO;

  /** As it is named in requests. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<BundleFormat> of(String text) {
    for (BundleFormat format : values()) {
      if (format.text().equals(text)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** What the bytes are, by the file that only one of the formats has; plain files otherwise. */
  public static BundleFormat detect(byte[] bytes) {
    if (!Archive.isZip(bytes)) {
      return CONSUL;
    }
    Archive archive = Archive.read(bytes);
    if (archive.files().containsKey(MusterArchive.MANIFEST)) {
      return MUSTER;
    }
    if (archive.files().containsKey(NacosArchive.METADATA)
        || archive.files().containsKey(NacosArchive.METADATA_OLD)) {
      return NACOS;
    }
    return archive.files().keySet().stream().anyMatch(ApolloArchive::isMetadata)
        ? APOLLO
        : DIRECTORY;
  }

  /**
   * Reads an archive. It may need a second for a large one.
   *
   * @param environment which of Apollo's environments; empty if there is one only. The other
   *     formats have none
   * @throws TransferException if it is not of this format, or passes a limit
   */
  public Bundle read(byte[] bytes, String environment) {
    return switch (this) {
      case MUSTER -> MusterArchive.read(Archive.read(bytes));
      case DIRECTORY -> DirectoryArchive.read(Archive.read(bytes));
      case NACOS -> NacosArchive.read(Archive.read(bytes));
      case CONSUL -> ConsulExport.read(bytes);
      case APOLLO -> ApolloArchive.read(Archive.read(bytes), environment);
    };
  }
}

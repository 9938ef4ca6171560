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

  /** As {@link #read(byte[], String)}, of the format that it turns out to be. */
  public static Bundle readAny(byte[] bytes, String environment) {
    if (bytes.length == 0) {
      throw new TransferException("The body is empty: there is nothing to import.");
    }
    if (!ZipReader.isZip(bytes)) {
      return CONSUL.read(bytes, environment);
    }
    Archive archive = Archive.read(bytes);
    return detect(archive).read(archive, environment);
  }

  /**
   * Reads what somebody sent. It may need a second for a large archive.
   *
   * @param environment which of Apollo's environments; empty if there is one only. The other
   *     formats have none
   * @throws TransferException if it is not of this format, or passes a limit
   */
  public Bundle read(byte[] bytes, String environment) {
    return this == CONSUL ? ConsulExport.read(bytes) : read(Archive.read(bytes), environment);
  }

  /** What an archive is, by the file that only one of the formats has; plain files otherwise. */
  static BundleFormat detect(Archive archive) {
    if (archive.files().containsKey(MusterArchive.MANIFEST)) {
      return MUSTER;
    }
    if (archive.files().containsKey(NacosMetadata.FILE)
        || archive.files().containsKey(NacosMetadata.FILE_OLD)) {
      return NACOS;
    }
    return archive.files().keySet().stream().anyMatch(ApolloArchive::isMetadata)
        ? APOLLO
        : DIRECTORY;
  }

  private Bundle read(Archive archive, String environment) {
    return switch (this) {
      case MUSTER -> MusterArchive.read(archive);
      case DIRECTORY -> DirectoryArchive.read(archive);
      case NACOS -> NacosArchive.read(archive);
      case APOLLO -> ApolloArchive.read(archive, environment);
      case CONSUL -> throw new IllegalStateException("Consul's exports are no archives");
    };
  }
}

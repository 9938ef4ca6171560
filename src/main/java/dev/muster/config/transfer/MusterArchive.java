package dev.muster.config.transfer;

import dev.muster.config.Content;
import dev.muster.core.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * An archive of our own: the contents as plain files under {@code items/}, and {@code muster.json}
 * with what files cannot say. The same items of the same namespace, at the same revision, make the
 * same bytes.
 */
public final class MusterArchive {
  static final String MANIFEST = "muster.json";

  private static final String FOLDER = "items/";

  /** Zip knows times of some zone only, and nobody needs one here. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private MusterArchive() {}

  /**
   * Packs a bundle.
   *
   * @throws TransferException if it is larger than what could be read again
   */
  public static byte[] write(Bundle bundle, String namespace, long revision) {
    demandReadable(bundle);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
      List<Manifest.Item> listed = new ArrayList<>();
      List<String> files = files(bundle);
      int index = 0;
      for (Bundle.Item item : bundle.items().values()) {
        listed.add(Manifest.Item.of(item, files.get(index++)));
      }
      byte[] manifest = new Manifest(Manifest.VERSION, namespace, revision, listed).json();
      if (manifest.length > TransferLimits.MANIFEST_BYTES_MAX) {
        throw tooLarge();
      }
      put(zip, MANIFEST, manifest);
      index = 0;
      for (Bundle.Item item : bundle.items().values()) {
        put(zip, files.get(index++), item.content().data().array());
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    if (out.size() > TransferLimits.ARCHIVE_BYTES_MAX) {
      throw tooLarge();
    }
    return out.toByteArray();
  }

  private static void demandReadable(Bundle bundle) {
    long bytes = 0;
    for (Bundle.Item item : bundle.items().values()) {
      bytes += item.content().data().length() + item.name().length() + 512L; // 512: in the manifest
    }
    if (bytes > TransferLimits.CONTENTS_BYTES_MAX
        || bundle.items().size() >= TransferLimits.FILES_MAX) {
      throw tooLarge();
    }
  }

  private static TransferException tooLarge() {
    return new TransferException(
        "The items are more than one archive may hold (%d items, %d bytes, %d packed); export them by prefixes."
            .formatted(
                TransferLimits.FILES_MAX - 1,
                TransferLimits.CONTENTS_BYTES_MAX,
                TransferLimits.ARCHIVE_BYTES_MAX));
  }

  /** Where the contents are: by their names, as far as a file system can have them all. */
  private static List<String> files(Bundle bundle) {
    Set<String> folders = new HashSet<>();
    for (String name : bundle.items().keySet()) {
      for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
        folders.add(FOLDER + plain(name.substring(0, slash)));
      }
    }
    Set<String> taken = new HashSet<>(folders);
    List<String> files = new ArrayList<>();
    for (String name : bundle.items().keySet()) {
      String file = FOLDER + plain(name);
      while (!taken.add(file)) {
        file += '~'; // a folder has the name, or another item but for a character
      }
      files.add(file);
    }
    return files;
  }

  /** Without the characters that a file of some system may not have. */
  private static String plain(String name) {
    return name.replaceAll("[\\\\:*?\"<>|]", "_");
  }

  private static void put(ZipOutputStream zip, String file, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(file);
    entry.setTimeLocal(TIME);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  static Bundle read(Archive archive) {
    byte[] json = archive.files().get(MANIFEST);
    if (json == null) {
      throw new TransferException("The archive has no " + MANIFEST + ".");
    }
    Manifest manifest = Manifest.read(MANIFEST, json);
    Bundle.Builder bundle = new Bundle.Builder();
    Set<String> listed = new HashSet<>(Set.of(MANIFEST));
    for (Manifest.Item item : manifest.items()) {
      byte[] content = archive.files().get(item.file());
      listed.add(item.file());
      if (content == null) {
        bundle.refuse(
            item.file(), "The archive lacks this file of the item '" + item.name() + "'.");
      } else {
        // The checksum is not compared: a file that was edited on the way is meant to be imported.
        bundle.add(
            item.file(),
            new Bundle.Item(
                item.name(),
                new Content(item.contentType(), Bytes.wrap(content)),
                item.metadata()));
      }
    }
    for (String file : archive.files().keySet()) {
      if (!listed.contains(file)) {
        bundle.skip(file, "is not listed in " + MANIFEST);
      }
    }
    return bundle.build(
        "namespace " + manifest.namespace() + " at revision " + manifest.revision());
  }
}

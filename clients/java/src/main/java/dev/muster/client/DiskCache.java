package dev.muster.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The last that was known of each resource, one file each: a head of a few lines, then the content.
 * A file is written beside, forced to disk and renamed, so that there is always a whole one; its
 * first line has the SHA-256 of all the rest. Failures are logged and never thrown: the cache is
 * for when nothing else is there. Thread-safe; processes may share a directory.
 */
final class DiskCache {
  private static final Logger LOG = System.getLogger(DiskCache.class.getName());
  private static final String MAGIC = "muster-cache 1 ";
  private static final String SUFFIX = ".cache";
  private static final String TEMPORARY_PREFIX = "new-";
  private static final String TEMPORARY = ".tmp";
  private static final int SHA256_HEX_CHARS = 64;

  private final Path directory;
  private final AtomicInteger files = new AtomicInteger();

  /** What this process has written or read last, to skip what is no newer. */
  private final Map<String, Snapshot> known = new ConcurrentHashMap<>();

  /** What could not be written, and was complained of. */
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  /** Makes the directory where it does not exist, readable by its owner only. */
  DiskCache(Path directory) throws IOException {
    this.directory = directory;
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, ownersOnly("rwx------"));
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path ignored : found) {
        files.incrementAndGet();
      }
    }
    removeRemains();
  }

  /** Of processes that were killed while they wrote; what is young may yet be renamed. */
  private void removeRemains() throws IOException {
    Instant old = Instant.now().minusMillis(Limits.CACHE_REMAINS_MILLIS);
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(directory, TEMPORARY_PREFIX + "*" + TEMPORARY)) {
      for (Path remains : found) {
        try {
          if (Files.getLastModifiedTime(remains).toInstant().isBefore(old)) {
            Files.deleteIfExists(remains);
          }
        } catch (IOException e) {
          LOG.log(Level.DEBUG, "Cannot remove " + remains, e); // another process may have
        }
      }
    }
  }

  private static FileAttribute<?>[] ownersOnly(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /**
   * Keeps a resource, unless something as new is kept already. That a resource is gone is kept too,
   * if it was there before.
   *
   * @param resource its path below {@code /api/v1/}
   */
  void write(String resource, Snapshot snapshot) {
    write(resource, snapshot, false);
  }

  /**
   * Keeps a resource, and that it does not exist, too: a later start without any server then knows
   * that, and need not fear to have missed something. For what is followed only; else anybody who
   * asks for many names would fill the disk.
   */
  void writeFollowed(String resource, Snapshot snapshot) {
    write(resource, snapshot, true);
  }

  private void write(String resource, Snapshot snapshot, boolean evenAbsent) {
    known.compute(
        resource,
        (name, before) -> {
          if (isKept(before, snapshot)) {
            return before;
          }
          Path file = file(resource);
          boolean exists = Files.exists(file);
          boolean worth = snapshot.exists() || evenAbsent;
          if (!exists && (!worth || files.get() >= Limits.CACHE_FILES_MAX)) {
            return before;
          }
          try {
            Snapshot kept = replace(resource, file, snapshot);
            if (!exists) {
              files.incrementAndGet();
            }
            failing.remove(resource);
            // Contents are not held twice: those who need them hold them.
            return kept.withoutContent();
          } catch (IOException | RuntimeException e) {
            LOG.log(
                failing.add(resource) ? Level.WARNING : Level.DEBUG,
                "Cannot cache " + resource + " in " + file + "; it is tried again",
                e);
            return before;
          }
        });
  }

  /** Whether what is kept need not, or must not, be replaced. */
  private static boolean isKept(@Nullable Snapshot kept, Snapshot snapshot) {
    return kept != null
        && (kept.asOf() > snapshot.asOf() || kept.modified() == snapshot.modified());
  }

  /** Returns what is in the file afterwards: perhaps another process knows something newer. */
  private Snapshot replace(String resource, Path file, Snapshot snapshot) throws IOException {
    byte[] bytes = encode(resource, snapshot);
    if (bytes.length > Limits.CACHE_FILE_BYTES_MAX) {
      throw new IOException("more than " + Limits.CACHE_FILE_BYTES_MAX + " bytes");
    }
    Path temporary =
        Files.createTempFile(directory, TEMPORARY_PREFIX, TEMPORARY, ownersOnly("rw-------"));
    try {
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
          channel.write(left);
        }
        channel.force(true);
      }
      CacheLock lock = CacheLock.of(directory);
      try {
        Snapshot found = read(resource, file);
        if (found != null && isKept(found, snapshot)) {
          return found;
        }
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        lock.close();
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    } catch (IOException notHere) {
      // Not every system opens directories; the rename is atomic all the same.
    }
    return snapshot;
  }

  /** What is kept of a resource, without its content. Reads the disk once. */
  @Nullable Snapshot head(String resource) {
    Snapshot found = known.get(resource);
    return found == null ? read(resource) : found;
  }

  /** What is kept of a resource; absent if nothing is, or nothing that is whole. */
  @Nullable Snapshot read(String resource) {
    Snapshot found = read(resource, file(resource));
    if (found != null) {
      known.merge(resource, found.withoutContent(), (a, b) -> a.asOf() >= b.asOf() ? a : b);
    }
    return found;
  }

  private static @Nullable Snapshot read(String resource, Path file) {
    try {
      if (Files.size(file) > Limits.CACHE_FILE_BYTES_MAX) {
        throw new IOException("it is larger than any file of the cache");
      }
      return decode(resource, Files.readAllBytes(file));
    } catch (NoSuchFileException none) {
      return null;
    } catch (IOException | RuntimeException e) {
      LOG.log(
          Level.WARNING,
          "The cache file " + file + " of " + resource + " is damaged and ignored: " + e);
      return null;
    }
  }

  private Path file(String resource) {
    return directory.resolve(sha256(resource.getBytes(StandardCharsets.UTF_8)) + SUFFIX);
  }

  private static byte[] encode(String resource, Snapshot snapshot) {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    rest.writeBytes(
        String.join(
                "\n",
                resource,
                Long.toString(snapshot.asOf()),
                Long.toString(snapshot.modified()),
                snapshot.contentType(),
                "")
            .getBytes(StandardCharsets.UTF_8));
    rest.writeBytes(snapshot.content());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes((MAGIC + sha256(rest.toByteArray()) + "\n").getBytes(StandardCharsets.US_ASCII));
    all.writeBytes(rest.toByteArray());
    return all.toByteArray();
  }

  private static Snapshot decode(String resource, byte[] all) throws IOException {
    int headChars = MAGIC.length() + SHA256_HEX_CHARS + 1;
    if (all.length < headChars) {
      throw new IOException("it is cut off");
    }
    byte[] rest = Arrays.copyOfRange(all, headChars, all.length);
    String head = new String(all, 0, headChars, StandardCharsets.US_ASCII);
    if (!head.equals(MAGIC + sha256(rest) + "\n")) {
      throw new IOException("its checksum or its format is another one");
    }
    String[] lines = new String[4];
    int start = 0;
    for (int i = 0; i < lines.length; i++) {
      int end = start;
      while (rest[end] != '\n') {
        end++;
      }
      lines[i] = new String(rest, start, end - start, StandardCharsets.UTF_8);
      start = end + 1;
    }
    if (!lines[0].equals(resource)) {
      throw new IOException("it is of " + lines[0]);
    }
    return new Snapshot(
        Long.parseLong(lines[1]),
        Long.parseLong(lines[2]),
        lines[3],
        Arrays.copyOfRange(rest, start, rest.length));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java platform has it
    }
  }
}

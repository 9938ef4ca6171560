package dev.muster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on the disk when writing fails, when processes share it, and who may read it. */
class DiskCacheTest {
  private static final String ITEM = "namespaces/shop/configs/a";

  @TempDir private Path parent;
  private Path directory;
  private DiskCache cache;

  @BeforeEach
  void open() throws IOException {
    directory = parent.resolve("cache");
    cache = new DiskCache(directory);
  }

  private static Snapshot of(long revision, String content) {
    return new Snapshot(revision, revision, "text/plain", content.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(DiskCache cache) {
    Snapshot found = cache.read(ITEM);
    return found == null ? null : new String(found.content(), StandardCharsets.UTF_8);
  }

  private Path file() throws IOException {
    return files().filter(file -> file.toString().endsWith(".cache")).findFirst().orElseThrow();
  }

  private Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList().stream();
    }
  }

  @Test
  void whatCouldNotBeWrittenIsWrittenTheNextTime() throws IOException {
    cache.write(ITEM, of(7, "seven"));
    Path file = file();
    Files.delete(file);
    Files.createFile(Files.createDirectory(file).resolve("in the way"));
    cache.write(ITEM, of(8, "eight"));
    Files.delete(file.resolve("in the way"));
    Files.delete(file);

    cache.write(ITEM, of(8, "eight"));
    assertEquals("eight", text(new DiskCache(directory)));
  }

  @Test
  void aProcessThatIsBehindDoesNotReplaceWhatAnotherHasWritten() throws IOException {
    DiskCache another = new DiskCache(directory);
    cache.write(ITEM, of(7, "seven"));
    another.write(ITEM, of(9, "nine"));
    cache.write(ITEM, of(8, "eight"));
    assertEquals("nine", text(new DiskCache(directory)));

    cache.write(ITEM, of(10, "ten"));
    assertEquals("ten", text(another));
  }

  @Test
  void whatIsDamagedIsReplaced() throws IOException {
    cache.write(ITEM, of(9, "nine"));
    Files.writeString(file(), "something else");
    DiskCache another = new DiskCache(directory);
    assertNull(text(another));
    another.write(ITEM, of(8, "eight"));
    assertEquals("eight", text(another));
  }

  @Test
  void manyWriteAtOnceAndTheNewestRemains() throws Exception {
    List<DiskCache> caches = List.of(cache, new DiskCache(directory), new DiskCache(directory));
    int last = 40;
    List<Thread> threads =
        caches.stream()
            .map(
                each ->
                    new Thread(
                        () -> {
                          for (int i = 1; i <= last; i++) {
                            each.write(ITEM, of(i, "revision " + i));
                          }
                        }))
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals("revision " + last, text(new DiskCache(directory)));
    assertTrue(files().noneMatch(file -> file.toString().endsWith(".tmp")));
  }

  @Test
  void whatWasLeftHalfWrittenIsRemoved() throws IOException {
    Path old = Files.writeString(directory.resolve("new-1.tmp"), "of a process that was killed");
    Path young = Files.writeString(directory.resolve("new-2.tmp"), "of one that writes");
    Files.setLastModifiedTime(
        old, FileTime.from(Instant.now().minusMillis(Limits.CACHE_REMAINS_MILLIS + 1_000)));
    cache = new DiskCache(directory);
    assertFalse(Files.exists(old));
    assertTrue(Files.exists(young));
  }

  @Test
  void onlyItsOwnerMayReadIt() throws IOException {
    assumeTrue(Files.getFileStore(parent).supportsFileAttributeView("posix"));
    cache.write(ITEM, of(7, "a secret"));
    assertEquals("rwx------", permissions(directory));
    assertEquals("rw-------", permissions(file()));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}

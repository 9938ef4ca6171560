package dev.muster.raft.log;

import static dev.muster.raft.log.LogTesting.SMALL;
import static dev.muster.raft.log.LogTesting.entries;
import static dev.muster.raft.log.LogTesting.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A kill between any two steps: every step ends with a force, and at each force the directory is
 * copied. Each copy must open as the log before the operation or as the log after it.
 */
class CrashImagesTest {
  @TempDir Path temporary;

  private final List<Path> images = new ArrayList<>();
  private boolean recording;

  private DurableLog open() throws IOException {
    return DurableLog.open(
        temporary.resolve("log"), SMALL.withFsync(true).withFsyncListener(nanos -> image()));
  }

  private void image() {
    if (recording) {
      Path image = temporary.resolve("image-" + images.size());
      try {
        LogTesting.copy(temporary.resolve("log"), image);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      images.add(image);
    }
  }

  private interface Operation {
    void on(DurableLog log) throws Exception;
  }

  /** What the images of this operation open as, in the order they were made. */
  private Set<String> outcomes(DurableLog log, Operation operation) throws Exception {
    String before = describe(log);
    images.clear();
    recording = true;
    image();
    operation.on(log);
    image();
    recording = false;
    Set<String> seen = new LinkedHashSet<>();
    for (Path image : images) {
      try (DurableLog opened = DurableLog.open(image, SMALL)) {
        String found = describe(opened);
        seen.add(found);
        long next = opened.lastAppended() + 1;
        opened.append(next, one(opened.currentTerm(), 3));
      }
      try (DurableLog again = DurableLog.open(image, SMALL)) {
        assertTrue(again.lastAppended() > again.firstAppended());
      }
    }
    assertTrue(images.size() > 2, "no step was seen");
    assertEquals(before, seen.iterator().next());
    assertTrue(seen.contains(describe(log)));
    return seen;
  }

  /** All that matters, except a commit index that may come back lower. */
  private static String describe(DurableLog log) {
    StringBuilder text = new StringBuilder();
    text.append("snapshot ").append(log.firstAppended());
    for (long i = Math.max(1, log.firstAppended()); i <= log.lastAppended(); i++) {
      text.append(' ').append(i).append(':').append(log.termAt(i));
    }
    return text.toString();
  }

  @Test
  void truncation() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 300, 50));
      log.commitIndex(20);
      assertEquals(2, outcomes(log, l -> l.deleteAllEntriesStartingFrom(30)).size());
      assertEquals(29, log.lastAppended());
    }
  }

  @Test
  void replacingTheTailByAnAppend() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 100, 50));
      log.commitIndex(20);
      Set<String> seen = outcomes(log, l -> l.append(30, one(2, 4)));
      assertTrue(seen.size() <= 3, "before, cut, after: " + seen.size());
    }
  }

  @Test
  void ownSnapshotAndCompaction() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 300, 50));
      log.commitIndex(250);
      Operation operation =
          l -> {
            try (SnapshotSink sink = l.beginSnapshot(220, 1)) {
              sink.write(new byte[100]);
              sink.commit();
            }
            l.compact(250);
          };
      assertEquals(2, outcomes(log, operation).size());
      assertEquals(220, log.firstAppended());
    }
  }

  @Test
  void installingOverAShorterLog() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 300, 50));
      log.commitIndex(250);
      assertEquals(2, outcomes(log, l -> install(l, 1_000, 3)).size());
      assertEquals(1_000, log.lastAppended());
    }
  }

  @Test
  void installingOverALongerLogThatDiffers() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 100, 50));
      log.commitIndex(90);
      log.append(101, entries(2, 300, 50));
      assertEquals(2, outcomes(log, l -> install(l, 200, 3)).size());
      assertEquals(200, log.lastAppended());
    }
  }

  @Test
  void installingOverALogThatContainsIt() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 300, 50));
      assertEquals(2, outcomes(log, l -> install(l, 200, 1)).size());
      assertEquals(300, log.lastAppended());
    }
  }

  @Test
  void stockRaftsSnapshotIsNeverSeenWithoutItsIndex() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 300, 50));
      log.commitIndex(250);
      Operation operation =
          l -> {
            l.setSnapshot(java.nio.ByteBuffer.wrap(new byte[] {1}));
            l.truncate(250);
          };
      Set<String> seen = outcomes(log, operation);
      assertEquals(2, seen.size());
      assertTrue(seen.stream().anyMatch(s -> s.startsWith("snapshot 250 250:1")), "" + seen);
    }
  }

  @Test
  void growingIntoNewSegments() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 10, 50));
      Set<String> seen = outcomes(log, l -> l.append(11, entries(1, 300, 50)));
      for (String log1 : seen) {
        assertTrue(log1.startsWith("snapshot 0 1:1 2:1 3:1 4:1 5:1 6:1 7:1 8:1 9:1 10:1"));
      }
    }
  }

  private static void install(DurableLog log, long index, long term) throws IOException {
    try (SnapshotSink sink = log.beginSnapshot(index, term)) {
      sink.write(new byte[100]);
      log.installSnapshot(sink);
    }
  }
}

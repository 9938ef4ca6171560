package dev.muster.raft.log;

import static dev.muster.raft.log.LogTesting.SMALL;
import static dev.muster.raft.log.LogTesting.entries;
import static dev.muster.raft.log.LogTesting.files;
import static dev.muster.raft.log.LogTesting.flip;
import static dev.muster.raft.log.LogTesting.one;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot is complete and verified, or it is not there. */
class SnapshotTest {
  @TempDir Path directory;

  private DurableLog open() throws Exception {
    return DurableLog.open(directory, SMALL);
  }

  private static byte[] content(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static void take(DurableLog log, long index, byte[] content) throws Exception {
    try (SnapshotSink sink = log.beginSnapshot(index, log.termAt(index))) {
      sink.write(content);
      sink.commit();
    }
  }

  @Test
  void contentComesBackWholeAndInChunks() throws Exception {
    byte[] content = content(700_001);
    try (DurableLog log = open()) {
      log.append(1, entries(1, 10, 10));
      log.commitIndex(10);
      take(log, 5, content);
      assertEquals(content.length, log.snapshotBytes());
    }
    try (DurableLog log = open()) {
      SnapshotFile snapshot = log.snapshot().orElseThrow();
      assertEquals(5, snapshot.index());
      assertEquals(1, snapshot.term());
      assertEquals(content.length, snapshot.size());
      assertTrue(snapshot.path().endsWith("snapshot-00000000000000000005.snap"));
      try (InputStream in = snapshot.open()) {
        assertArrayEquals(content, in.readAllBytes());
      }
      byte[] chunked = new byte[content.length];
      for (int at = 0; at < content.length; at += 65_536) {
        var chunk = snapshot.read(at, 65_536);
        chunk.get(chunked, at, chunk.remaining());
      }
      assertArrayEquals(content, chunked);
      assertEquals(0, snapshot.read(content.length, 10).remaining());
      assertThrows(IllegalArgumentException.class, () -> snapshot.read(content.length + 1, 1));
    }
  }

  @Test
  void anEmptySnapshotIsOne() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, one(1, 10));
      log.commitIndex(1);
      take(log, 1, new byte[0]);
    }
    try (DurableLog log = open()) {
      try (InputStream in = log.snapshot().orElseThrow().open()) {
        assertEquals(-1, in.read());
      }
    }
  }

  @Test
  void withoutCommitThereIsNothing() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 10, 10));
      log.commitIndex(10);
      try (SnapshotSink sink = log.beginSnapshot(5, 1)) {
        sink.write(content(300_000));
        assertThrows(IllegalStateException.class, () -> log.beginSnapshot(6, 1));
      }
      assertTrue(log.snapshot().isEmpty());
      assertEquals(0, files(directory, "snapshot-").size());
      try (SnapshotSink sink = log.beginSnapshot(6, 1)) {
        sink.commit();
        assertThrows(IllegalStateException.class, () -> sink.write(1));
      }
      assertThrows(IllegalArgumentException.class, () -> log.beginSnapshot(6, 1));
    }
    Files.write(directory.resolve("snapshot-00000000000000000009.snap.staged"), new byte[9]);
    try (DurableLog log = open()) {
      assertEquals(6, log.firstAppended());
      assertEquals(1, files(directory, "snapshot-").size(), "what was staged is removed");
    }
  }

  @Test
  void onlyCommittedEntriesOfThisLogCanBeCommittedAsSnapshot() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 10, 10));
      log.commitIndex(5);
      for (long[] wrong : new long[][] {{6, 1}, {5, 2}, {50, 1}}) {
        try (SnapshotSink sink = log.beginSnapshot(wrong[0], wrong[1])) {
          assertThrows(IllegalArgumentException.class, sink::commit);
        }
      }
      assertTrue(log.snapshot().isEmpty());
    }
  }

  @Test
  void appendsGoOnWhileAnotherThreadWritesASnapshot() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 10, 10));
      log.commitIndex(10);
      byte[] content = content(3_000_000);
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(
              () -> {
                try {
                  take(log, 10, content);
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      long index = 10;
      do {
        log.append(++index, one(1, 100));
      } while (!writer.isDone());
      writer.get(10, TimeUnit.SECONDS);
      assertEquals(10, log.firstAppended());
      assertEquals(index, log.lastAppended());
    }
  }

  @Test
  void aDamagedOneIsReplacedByTheOneBeforeIfTheLogHasTheRest() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 300, 50));
      log.commitIndex(300);
      take(log, 100, content(1000));
      log.compact(100);
      take(log, 200, content(1000));
    }
    Path newest = files(directory, "snapshot-").get(1);
    flip(newest, 500);
    try (DurableLog log = open()) {
      assertEquals(100, log.firstAppended());
      assertEquals(300, log.lastAppended());
      assertEquals(1, log.termAt(101));
      assertFalse(Files.exists(newest), "it is set aside");
      take(log, 200, content(1000));
      log.compact(200);
    }
    Path only =
        files(directory, "snapshot-0").stream()
            .filter(f -> f.toString().endsWith(".snap"))
            .findFirst()
            .orElseThrow();
    for (long at : new long[] {0, 9, 14, 22, 30, 500, 1032, 1040, 1047}) {
      flip(only, at);
      Exception refused = assertThrows(DamagedLogException.class, this::open, "byte " + at);
      assertTrue(refused.getMessage().contains(only.toString()), refused.getMessage());
      flip(only, at);
    }
    open().close();
  }

  @Test
  void aDamagedFirstSnapshotIsNotNeededByAWholeLog() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 30, 50));
      log.commitIndex(30);
      take(log, 20, content(1000));
    }
    flip(files(directory, "snapshot-").get(0), 500);
    try (DurableLog log = open()) {
      assertEquals(0, log.firstAppended());
      assertEquals(30, log.commitIndex());
      assertEquals(1, log.termAt(1));
    }
  }

  @Test
  void readingNoticesDamageThatCameLater() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, one(1, 10));
      log.commitIndex(1);
      take(log, 1, content(1000));
      SnapshotFile snapshot = log.snapshot().orElseThrow();
      flip(snapshot.path(), 600);
      try (InputStream in = snapshot.open()) {
        assertThrows(DamagedLogException.class, in::readAllBytes);
      }
    }
  }
}

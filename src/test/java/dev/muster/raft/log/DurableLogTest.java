package dev.muster.raft.log;

import static dev.muster.raft.log.LogTesting.SMALL;
import static dev.muster.raft.log.LogTesting.entries;
import static dev.muster.raft.log.LogTesting.entry;
import static dev.muster.raft.log.LogTesting.files;
import static dev.muster.raft.log.LogTesting.one;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Raft asks of its log, in one process and over a restart. */
class DurableLogTest {
  @TempDir Path directory;

  private DurableLog open() throws Exception {
    return DurableLog.open(directory, SMALL);
  }

  @Test
  void aNewLogIsEmpty() throws Exception {
    try (DurableLog log = open()) {
      assertEquals(0, log.firstAppended());
      assertEquals(0, log.lastAppended());
      assertEquals(0, log.commitIndex());
      assertEquals(0, log.currentTerm());
      assertEquals(0, log.size());
      assertNull(log.votedFor());
      assertNull(log.get(1));
      assertNull(log.getSnapshot());
      assertEquals(0, log.termAt(0));
      assertEquals(DurableLog.UNKNOWN_TERM, log.termAt(1));
    }
  }

  @Test
  void entriesSurviveARestartHoweverTheyWereBatched() throws Exception {
    LogEntry internal = new LogEntry(3, new byte[] {1, 2, 3, 4, 5}, 1, 3, true);
    try (DurableLog log = open()) {
      assertEquals(1, log.append(1, one(1, 10)));
      assertEquals(201, log.append(2, entries(2, 200, 150)));
      assertEquals(
          204, log.append(202, LogEntries.create(internal, new LogEntry(3, null), entry(3, 0))));
      assertEquals(205, log.append(205, one(4, 100_000)));
      assertEquals(206, log.append(206, one(4, 7)));
      log.commitIndex(205);
    }
    try (DurableLog log = open()) {
      assertEquals(206, log.lastAppended());
      assertEquals(205, log.commitIndex());
      assertEquals(4, log.currentTerm());
      for (int i = 2; i <= 201; i++) {
        assertArrayEquals(entry(2, 150).command(), log.get(i).command());
        assertEquals(2, log.termAt(i));
      }
      assertArrayEquals(new byte[] {2, 3, 4}, log.get(202).command());
      assertTrue(log.get(202).internal());
      assertNull(log.get(203).command());
      assertEquals(0, log.get(204).command().length);
      assertArrayEquals(entry(4, 100_000).command(), log.get(205).command());
      assertArrayEquals(entry(4, 7).command(), log.get(206).command());
      assertNull(log.get(207));
      List<Long> seen = new ArrayList<>();
      log.forEach((e, index) -> seen.add(index), 200, 1_000);
      assertEquals(List.of(200L, 201L, 202L, 203L, 204L, 205L, 206L), seen);
    }
  }

  @Test
  void deletedEntriesDoNotComeBackBehindAShorterAppend() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 100, 100));
      log.commitIndex(5);
      log.deleteAllEntriesStartingFrom(10);
      assertEquals(9, log.lastAppended());
      assertNull(log.get(10));
      log.append(10, one(2, 1));
      assertThrows(IllegalArgumentException.class, () -> log.deleteAllEntriesStartingFrom(5));
    }
    try (DurableLog log = open()) {
      assertEquals(10, log.lastAppended());
      assertEquals(2, log.termAt(10));
      assertNull(log.get(11));
      assertEquals(2, log.currentTerm());
      log.append(8, one(3, 1));
      assertEquals(8, log.lastAppended());
    }
    try (DurableLog log = open()) {
      assertEquals(8, log.lastAppended());
      assertEquals(3, log.termAt(8));
    }
  }

  @Test
  void gapsAndCommittedEntriesAreRefused() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 3, 10));
      log.commitIndex(2);
      assertThrows(IllegalArgumentException.class, () -> log.append(5, one(1, 1)));
      assertThrows(IllegalArgumentException.class, () -> log.append(2, one(1, 1)));
      assertThrows(IllegalArgumentException.class, () -> log.commitIndex(1));
      assertThrows(IllegalArgumentException.class, () -> log.commitIndex(4));
      assertEquals(3, log.lastAppended());
    }
  }

  @Test
  void compactionKeepsWhatTheSnapshotDoesNotHave() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 100, 100));
      log.append(101, entries(2, 100, 100));
      log.compact(200);
      assertEquals(1, log.firstStored(), "nothing is deleted without a snapshot");
      log.commitIndex(150);
      try (SnapshotSink sink = log.beginSnapshot(120, 2)) {
        sink.write(new byte[1000]);
        sink.commit();
      }
      assertEquals(120, log.firstAppended());
      log.compact(200);
      assertTrue(log.firstStored() > 1 && log.firstStored() <= 121);
      assertEquals(2, log.termAt(120));
    }
    try (DurableLog log = open()) {
      assertEquals(120, log.firstAppended());
      assertEquals(120, log.snapshot().orElseThrow().index());
      assertEquals(2, log.termAt(120));
      for (int i = 121; i <= 200; i++) {
        assertArrayEquals(entry(2, 100).command(), log.get(i).command());
      }
      assertEquals(150, log.commitIndex());
    }
  }

  @Test
  void anInstalledSnapshotBeginsTheLogAnew() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 10, 100));
      try (SnapshotSink sink = log.beginSnapshot(500, 4)) {
        sink.write(new byte[] {1, 2, 3});
        log.installSnapshot(sink);
      }
      assertEquals(500, log.lastAppended());
      assertEquals(500, log.commitIndex());
      assertEquals(500, log.firstAppended());
      assertEquals(4, log.termAt(500));
      assertEquals(4, log.currentTerm());
      assertNull(log.get(10));
      log.append(501, one(5, 9));
    }
    try (DurableLog log = open()) {
      assertEquals(501, log.lastAppended());
      assertEquals(500, log.commitIndex());
      assertEquals(4, log.termAt(500));
      assertEquals(5, log.termAt(501));
      try (SnapshotSink stale = log.beginSnapshot(501, 5)) {
        log.commitIndex(501);
        assertThrows(IllegalArgumentException.class, () -> log.installSnapshot(stale));
      }
    }
  }

  @Test
  void anInstalledSnapshotKeepsEntriesThatContinueIt() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 10, 100));
      try (SnapshotSink sink = log.beginSnapshot(7, 1)) {
        log.installSnapshot(sink);
      }
      assertEquals(10, log.lastAppended());
      assertEquals(7, log.commitIndex());
    }
    try (DurableLog log = open()) {
      assertEquals(10, log.lastAppended());
      assertEquals(7, log.commitIndex());
    }
  }

  @Test
  void stockRaftsWayOfSnapshots() throws Exception {
    try (DurableLog log = open()) {
      log.append(1, entries(1, 50, 100));
      log.commitIndex(40);
      log.setSnapshot(ByteBuffer.wrap(new byte[] {1, 2}));
      assertEquals(ByteBuffer.wrap(new byte[] {1, 2}), log.getSnapshot());
      log.truncate(40);
      assertEquals(40, log.firstAppended());
      log.setSnapshot(ByteBuffer.wrap(new byte[] {7}));
      log.reinitializeTo(90, new LogEntry(3, null));
      assertEquals(90, log.lastAppended());
      assertThrows(
          IllegalStateException.class, () -> log.reinitializeTo(95, new LogEntry(3, null)));
    }
    try (DurableLog log = open()) {
      assertEquals(ByteBuffer.wrap(new byte[] {7}), log.getSnapshot());
      assertEquals(90, log.firstAppended());
      assertEquals(90, log.lastAppended());
      assertEquals(90, log.commitIndex());
      assertEquals(3, log.get(90).term());
    }
  }

  @Test
  void twoLogsNeverShareADirectory() throws Exception {
    try (DurableLog log = open()) {
      Exception refused = assertThrows(IllegalStateException.class, this::open);
      assertTrue(refused.getMessage().contains(directory.toString()));
      assertTrue(log.isWritable());
    }
    open().close();
  }

  @Test
  void interruptsAreNotDiskFailures() throws Exception {
    try (DurableLog log = open()) {
      Thread.currentThread().interrupt();
      log.append(1, entries(1, 300, 100));
      log.currentTerm(9);
      assertEquals(1, log.get(1).term());
      assertTrue(Thread.interrupted());
      log.append(301, one(9, 1));
    }
    try (DurableLog log = open()) {
      assertEquals(301, log.lastAppended());
    }
  }

  @Test
  void deleteRemovesTheDirectory() throws Exception {
    DurableLog log = DurableLog.open(directory.resolve("below"), SMALL);
    log.append(1, one(1, 1));
    log.delete();
    assertFalse(directory.resolve("below").toFile().exists());
    assertEquals(List.of(), files(directory, "b"));
  }
}

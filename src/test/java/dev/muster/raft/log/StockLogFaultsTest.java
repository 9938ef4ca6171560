package dev.muster.raft.log;

import static dev.muster.raft.log.LogTesting.SMALL;
import static dev.muster.raft.log.LogTesting.entries;
import static dev.muster.raft.log.LogTesting.entry;
import static dev.muster.raft.log.LogTesting.flip;
import static dev.muster.raft.log.LogTesting.one;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jgroups.Address;
import org.jgroups.protocols.raft.FileBasedLog;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Why there is a log of our own: what jgroups-raft 1.1.4's FileBasedLog accepts (DESIGN.md section
 * 3, faults 3 and 4), and what this one does instead. If a stock half fails after an upgrade, the
 * fault is fixed there.
 */
class StockLogFaultsTest {
  private static final int STOCK_HEADER = 26;
  private static final int PAYLOAD = 31;

  @TempDir Path temporary;

  private FileBasedLog stock() throws Exception {
    FileBasedLog log = new FileBasedLog();
    log.useFsync(true);
    log.init(temporary.resolve("stock").toString(), null);
    return log;
  }

  private Path stockEntries() {
    return temporary.resolve("stock").resolve("entries.raft");
  }

  private DurableLog ours() throws Exception {
    return DurableLog.open(temporary.resolve("ours"), SMALL);
  }

  private Path oursEntries() throws Exception {
    return LogTesting.files(temporary.resolve("ours"), "segment-").get(0);
  }

  private void tenCommittedEntriesInBoth() throws Exception {
    try (FileBasedLog log = stock()) {
      log.append(1, entries(1, 10, PAYLOAD));
      log.commitIndex(10);
    }
    try (DurableLog log = ours()) {
      log.append(1, entries(1, 10, PAYLOAD));
      log.commitIndex(10);
    }
  }

  @Test
  void aFlippedByteOfACommandIsAccepted() throws Exception {
    tenCommittedEntriesInBoth();
    flip(stockEntries(), 4 * (STOCK_HEADER + PAYLOAD) + STOCK_HEADER + 3);
    try (FileBasedLog log = stock()) {
      assertEquals(10, log.lastAppended());
      byte[] expected = entry(1, PAYLOAD).command();
      expected[3] ^= 0x10;
      assertArrayEquals(expected, log.get(5).command(), "another command would be applied");
    }
    flip(oursEntries(), 64 + 4 * 64 + 33 + 3);
    assertThrows(DamagedLogException.class, this::ours);
  }

  @Test
  void aTornEntryIsAccepted() throws Exception {
    tenCommittedEntriesInBoth();
    cut(stockEntries(), 10L * (STOCK_HEADER + PAYLOAD) - 5);
    try (FileBasedLog log = stock()) {
      assertEquals(10, log.lastAppended(), "it counts");
      assertNull(log.get(10), "but is not there");
    }
    cut(oursEntries(), 64 + 10 * 64 - 5);
    assertThrows(DamagedLogException.class, this::ours, "it was committed");
  }

  @Test
  void aDamagedHeaderShortensTheLogBelowTheCommitIndex() throws Exception {
    tenCommittedEntriesInBoth();
    // The magic byte of the fifth record.
    flip(stockEntries(), 4 * (STOCK_HEADER + PAYLOAD));
    try (FileBasedLog log = stock()) {
      assertEquals(4, log.lastAppended());
      assertEquals(10, log.commitIndex());
    }
    flip(oursEntries(), 64 + 4 * 64);
    assertThrows(DamagedLogException.class, this::ours);
  }

  @Test
  void theTermGoesBack() throws Exception {
    try (FileBasedLog log = stock()) {
      log.currentTerm(7);
      log.append(1, one(3, 1));
      assertEquals(3, log.currentTerm(), "an old entry, sent again by a new leader");
      log.currentTerm(9);
      log.append(2, one(9, 1));
      log.deleteAllEntriesStartingFrom(2);
      assertEquals(3, log.currentTerm(), "a deleted tail");
      log.currentTerm(1);
    }
    try (FileBasedLog log = stock()) {
      assertEquals(1, log.currentTerm(), "it will vote in terms in which it voted before");
    }
    try (DurableLog log = ours()) {
      log.currentTerm(7);
      log.append(1, one(3, 1));
      assertEquals(7, log.currentTerm());
      log.currentTerm(9);
      log.append(2, one(9, 1));
      log.deleteAllEntriesStartingFrom(2);
      assertEquals(9, log.currentTerm());
      assertThrows(IllegalArgumentException.class, () -> log.currentTerm(1));
    }
    try (DurableLog log = ours()) {
      assertEquals(9, log.currentTerm());
    }
  }

  @Test
  void aVoteIsChangedWithinATerm() throws Exception {
    Address a = new UUID(1, 1);
    Address b = new UUID(2, 2);
    try (FileBasedLog log = stock()) {
      log.currentTerm(3);
      log.votedFor(a);
      log.votedFor(b);
      assertEquals(b, log.votedFor());
    }
    try (DurableLog log = ours()) {
      log.currentTerm(3);
      log.votedFor(a);
      assertThrows(IllegalStateException.class, () -> log.votedFor(b));
    }
  }

  /** The crash comes between the snapshot and the truncation. */
  @Test
  void theLogIsAppliedOntoTheSnapshotThatContainsIt() throws Exception {
    try (FileBasedLog log = stock()) {
      log.append(1, entries(1, 10, PAYLOAD));
      log.commitIndex(10);
      log.setSnapshot(ByteBuffer.wrap(new byte[] {10}));
    }
    try (FileBasedLog log = stock()) {
      assertNotNull(log.getSnapshot(), "everything up to 10");
      long replayedFrom = Math.max(1, log.firstAppended() + 1);
      assertEquals(1, replayedFrom, "and everything once more");
      assertEquals(10, log.commitIndex());
    }
    try (DurableLog log = ours()) {
      log.append(1, entries(1, 10, PAYLOAD));
      log.commitIndex(10);
      try (SnapshotSink sink = log.beginSnapshot(10, 1)) {
        sink.write(10);
        sink.commit();
      }
    }
    try (DurableLog log = ours()) {
      assertNotNull(log.getSnapshot());
      assertEquals(11, log.firstAppended() + 1, "where a replay would begin");
    }
  }

  @Test
  void aDamagedSnapshotIsAccepted() throws Exception {
    tenCommittedEntriesInBoth();
    try (FileBasedLog log = stock()) {
      log.setSnapshot(ByteBuffer.wrap(new byte[100]));
      log.truncate(10);
    }
    flip(temporary.resolve("stock").resolve("state_snapshot.raft"), 50);
    try (FileBasedLog log = stock()) {
      assertFalse(ByteBuffer.wrap(new byte[100]).equals(log.getSnapshot()));
    }
    try (DurableLog log = ours()) {
      log.append(11, entries(1, 200, 100));
      log.commitIndex(200);
      log.setSnapshot(ByteBuffer.wrap(new byte[100]));
      log.truncate(200);
      assertTrue(log.firstStored() > 1);
    }
    flip(LogTesting.files(temporary.resolve("ours"), "snapshot-").get(0), 50);
    assertThrows(DamagedLogException.class, this::ours);
  }

  private static void cut(Path file, long length) throws Exception {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      opened.setLength(length);
    }
  }
}

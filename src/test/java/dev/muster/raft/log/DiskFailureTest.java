package dev.muster.raft.log;

import static dev.muster.raft.log.LogTesting.SMALL;
import static dev.muster.raft.log.LogTesting.entries;
import static dev.muster.raft.log.LogTesting.flip;
import static dev.muster.raft.log.LogTesting.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.raft.Halt;
import dev.muster.raft.log.LogTesting.Halts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is nearly full is refused cleanly; one that fails stops the node. */
class DiskFailureTest {
  @TempDir Path directory;

  @Test
  void nothingIsWrittenWhenTheReserveIsReached() throws Exception {
    AtomicLong free = new AtomicLong(1 << 20);
    LogOptions options = SMALL.withReserveBytes(100_000).withFreeSpace(path -> free.get());
    try (DurableLog log = DurableLog.open(directory, options)) {
      log.append(1, entries(1, 10, 50));
      log.commitIndex(10);
      assertTrue(log.isWritable());

      free.set(99_999);
      assertFalse(log.isWritable());
      Exception refused = assertThrows(NoSpaceException.class, () -> log.append(11, one(2, 1)));
      assertTrue(refused.getMessage().contains("99999 bytes free"), refused.getMessage());
      assertThrows(NoSpaceException.class, () -> log.append(9 + 2, one(1, 1)));
      assertThrows(NoSpaceException.class, () -> log.beginSnapshot(5, 1));
      assertEquals(10, log.lastAppended());
      assertEquals(1, log.currentTerm(), "the term of what was refused was not taken");

      // Enough for what is preallocated, not enough for one more segment.
      free.set(101_000);
      assertTrue(log.isWritable());
      log.append(11, one(2, 1));
      assertThrows(NoSpaceException.class, () -> log.append(12, entries(2, 100, 100)));
      assertEquals(11, log.lastAppended());

      try (SnapshotSink sink = log.beginSnapshot(5, 1)) {
        free.set(100);
        assertThrows(NoSpaceException.class, () -> sink.write(new byte[600_000]));
      }
      assertTrue(log.snapshot().isEmpty());
      free.set(1 << 20);
      log.append(12, entries(2, 100, 100));
    }
    try (DurableLog log = DurableLog.open(directory, SMALL)) {
      assertEquals(111, log.lastAppended());
    }
  }

  @Test
  void aFailedForceHaltsAndNothingIsAcknowledgedAfterIt() throws Exception {
    Halts halts = new Halts();
    boolean[] broken = {false};
    LogOptions options =
        SMALL
            .withHalt(halts)
            .withFreeSpace(
                path -> {
                  if (broken[0]) {
                    throw new IOException("Input/output error");
                  }
                  return 1L << 40;
                });
    try (DurableLog log = DurableLog.open(directory, options)) {
      log.append(1, one(1, 1));
      broken[0] = true;
      Exception failed = assertThrows(UncheckedIOException.class, () -> log.append(2, one(1, 1)));
      assertTrue(failed.getMessage().contains("Input/output error"), failed.getMessage());
      broken[0] = false;
      assertEquals(List.of(Halt.Reason.DISK), halts.reasons);
      assertThrows(IllegalStateException.class, () -> log.append(2, one(1, 1)));
      assertThrows(IllegalStateException.class, () -> log.currentTerm(9));
      assertThrows(IllegalStateException.class, () -> log.get(1));
      assertFalse(log.isWritable());
    }
    assertEquals(List.of(Halt.Reason.DISK), halts.reasons);
    try (DurableLog log = DurableLog.open(directory, SMALL)) {
      assertEquals(1, log.lastAppended());
    }
  }

  @Test
  void anEntryThatRotsWhileTheNodeRunsHaltsIt() throws Exception {
    Halts halts = new Halts();
    try (DurableLog log = DurableLog.open(directory, SMALL.withHalt(halts))) {
      log.append(1, entries(1, 200, 100));
      flip(LogTesting.files(directory, "segment-").get(0), 120);
      assertThrows(DamagedLogException.class, () -> log.get(1));
      assertEquals(List.of(Halt.Reason.UNREADABLE), halts.reasons);
    }
  }

  @Test
  void forcesAreCounted() throws Exception {
    AtomicLong told = new AtomicLong();
    LogOptions options = SMALL.withFsync(true).withFsyncListener(nanos -> told.incrementAndGet());
    try (DurableLog log = DurableLog.open(directory, options)) {
      log.currentTerm(1);
      long before = told.get();
      log.append(1, entries(1, 20, 10));
      assertEquals(before + 1, told.get(), "one force for a batch");
      assertEquals(told.get(), log.fsyncs());
      assertTrue(log.fsyncNanosTotal() >= log.fsyncNanosLast());
    }
  }
}

package dev.muster.raft.log;

import static dev.muster.raft.log.LogTesting.SMALL;
import static dev.muster.raft.log.LogTesting.entries;
import static dev.muster.raft.log.LogTesting.entry;
import static dev.muster.raft.log.LogTesting.files;
import static dev.muster.raft.log.LogTesting.flip;
import static dev.muster.raft.log.LogTesting.one;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a crash may leave is repaired, what it cannot explain is refused: at every byte. Records
 * here fill 64 bytes (31 of payload), so that there is no padding, which no checksum covers.
 */
class CrashTest {
  private static final int PAYLOAD = 31;
  private static final int RECORD = 64;
  private static final int SAFE = 40;
  private static final int LAST_BATCH = 10;

  @TempDir Path temporary;
  private Path origin;
  private Path copy;

  /** Two segments; all but the last ten entries were appended, and so forced, before. */
  @BeforeEach
  void write() throws Exception {
    origin = temporary.resolve("origin");
    copy = temporary.resolve("copy");
    try (DurableLog log = DurableLog.open(origin, SMALL)) {
      log.append(1, entries(1, 70, PAYLOAD));
      for (int i = 1; i <= SAFE; i++) {
        log.append(70 + i, one(1, PAYLOAD));
      }
      log.append(71 + SAFE, entries(1, LAST_BATCH, PAYLOAD));
      log.commitIndex(70);
    }
    assertEquals(2, files(origin, "segment-").size());
  }

  private Path lastSegment() throws Exception {
    return files(copy, "segment-").get(1);
  }

  private int batchFrom() {
    // The first segment holds 63 records, the second begins with entry 64.
    return RecordFormat.SEGMENT_HEADER_BYTES + (70 + SAFE - 63) * RECORD;
  }

  private interface Damage {
    void to(Path segment, int at) throws Exception;
  }

  private void everythingAcknowledgedIsThere(Damage damage, int step) throws Exception {
    for (int at = batchFrom(); at < batchFrom() + LAST_BATCH * RECORD; at += step) {
      LogTesting.copy(origin, copy);
      damage.to(lastSegment(), at);
      long last;
      try (DurableLog log = DurableLog.open(copy, SMALL)) {
        last = log.lastAppended();
        assertTrue(last >= 70 + SAFE, "entry lost with damage at " + at);
        assertEquals(last + 1, log.append(last + 1, one(2, 5)));
      }
      try (DurableLog log = DurableLog.open(copy, SMALL)) {
        assertEquals(last + 1, log.lastAppended());
        assertEquals(2, log.termAt(last + 1));
        for (int i = 1; i <= last; i++) {
          assertArrayEquals(entry(1, PAYLOAD).command(), log.get(i).command());
        }
      }
    }
  }

  @Test
  void theLastAppendTornShort() throws Exception {
    everythingAcknowledgedIsThere(
        (segment, at) -> {
          byte[] bytes = Files.readAllBytes(segment);
          Arrays.fill(bytes, at, bytes.length, (byte) 0);
          Files.write(segment, bytes);
        },
        7);
  }

  @Test
  void theFileCutShort() throws Exception {
    everythingAcknowledgedIsThere(
        (segment, at) -> {
          try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.setLength(at);
          }
          assertEquals(at, Files.size(segment));
        },
        13);
  }

  @Test
  void theLastAppendWithLaterPagesWrittenFirst() throws Exception {
    everythingAcknowledgedIsThere(
        (segment, at) -> {
          byte[] bytes = Files.readAllBytes(segment);
          Arrays.fill(bytes, batchFrom(), at, (byte) 0);
          Files.write(segment, bytes);
        },
        7);
  }

  @Test
  void theLastAppendWithGarbage() throws Exception {
    everythingAcknowledgedIsThere(
        (segment, at) -> {
          byte[] bytes = Files.readAllBytes(segment);
          for (int i = at; i < at + 100; i++) {
            bytes[i] = (byte) (i * 7 + 3);
          }
          Files.write(segment, bytes);
        },
        11);
  }

  @Test
  void aFlippedBitInWhatWasForcedIsRefused() throws Exception {
    for (int segment = 0; segment < 2; segment++) {
      int to = segment == 0 ? 4096 : batchFrom();
      for (int at = RecordFormat.SEGMENT_HEADER_BYTES; at < to; at += 5) {
        LogTesting.copy(origin, copy);
        Path file = files(copy, "segment-").get(segment);
        flip(file, at);
        byte[] before = Files.readAllBytes(file);
        Exception refused =
            assertThrows(
                DamagedLogException.class, () -> DurableLog.open(copy, SMALL), "byte " + at);
        int record = (at - RecordFormat.SEGMENT_HEADER_BYTES) / RECORD;
        long entry = record + 1 + segment * 63L;
        String message = refused.getMessage();
        assertTrue(message.contains(file.toString()), message);
        assertTrue(message.contains("(entry " + entry + ")"), message);
        assertTrue(
            message.contains("byte " + (RecordFormat.SEGMENT_HEADER_BYTES + record * RECORD)),
            message);
        assertTrue(message.contains("move the directory"), message);
        assertArrayEquals(before, Files.readAllBytes(file), "nothing is changed by a refusal");
      }
    }
  }

  @Test
  void aTornTailBelowTheCommitIndexIsRefused() throws Exception {
    try (DurableLog log = DurableLog.open(origin, SMALL)) {
      log.commitIndex(71 + SAFE);
    }
    LogTesting.copy(origin, copy);
    flip(lastSegment(), batchFrom() + RECORD + 3);
    DurableLog.open(copy, SMALL).close();
    LogTesting.copy(origin, copy);
    flip(lastSegment(), batchFrom() + 3);
    Exception refused = assertThrows(DamagedLogException.class, () -> DurableLog.open(copy, SMALL));
    assertTrue(refused.getMessage().contains("committed"), refused.getMessage());
  }

  @Test
  void missingFilesAreRefused() throws Exception {
    for (String name : new String[] {"vote", "commit"}) {
      LogTesting.copy(origin, copy);
      Files.delete(copy.resolve(name));
      assertThrows(DamagedLogException.class, () -> DurableLog.open(copy, SMALL), name);
    }
    for (int segment = 0; segment < 2; segment++) {
      LogTesting.copy(origin, copy);
      Files.delete(files(copy, "segment-").get(segment));
      assertThrows(DamagedLogException.class, () -> DurableLog.open(copy, SMALL));
    }
    LogTesting.copy(origin, copy);
    for (Path segment : files(copy, "segment-")) {
      Files.delete(segment);
    }
    assertThrows(DamagedLogException.class, () -> DurableLog.open(copy, SMALL));
  }

  @Test
  void segmentsOfAnotherLogDoNotFit() throws Exception {
    LogTesting.copy(origin, copy);
    Path other = temporary.resolve("other");
    try (DurableLog log = DurableLog.open(other, SMALL)) {
      log.append(1, entries(2, 120, PAYLOAD));
    }
    Files.copy(
        files(other, "segment-").get(1),
        lastSegment(),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThrows(DamagedLogException.class, () -> DurableLog.open(copy, SMALL));
  }

  @Test
  void aSwappedRecordIsRefused() throws Exception {
    LogTesting.copy(origin, copy);
    Path segment = lastSegment();
    byte[] bytes = Files.readAllBytes(segment);
    int first = RecordFormat.SEGMENT_HEADER_BYTES;
    byte[] record = Arrays.copyOfRange(bytes, first, first + RECORD);
    System.arraycopy(bytes, first + RECORD, bytes, first, RECORD);
    System.arraycopy(record, 0, bytes, first + RECORD, RECORD);
    Files.write(segment, bytes);
    assertThrows(DamagedLogException.class, () -> DurableLog.open(copy, SMALL));
  }

  /** Whole, with the right index, but from another history: only the chain shows it. */
  @Test
  void aRecordOfAnotherHistoryIsRefused() throws Exception {
    LogTesting.copy(origin, copy);
    Path other = temporary.resolve("other");
    try (DurableLog log = DurableLog.open(other, SMALL)) {
      log.append(1, entries(2, 120, PAYLOAD));
    }
    byte[] bytes = Files.readAllBytes(lastSegment());
    byte[] strange = Files.readAllBytes(files(other, "segment-").get(1));
    int at = RecordFormat.SEGMENT_HEADER_BYTES + 10 * RECORD;
    System.arraycopy(strange, at, bytes, at, bytes.length - at);
    Files.write(lastSegment(), bytes);
    Exception refused = assertThrows(DamagedLogException.class, () -> DurableLog.open(copy, SMALL));
    assertTrue(refused.getMessage().contains("does not follow"), refused.getMessage());
  }
}

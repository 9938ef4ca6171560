package dev.muster.raft.log;

import static dev.muster.raft.log.LogTesting.SMALL;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of version 1, byte for byte. They are for ever: a change of the format gets a new
 * version and files of its own, and these must still be read. To make files for a new version, run
 * with {@code -Dgolden.write=<directory>}.
 */
class GoldenFilesTest {
  private static final Map<String, String> GOLDEN =
      Map.of(
          "segment-00000000000000000001.log", "segment-v1.bin",
          "snapshot-00000000000000000002.snap", "snapshot-v1.bin",
          "vote", "vote-v1.bin",
          "commit", "commit-v1.bin");

  @TempDir Path directory;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void write(Path target) throws Exception {
    try (DurableLog log = DurableLog.open(target, SMALL)) {
      log.vote(3, new UUID(0x0102030405060708L, 0x1112131415161718L));
      log.append(
          1,
          LogEntries.create(
              new LogEntry(1, bytes("first")),
              new LogEntry(2, bytes("an internal one")).internal(true)));
      log.append(3, LogEntries.create(new LogEntry(3, null), new LogEntry(3, new byte[0])));
      log.commitIndex(3);
      try (SnapshotSink sink = log.beginSnapshot(2, 2)) {
        sink.write(bytes("the state after two entries"));
        sink.commit();
      }
    }
  }

  private static byte[] golden(String name) throws Exception {
    try (InputStream in = GoldenFilesTest.class.getResourceAsStream("/log-format/" + name)) {
      return in.readAllBytes();
    }
  }

  @Test
  void whatIsWrittenIsVersionOne() throws Exception {
    write(directory);
    String target = System.getProperty("golden.write");
    for (var file : GOLDEN.entrySet()) {
      byte[] written = Files.readAllBytes(directory.resolve(file.getKey()));
      if (target != null) {
        Files.write(Path.of(target).resolve(file.getValue()), written);
      }
      assertArrayEquals(golden(file.getValue()), written, file.getValue());
    }
  }

  private void unpack() throws Exception {
    for (var file : GOLDEN.entrySet()) {
      Files.write(directory.resolve(file.getKey()), golden(file.getValue()));
    }
  }

  @Test
  void versionOneIsRead() throws Exception {
    unpack();
    try (DurableLog log = DurableLog.open(directory, SMALL)) {
      assertEquals(3, log.currentTerm());
      assertEquals(new UUID(0x0102030405060708L, 0x1112131415161718L), log.votedFor());
      assertEquals(4, log.lastAppended());
      assertEquals(3, log.commitIndex());
      assertArrayEquals(bytes("first"), log.get(1).command());
      assertTrue(log.get(2).internal());
      assertEquals(ByteBuffer.wrap(bytes("the state after two entries")), log.getSnapshot());
    }
  }

  @Test
  void aNewerVersionIsRefused() throws Exception {
    for (String name : GOLDEN.keySet()) {
      unpack();
      Path file = directory.resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      ByteBuffer.wrap(bytes).putInt(8, 2);
      Files.write(file, bytes);
      Exception refused =
          assertThrows(DamagedLogException.class, () -> DurableLog.open(directory, SMALL), name);
      assertTrue(
          refused.getMessage().startsWith(file + " was written by a newer Muster"),
          refused.getMessage());
      assertArrayEquals(bytes, Files.readAllBytes(file));
    }
  }
}

package dev.muster.raft.log;

import static dev.muster.raft.log.LogTesting.SMALL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jgroups.Address;
import org.jgroups.util.ExtendedUUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node never votes twice in a term, whatever happens to it in between. */
class VoteFileTest {
  private static final Address A = ExtendedUUID.randomUUID("a").put("raft-id", new byte[] {'a'});
  private static final Address B = ExtendedUUID.randomUUID("b").put("raft-id", new byte[] {'b'});

  @TempDir Path directory;

  private DurableLog open() throws Exception {
    return DurableLog.open(directory, SMALL);
  }

  @Test
  void termAndVoteSurviveARestart() throws Exception {
    try (DurableLog log = open()) {
      log.currentTerm(4);
      log.votedFor(A);
    }
    try (DurableLog log = open()) {
      assertEquals(4, log.currentTerm());
      assertEquals(A, log.votedFor());
      assertThrows(IllegalStateException.class, () -> log.votedFor(B));
      log.votedFor(A);
      log.votedFor(null);
      assertEquals(A, log.votedFor(), "a vote cannot be taken back");
      assertThrows(IllegalArgumentException.class, () -> log.currentTerm(3));
      log.currentTerm(4);
      assertEquals(A, log.votedFor(), "the same term again changes nothing");
      log.currentTerm(5);
      assertNull(log.votedFor(), "a new term begins without a vote");
      log.vote(7, B);
      assertThrows(IllegalArgumentException.class, () -> log.vote(6, A));
      assertThrows(IllegalStateException.class, () -> log.vote(7, A));
    }
    try (DurableLog log = open()) {
      assertEquals(7, log.currentTerm());
      assertEquals(B, log.votedFor());
    }
  }

  @Test
  void anyDamagedByteOfOneCopyLosesNothing() throws Exception {
    try (DurableLog log = open()) {
      log.vote(3, A);
      log.vote(4, B);
    }
    Path file = directory.resolve("vote");
    byte[] whole = Files.readAllBytes(file);
    assertEquals(2 * Slots.SLOT_BYTES, whole.length);
    for (int slot = 0; slot < 2; slot++) {
      for (int at = 0; at < 80; at += 3) {
        byte[] damaged = whole.clone();
        damaged[slot * Slots.SLOT_BYTES + at] ^= 0x40;
        if (at >= 8 && at < 12) {
          continue; // The version: a newer format is refused, see GoldenFilesTest.
        }
        Files.write(file, damaged);
        try (DurableLog log = open()) {
          assertEquals(4, log.currentTerm());
          assertEquals(B, log.votedFor());
        }
        assertTrue(Files.size(file) == whole.length);
      }
    }
  }

  @Test
  void twoDamagedCopiesAreRefused() throws Exception {
    open().close();
    Path file = directory.resolve("vote");
    LogTesting.flip(file, 13);
    LogTesting.flip(file, Slots.SLOT_BYTES + 13);
    Exception refused = assertThrows(DamagedLogException.class, this::open);
    assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
    assertTrue(refused.getMessage().contains("start with an empty one"), refused.getMessage());
  }

  @Test
  void aMissingVoteFileBesideALogIsRefused() throws Exception {
    open().close();
    Files.delete(directory.resolve("vote"));
    assertThrows(DamagedLogException.class, this::open);
  }
}

package dev.muster.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Incarnations, evidence of a divergence, the watchdog. */
class StartAndStopTest {
  @TempDir Path parent;
  private final List<Halt.Reason> halts = new ArrayList<>();
  private final Halt halt = (reason, message, cause) -> halts.add(reason);

  @Test
  void everyRunHasAHigherIncarnationWhateverTheClockSays() throws IOException {
    assertEquals(1_000, Incarnation.next(parent, 1_000));
    assertEquals(1_001, Incarnation.next(parent, 1_000));
    assertEquals(1_002, Incarnation.next(parent, 5));
    assertEquals(9_000, Incarnation.next(parent, 9_000));
  }

  @Test
  void aDamagedIncarnationSaysWhatToDo() throws IOException {
    Files.writeString(parent.resolve("incarnation"), "x1");
    IOException refused = assertThrows(IOException.class, () -> Incarnation.next(parent, 1_000));
    assertTrue(refused.getMessage().contains("delete it"), refused.getMessage());
  }

  @Test
  void aDivergedDirectoryIsMovedAsideAndOthersStay() throws IOException {
    Path directory = Files.createDirectory(parent.resolve("raft"));
    Files.writeString(directory.resolve("log"), "kept");
    Halt keeping = Evidence.keepOnDivergence(directory, halt);
    keeping.halt(Halt.Reason.DISK, "full", new IOException());
    Evidence.moveAside(directory);
    assertTrue(Files.exists(directory));
    keeping.halt(Halt.Reason.DIVERGED, "differs", new IllegalStateException());
    assertEquals(List.of(Halt.Reason.DISK, Halt.Reason.DIVERGED), halts);
    Evidence.moveAside(directory);
    assertFalse(Files.exists(directory));
    Path aside = aside().get(0);
    assertEquals("kept", Files.readString(aside.resolve("log")));
    assertEquals("differs\n", Files.readString(aside.resolve(Evidence.NOTE)));
    Evidence.moveAside(directory); // nothing there
  }

  @Test
  void aNodeThatDivergesAgainAndAgainWaitsForSomebodyToLook() throws Exception {
    Path directory = parent.resolve("raft");
    for (int i = 0; i < Evidence.KEPT_MAX; i++) {
      Files.createDirectory(parent.resolve("raft.diverged-" + i));
    }
    Files.createDirectory(directory);
    Evidence.moveAside(directory); // no note
    Files.writeString(directory.resolve(Evidence.NOTE), "differs");
    assertThrows(IOException.class, () -> Evidence.moveAside(directory));
    assertTrue(Files.exists(directory.resolve(Evidence.NOTE)));
    Files.delete(parent.resolve("raft.diverged-0"));
    Evidence.moveAside(directory);
    assertFalse(Files.exists(directory));
  }

  private List<Path> aside() throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.filter(path -> path.toString().contains(".diverged-")).toList();
    }
  }

  @Test
  void aThreadThatStandsStillIsEndedAndOneThatMovesIsNot() {
    AtomicLong rounds = new AtomicLong();
    Watchdog watchdog = new Watchdog(rounds::get, halt);
    for (int i = 0; i < 200; i++) {
      if (i % 29 == 0) {
        rounds.incrementAndGet();
      }
      watchdog.look();
    }
    assertEquals(List.of(), halts);
    for (int i = 0; i <= Watchdog.STUCK_AFTER.toSeconds() && halts.isEmpty(); i++) {
      watchdog.look();
    }
    assertEquals(List.of(Halt.Reason.STUCK), halts);
  }
}

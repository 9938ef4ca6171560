package org.jgroups.protocols.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.raft.Journal;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three or five members in one thread, on a clock and a network of the test's own, with lost and
 * late messages, partitions, coordinators of crossing views, crashes, snapshots and an emptied
 * directory. Every step is checked: one leader a term, no applied entry differs, nothing committed
 * is lost.
 */
class SimulationTest {
  private static final int SEEDS = Integer.getInteger("muster.raft.seeds", 10);
  private static final int STEPS = 2_000;
  @TempDir Path directory;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, SEEDS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void membersAgreeWhateverHappens(long seed) throws Exception {
    int members = seed % 4 == 0 ? 5 : 3;
    try (Simulation run = new Simulation(seed, directory, members)) {
      run.bootstrap();
      for (int i = 0; i < STEPS; i++) {
        run.step();
        run.check();
      }
      run.heal();
      String last = "last of " + seed;
      boolean done = false;
      for (int i = 0; i < 40_000 && !done; i++) {
        if (i % 100 == 0) {
          run.propose(last);
        }
        run.deliver();
        done = run.everybodyApplied(last);
      }
      run.check();
      assertTrue(done, "a healed cluster must commit: " + run);
      Journal first = run.journal(0);
      for (int i = 1; i < members; i++) {
        int shared = Math.min(first.size(), run.journal(i).size());
        assertEquals(first.lines().subList(0, shared), run.journal(i).lines().subList(0, shared));
      }
      assertTrue(run.applied() > 5, "a run in which little happens shows little: " + run);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}

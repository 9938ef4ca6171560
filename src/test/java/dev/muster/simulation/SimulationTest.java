package dev.muster.simulation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.muster.core.Event;
import dev.muster.core.Proposer;
import dev.muster.core.Refusal;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replicas agree however they lag and are restarted. A few seeds by default; many with {@code
 * ./mvnw test -Dtest=SimulationTest -Dmuster.simulation.seeds=1000}, from another one on with
 * {@code -Dmuster.simulation.from=4711}.
 */
class SimulationTest {

  /** What takes thousands of nodes, or of sessions, or chance; the tests of the core have it. */
  private static final Set<String> BEYOND_A_SMALL_RUN =
      Stream.of(
              Refusal.SUBTREE_TOO_LARGE,
              Refusal.TOO_MANY_EPHEMERALS,
              Refusal.TOO_MANY_SESSIONS,
              Refusal.PATH_TOO_LONG)
          .map(Refusal::toString)
          .collect(Collectors.toSet());

  static LongStream seeds() {
    long from = Long.getLong("muster.simulation.from", 1);
    return LongStream.range(from, from + Long.getLong("muster.simulation.seeds", 6));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void replicasAgreeHoweverTheyLagAndAreRestarted(long seed) {
    new Simulation(seed).run(1_500);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aLogCutAnywhereEndsTheSame(long seed) {
    new Simulation(seed).run(250).replayFromEveryCut();
  }

  /** A run that never met a repeated entry would prove nothing about repeated entries. */
  @Test
  void runsMeetWhatTheyAreFor() {
    Set<String> met = new TreeSet<>();
    seeds().limit(3).forEach(seed -> met.addAll(new Simulation(seed).run(1_500).met()));
    Set<String> wanted = new TreeSet<>();
    Stream.of(Proposer.Verdict.values()).forEach(verdict -> wanted.add(verdict.toString()));
    Stream.of(Event.Type.values()).forEach(type -> wanted.add(type.toString()));
    Stream.of(Refusal.values()).forEach(why -> wanted.add(why.toString()));
    wanted.removeAll(BEYOND_A_SMALL_RUN);
    wanted.removeAll(met);
    assertEquals(Set.of(), wanted, "never came up");
  }

  @Test
  void theSameSeedIsTheSameRun() {
    assertArrayEquals(new Simulation(1).run(300).end(), new Simulation(1).run(300).end());
  }
}

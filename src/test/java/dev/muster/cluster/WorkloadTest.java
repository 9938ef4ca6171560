package dev.muster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.muster.cluster.FakeNodes.Lie;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The cluster test could fail: its clients and judges notice every lie of a fake cluster. */
class WorkloadTest {
  private static final int WRITES = 240;

  @Test
  void anHonestClusterIsInnocent() throws Exception {
    assertEquals(List.of(), violations(Lie.NONE));
  }

  @ParameterizedTest
  @EnumSource(value = Lie.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aLiarIsCaught(Lie lie) throws Exception {
    assertNotEquals(List.of(), violations(lie));
  }

  private static List<String> violations(Lie lie) throws Exception {
    try (FakeNodes nodes = new FakeNodes(lie)) {
      Workload workload = new Workload(nodes.uris(), 1);
      workload.start();
      for (int phase = 0; phase < 4; phase++) {
        workload.awaitProgress(WRITES / 4, Duration.ofSeconds(30));
        workload.nextPhase();
      }
      long last = workload.finish();
      return new Judge(workload).violations(nodes.uris(), last);
    }
  }
}

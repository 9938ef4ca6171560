package dev.muster.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.raft.DivergenceGuard.Report;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DivergenceGuardTest {
  private static final long WRONG = -1;

  private final List<String> halts = new ArrayList<>();
  private String leader = "n2";
  private long nowNanos;
  private final DivergenceGuard guard =
      new DivergenceGuard(
          "n1", () -> leader, (reason, message, cause) -> halts.add(reason + " " + message));

  private void apply(long from, long to) {
    for (long position = from; position <= to; position++) {
      guard.applied(position, chain(position));
    }
  }

  private static long chain(long position) {
    return position * 31;
  }

  private void agrees(String member, long position) {
    guard.reported(member, new Report(position, chain(position)), nowNanos);
  }

  private void differs(String member, long position) {
    guard.reported(member, new Report(position, WRONG), nowNanos);
  }

  @Test
  void nodesThatAgreeGoOn() {
    assertNull(guard.newest());
    apply(1, 10);
    assertEquals(new Report(10, chain(10)), guard.newest());
    agrees("n2", 10);
    agrees("n3", 7);
    assertEquals(List.of(), halts);
  }

  @Test
  void whoeverDiffersFromTheMajorityHalts() {
    leader = "n1"; // though it leads
    apply(1, 10);
    differs("n2", 9);
    assertEquals(List.of(), halts);
    differs("n3", 10);
    assertTrue(halts.get(0).startsWith("DIVERGED "), halts.toString());
  }

  @Test
  void whoeverIsInTheMajorityGoesOnThoughTheLeaderDiffers() {
    apply(1, 10);
    agrees("n3", 5);
    differs("n2", 8); // n3's word about 5 says nothing about 8: wait
    assertEquals(List.of(), halts);
    agrees("n3", 10);
    differs("n2", 10);
    assertEquals(List.of(), halts);
  }

  @Test
  void whoeverIsAloneWithTheLeaderAndDiffersHalts() {
    apply(1, 10);
    differs("n2", 10);
    assertEquals(1, halts.size());
  }

  @Test
  void theLeaderGoesOnIfOnlyOneDiffers() {
    leader = "n1";
    apply(1, 10);
    differs("n2", 10);
    leader = null; // nobody knows
    differs("n2", 10);
    assertEquals(List.of(), halts);
  }

  @Test
  void theLastWordOfANodeThatIsGoneDoesNotCountForEver() {
    apply(1, 10);
    agrees("n3", 5);
    differs("n2", 8);
    assertEquals(List.of(), halts);
    nowNanos += DivergenceGuard.REPORTS_FOR.toNanos();
    differs("n2", 9);
    assertEquals(1, halts.size());
  }

  @Test
  void aReportAboutAPositionStillToComeIsComparedWhenItHasCome() {
    apply(1, 10);
    differs("n2", 15);
    apply(11, 20);
    // As a follower under load always sees the leader: ahead of itself.
    differs("n2", 25);
    assertEquals(1, halts.size());
  }

  @Test
  void aReportThatWaitsIsNotPushedOutByLaterOnes() {
    apply(1, 10);
    differs("n2", 15);
    differs("n2", 500); // far behind: the next ones never come within reach
    apply(11, 20);
    differs("n2", 1_000);
    assertEquals(1, halts.size());
  }

  @Test
  void whatIsTooLongAgoOrWasReplacedIsNotCompared() {
    apply(1, 10 + DivergenceGuard.POSITIONS_KEPT);
    differs("n2", 10);
    assertEquals(List.of(), halts);
    guard.restored();
    assertNull(guard.newest());
    differs("n2", DivergenceGuard.POSITIONS_KEPT);
    differs("n2", 0);
    assertEquals(List.of(), halts);
  }
}

package dev.muster.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.raft.DivergenceGuard.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DivergenceGuardTest {
  private static final List<String> MEMBERS = List.of("n1", "n2", "n3");
  private static final long WRONG = -1;

  private final List<String> halts = new ArrayList<>();
  private String leader = "n2";
  private long nowNanos;
  private final DivergenceGuard guard = guard("n1");

  private DivergenceGuard guard(String self) {
    return new DivergenceGuard(
        self,
        MEMBERS,
        () -> leader,
        (reason, message, cause) -> halts.add(self + " " + reason + " " + message));
  }

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

  /** Time enough for everybody who is there to be heard. */
  private void afterAWhile() {
    nowNanos += DivergenceGuard.REPORTS_FOR.toNanos();
    guard.look(nowNanos);
  }

  private void assertHalted(Halt.Reason reason) {
    assertEquals(1, halts.size(), halts.toString());
    assertTrue(halts.get(0).startsWith("n1 " + reason), halts.toString());
  }

  @Test
  void nodesThatAgreeGoOn() {
    assertNull(guard.newest());
    apply(1, 10);
    assertEquals(new Report(10, chain(10)), guard.newest());
    agrees("n2", 10);
    agrees("n3", 7);
    afterAWhile();
    assertEquals(OptionalLong.empty(), guard.disputed());
    assertEquals(List.of(), halts);
  }

  @Test
  void whoeverDiffersFromTheMajorityHaltsThoughItLeads() {
    leader = "n1";
    apply(1, 10);
    differs("n2", 9);
    assertEquals(OptionalLong.of(9), guard.disputed());
    differs("n3", 10); // from this node; nobody knows whether from n2 as well
    assertEquals(List.of(), halts);
    differs("n3", 9);
    assertHalted(Halt.Reason.DIVERGED);
  }

  @Test
  void whoeverIsInTheMajorityGoesOnThoughTheLeaderDiffers() {
    apply(1, 10);
    differs("n2", 8);
    agrees("n3", 5); // says nothing about 8
    assertEquals(OptionalLong.of(8), guard.disputed());
    agrees("n3", 10);
    assertEquals(OptionalLong.empty(), guard.disputed());
    afterAWhile();
    assertEquals(List.of(), halts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"n1", "n2", "n3"})
  void whoeverDiffersFromTwoThatDifferKeepsItsData(String leading) {
    leader = leading;
    apply(1, 10);
    differs("n2", 10);
    guard.reported("n3", new Report(10, WRONG - 1), nowNanos);
    assertEquals(List.of(), halts);
    afterAWhile();
    assertHalted(Halt.Reason.DISPUTED);
    assertTrue(halts.get(0).contains("n2 has ffffffffffffffff, n3 has fffffffffffffffe"));
  }

  @Test
  void whoeverIsAloneWithTheLeaderAndDiffersHaltsButKeepsItsData() {
    apply(1, 10);
    differs("n2", 10);
    assertEquals(List.of(), halts, "a third may still be heard");
    afterAWhile();
    assertHalted(Halt.Reason.DISPUTED);
  }

  @Test
  void theLeaderGoesOnIfOnlyOneDiffers() {
    leader = "n1";
    apply(1, 10);
    differs("n2", 10);
    afterAWhile();
    leader = null; // nobody knows
    differs("n2", 10);
    afterAWhile();
    assertEquals(List.of(), halts);
  }

  @Test
  void aNodeThatIsAliveIsWaitedFor() {
    apply(1, 10);
    differs("n2", 10);
    agrees("n3", 5);
    nowNanos += 1; // so that its word is not too old when the dispute is
    agrees("n3", 5);
    nowNanos -= 1;
    afterAWhile();
    assertEquals(List.of(), halts);
    assertEquals(OptionalLong.empty(), guard.disputed(), "another position is asked for");
    apply(11, 20);
    differs("n2", 15);
    assertEquals(OptionalLong.of(15), guard.disputed());
    afterAWhile(); // n3 is gone
    assertHalted(Halt.Reason.DISPUTED);
  }

  @Test
  void aStrangerHasNoVote() {
    apply(1, 10);
    differs("n4", 10);
    differs("n1", 10);
    assertEquals(OptionalLong.empty(), guard.disputed());
    differs("n2", 10);
    differs("n4", 10);
    assertEquals(List.of(), halts);
  }

  @Test
  void aReportAboutAPositionStillToComeIsComparedWhenItHasCome() {
    apply(1, 10);
    differs("n2", 15);
    apply(11, 20);
    // As a follower under load always sees the leader: ahead of itself.
    differs("n2", 25);
    assertEquals(OptionalLong.of(15), guard.disputed());
  }

  @Test
  void aReportThatWaitsIsNotPushedOutByLaterOnes() {
    apply(1, 10);
    differs("n2", 15);
    differs("n2", 500); // far behind: the next ones never come within reach
    apply(11, 20);
    differs("n2", 1_000);
    assertEquals(OptionalLong.of(15), guard.disputed());
  }

  @Test
  void whatIsTooLongAgoOrWasReplacedIsNotCompared() {
    apply(1, 10 + DivergenceGuard.POSITIONS_KEPT);
    differs("n2", 10);
    assertEquals(OptionalLong.empty(), guard.disputed());
    differs("n2", 20);
    guard.restored();
    assertEquals(OptionalLong.empty(), guard.disputed());
    assertNull(guard.newest());
    differs("n2", DivergenceGuard.POSITIONS_KEPT);
    differs("n2", 0);
    assertEquals(OptionalLong.empty(), guard.disputed());
    assertEquals(List.of(), halts);
  }

  @ParameterizedTest(name = "{0} of three differ")
  @ValueSource(ints = {1, 2, 3})
  void threeNodesUnderLoadFindOutWhoIsWrong(int different) {
    Map<String, DivergenceGuard> guards = new LinkedHashMap<>();
    MEMBERS.forEach(member -> guards.put(member, guard(member)));
    for (int second = 0; second <= DivergenceGuard.REPORTS_FOR.toSeconds() + 1; second++) {
      for (String from : MEMBERS) {
        int number = MEMBERS.indexOf(from);
        // They are never at the same position when they report.
        for (long position = 1; position <= 100L * second + number; position++) {
          guards.get(from).applied(position, number < different ? number - 10 : 7);
        }
      }
      for (String from : MEMBERS) {
        for (String to : MEMBERS) {
          if (!from.equals(to)) {
            exchange(guards.get(from), from, guards.get(to), to);
          }
        }
      }
      nowNanos += 1_000_000_000L;
      guards.values().forEach(each -> each.look(nowNanos));
    }
    List<String> ended =
        halts.stream().map(halt -> halt.replaceFirst(" at or before.*", "")).sorted().toList();
    if (different == 1) {
      assertEquals(List.of("n1 DIVERGED"), ended.stream().distinct().toList());
    } else {
      assertEquals(
          List.of("n1 DISPUTED", "n2 DISPUTED", "n3 DISPUTED"), ended.stream().distinct().toList());
    }
  }

  /** What {@link Checkpoints} does. */
  private void exchange(DivergenceGuard from, String sender, DivergenceGuard to, String receiver) {
    Report newest = from.newest();
    if (newest != null) {
      to.reported(sender, newest, nowNanos);
    }
    OptionalLong disputed = from.disputed();
    Report answer = disputed.isPresent() ? to.at(disputed.getAsLong()) : null;
    if (answer != null) {
      from.reported(receiver, answer, nowNanos);
    }
  }
}

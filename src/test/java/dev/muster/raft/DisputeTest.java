package dev.muster.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.muster.raft.Dispute.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisputeTest {

  /** Each letter is what a member holds, the first one this node; a dot is one not heard. */
  @ParameterizedTest(name = "{0}, number {1} leads: {2}, at last {3}")
  @CsvSource({
    "AA.,   1, RIGHT, RIGHT",
    "ABB,   1, WRONG, WRONG",
    "ABA,   2, RIGHT, RIGHT",
    "ABC,   1, OPEN,  LOST",
    "ABC,   2, OPEN,  LOST",
    "ABC,   0, OPEN,  LOST",
    "AB.,   1, OPEN,  OPEN",
    "AB.,   2, OPEN,  LOST",
    "AB.,   0, OPEN,  OPEN",
    "A..,   2, OPEN,  OPEN",
    "AABBB, 1, WRONG, WRONG",
    "AABBC, 1, OPEN,  LOST",
    "AABB., 1, OPEN,  OPEN",
    "AABB., 3, OPEN,  LOST",
    "ABB.., 1, OPEN,  LOST",
    "AAB.., 3, OPEN,  OPEN",
    "ABC.., 1, OPEN,  OPEN",
    "ABC.., 3, OPEN,  LOST",
    "AABBC, 5, OPEN,  LOST",
    "AB,    1, OPEN,  LOST",
    "AABB,  1, OPEN,  LOST",
  })
  void onlyAMajorityOfAllMembersIsRight(
      String held, int leader, Verdict meanwhile, Verdict atLast) {
    Dispute dispute =
        new Dispute("m1", held.length(), new DivergenceGuard.Report(9, held.charAt(0)), 0);
    for (int i = 1; i < held.length(); i++) {
      if (held.charAt(i) == held.charAt(0)) {
        dispute.agree("m" + (i + 1));
      } else if (held.charAt(i) != '.') {
        dispute.vote("m" + (i + 1), held.charAt(i));
      }
    }
    assertEquals(meanwhile, dispute.verdict());
    assertEquals(atLast, dispute.lastVerdict(leader == 0 ? null : "m" + leader));
  }
}

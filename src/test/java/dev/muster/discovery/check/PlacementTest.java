package dev.muster.discovery.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.discovery.InstanceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final int CHECKS = 30_000;
  private static final List<String> NODES = List.of("n1", "n2", "n3");

  private static List<Long> checks() {
    List<Long> checks = new ArrayList<>();
    for (int i = 0; i < CHECKS; i++) {
      checks.add(
          Placement.hash(new InstanceKey("shop", "orders", "i" + i / 2), i % 2 == 0 ? "a" : "b"));
    }
    return checks;
  }

  @Test
  void everyNodeGetsItsShare() {
    for (String node : NODES) {
      double share =
          (double)
              checks().stream().filter(check -> node.equals(Placement.first(NODES, check))).count();
      // Five times the deviation that chance has.
      assertEquals(CHECKS / 3.0, share, 5 * Math.sqrt(CHECKS * 2 / 9.0), node);
    }
  }

  @Test
  void whenANodeGoesOnlyItsChecksMoveAndToTheSecondOnes() {
    for (long check : checks()) {
      String first = Placement.first(NODES, check);
      String without3 = Placement.first(List.of("n2", "n1"), check);
      if ("n3".equals(first)) {
        assertEquals(Placement.second(NODES, check), without3);
      } else {
        assertEquals(first, without3);
      }
    }
  }

  @Test
  void theOrderOfNodesIsNoMatter() {
    for (long check : checks()) {
      assertEquals(
          Placement.first(NODES, check), Placement.first(List.of("n3", "n1", "n2"), check));
      assertNotEquals(Placement.first(NODES, check), Placement.second(NODES, check));
    }
  }

  @Test
  void nobodyIsNobody() {
    assertNull(Placement.first(Set.of(), 7));
    assertEquals("n1", Placement.first(Set.of("n1"), 7));
    assertNull(Placement.second(Set.of("n1"), 7));
  }

  @Test
  void hashesDiffer() {
    assertEquals(CHECKS, checks().stream().distinct().count());
    assertNotEquals(
        Placement.hash(new InstanceKey("a", "bc", "d"), "e"),
        Placement.hash(new InstanceKey("ab", "c", "d"), "e"));
    // All nodes must agree, whatever version they are of: this number is for ever.
    assertEquals(
        3622423649542362867L, Placement.hash(new InstanceKey("shop", "orders", "i1"), "web"));
    assertTrue(NODES.contains(Placement.first(NODES, 0)));
  }
}

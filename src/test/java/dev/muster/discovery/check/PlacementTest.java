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

class RendezvousTest {
  private static final int CHECKS = 30_000;
  private static final List<String> NODES = List.of("n1", "n2", "n3");

  private static List<Long> checks() {
    List<Long> checks = new ArrayList<>();
    for (int i = 0; i < CHECKS; i++) {
      checks.add(
          Rendezvous.hash(new InstanceKey("shop", "orders", "i" + i / 2), i % 2 == 0 ? "a" : "b"));
    }
    return checks;
  }

  @Test
  void everyNodeGetsItsShare() {
    for (String node : NODES) {
      double share =
          (double)
              checks().stream()
                  .filter(check -> node.equals(Rendezvous.first(NODES, check)))
                  .count();
      // Five times the deviation that chance has.
      assertEquals(CHECKS / 3.0, share, 5 * Math.sqrt(CHECKS * 2 / 9.0), node);
    }
  }

  @Test
  void whenANodeGoesOnlyItsChecksMoveAndToTheSecondOnes() {
    for (long check : checks()) {
      String first = Rendezvous.first(NODES, check);
      String without3 = Rendezvous.first(List.of("n2", "n1"), check);
      if ("n3".equals(first)) {
        assertEquals(Rendezvous.second(NODES, check), without3);
      } else {
        assertEquals(first, without3);
      }
    }
  }

  @Test
  void theOrderOfNodesIsNoMatter() {
    for (long check : checks()) {
      assertEquals(
          Rendezvous.first(NODES, check), Rendezvous.first(List.of("n3", "n1", "n2"), check));
      assertNotEquals(Rendezvous.first(NODES, check), Rendezvous.second(NODES, check));
    }
  }

  @Test
  void nobodyIsNobody() {
    assertNull(Rendezvous.first(Set.of(), 7));
    assertEquals("n1", Rendezvous.first(Set.of("n1"), 7));
    assertNull(Rendezvous.second(Set.of("n1"), 7));
  }

  @Test
  void hashesDiffer() {
    assertEquals(CHECKS, checks().stream().distinct().count());
    assertNotEquals(
        Rendezvous.hash(new InstanceKey("a", "bc", "d"), "e"),
        Rendezvous.hash(new InstanceKey("ab", "c", "d"), "e"));
    // All nodes must agree, whatever version they are of: this number is for ever.
    assertEquals(
        4408180400647819648L, Rendezvous.hash(new InstanceKey("shop", "orders", "i1"), "web"));
    assertTrue(NODES.contains(Rendezvous.first(NODES, 0)));
  }
}

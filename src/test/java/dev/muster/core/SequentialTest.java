package dev.muster.core;

import static dev.muster.core.Edits.add;
import static dev.muster.core.Edits.data;
import static dev.muster.core.Edits.delete;
import static dev.muster.core.Edits.path;
import static dev.muster.core.Edits.sequential;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/** Names that the state completes, numbered as ZooKeeper numbers them. */
class SequentialTest {

  @Test
  void theSuffixCountsTheParentsChildrenEverCreated() {
    World world = new World();
    world.done(add("/q"));
    assertEquals("/q/n-0000000000", name(world.done(sequential("/q/n-"))));
    assertEquals("/q/m-0000000001", name(world.done(sequential("/q/m-"))));
    world.done(add("/q/plain"));
    assertEquals("/q/n-0000000003", name(world.done(sequential("/q/n-"))));
  }

  @Test
  void aNumberIsNotUsedAgainAfterDeletions() {
    World world = new World();
    world.done(add("/q"), sequential("/q/n-"), sequential("/q/n-"));
    world.done(delete("/q/n-0000000001"));
    world.done(delete("/q/n-0000000000"));
    assertEquals("/q/n-0000000002", name(world.done(sequential("/q/n-"))));
  }

  @Test
  void aRefusedTransactionUsesUpNoNumber() {
    World world = new World();
    world.done(add("/q"));
    world.refused(Refusal.NO_NODE, sequential("/q/n-"), data("/absent", ""));
    assertEquals("/q/n-0000000000", name(world.done(sequential("/q/n-"))));
  }

  @Test
  void severalInOneTransactionGetNumbersInOrder() {
    World world = new World();
    world.done(add("/q"));
    Reply.Done done = world.done(sequential("/q/b"), sequential("/q/a"), sequential("/q/b"));
    assertEquals(
        List.of("/q/b0000000000", "/q/a0000000001", "/q/b0000000002"),
        done.outcomes().stream().map(outcome -> outcome.path().toString()).toList());
  }

  @Test
  void theCounterWrapsAsZooKeepersDoes() {
    World world = new World(childrenCreated(Integer.MAX_VALUE));
    assertEquals("/q/n-2147483647", name(world.done(sequential("/q/n-"))));
    assertEquals("/q/n--2147483648", name(world.done(sequential("/q/n-"))));
    assertEquals("/q/n--2147483647", name(world.done(sequential("/q/n-"))));
  }

  @Test
  void aNameThatSomebodyTookByHandIsRefusedAsInZooKeeper() {
    World world = new World();
    world.done(add("/q"), add("/q/n-0000000001"));
    Reply.Refused refused = world.refused(Refusal.NODE_EXISTS, sequential("/q/n-"));
    assertEquals(1, refused.actual());
    assertTrue(refused.detail().contains("/q/n-0000000001"), refused.detail());
  }

  @Test
  void aSuffixThatMakesThePathTooLongIsRefused() {
    World world = new World();
    String longest = "/" + "x".repeat(Limits.PATH_BYTES_MAX - 1 - 10);
    assertEquals(longest + "0000000000", name(world.done(sequential(longest))));
    Reply.Refused refused = world.refused(Refusal.PATH_TOO_LONG, sequential(longest + "x"));
    assertTrue(refused.detail().contains("1025"), refused.detail());
  }

  /** Two replicas of one cluster may run under different locales. */
  @Test
  void digitsAreTheSameUnderEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      for (String tag : List.of("ar-EG-u-nu-arab", "hi-IN-u-nu-deva", "th-TH-u-nu-thai", "tr-TR")) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        assertEquals("/n-0000000000", name(new World().done(sequential("/n-"))), tag);
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  private static String name(Reply.Done done) {
    return done.outcomes().get(0).path().toString();
  }

  /** A state where {@code /q} has had that many children. */
  private static State childrenCreated(int count) {
    Stat stat = new Stat(1, 0, 1, 0, 1, 0, 1, 0, 0, count, Life.persistent());
    Node q = Node.leaf(Bytes.EMPTY, TreePMap.empty(), stat);
    Node root = Node.EMPTY_ROOT.withChild("q", null, q, 1, 0);
    Tree tree = new Tree(root, TreePSet.empty());
    State empty = State.EMPTY;
    assertEquals(count, tree.find(path("/q")).stat().childrenCreated());
    return empty.changed(1, tree, empty.sessions(), empty.settings());
  }
}

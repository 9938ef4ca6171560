package dev.muster.core;

import static dev.muster.core.Edits.add;
import static dev.muster.core.Edits.attributes;
import static dev.muster.core.Edits.data;
import static dev.muster.core.Edits.delete;
import static dev.muster.core.Edits.deleteSubtree;
import static dev.muster.core.Edits.ensure;
import static dev.muster.core.Edits.put;
import static dev.muster.core.Edits.ttl;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a node's stat says after each kind of change; ZooKeeper's clients rely on all of it. */
class StatTest {

  /**
   * One line a scenario. {@code /a} and {@code /a/b} are made by revision 1 at time 10; the change
   * is revision 2 at time 20. A stat reads: created, modified, children and subtree revision;
   * version, attributes version, children created.
   */
  static Stream<Arguments> scenarios() {
    return Stream.of(
        //        change                                  node      stat afterwards
        Arguments.of(data("/a/b", "x"), "/a/b", "1 2 1 2 / 1 0 0"),
        Arguments.of(data("/a/b", "x"), "/a", "1 1 1 2 / 0 0 1"),
        Arguments.of(data("/a/b", "x"), "/", "0 0 1 2 / 0 0 1"),
        Arguments.of(data("/a", "x"), "/a", "1 2 1 2 / 1 0 1"),
        Arguments.of(data("/a", "x"), "/a/b", "1 1 1 1 / 0 0 0"),
        Arguments.of(data("/", "x"), "/", "0 2 1 2 / 1 0 1"),
        Arguments.of(attributes("/a/b", Map.of("k", "v")), "/a/b", "1 2 1 2 / 0 1 0"),
        Arguments.of(attributes("/a/b", Map.of()), "/a/b", "1 2 1 2 / 0 1 0"),
        Arguments.of(put("/a/b", "x"), "/a/b", "1 2 1 2 / 1 0 0"),
        Arguments.of(put("/a/b", "x", Map.of("k", "v")), "/a/b", "1 2 1 2 / 1 1 0"),
        Arguments.of(put("/a/c", "x", Map.of("k", "v")), "/a/c", "2 2 2 2 / 0 0 0"),
        Arguments.of(put("/a/c", "x"), "/a", "1 1 2 2 / 0 0 2"),
        Arguments.of(add("/a/c"), "/a/c", "2 2 2 2 / 0 0 0"),
        Arguments.of(add("/a/c"), "/a", "1 1 2 2 / 0 0 2"),
        Arguments.of(add("/a/b/c"), "/a/b", "1 1 2 2 / 0 0 1"),
        Arguments.of(add("/a/b/c"), "/a", "1 1 1 2 / 0 0 1"),
        Arguments.of(add("/a/b/c"), "/", "0 0 1 2 / 0 0 1"),
        Arguments.of(ensure("/a/c/d"), "/a/c", "2 2 2 2 / 0 0 1"),
        Arguments.of(ensure("/a/c/d"), "/a", "1 1 2 2 / 0 0 2"),
        Arguments.of(delete("/a/b"), "/a", "1 1 2 2 / 0 0 1"),
        Arguments.of(delete("/a/b"), "/", "0 0 1 2 / 0 0 1"),
        Arguments.of(deleteSubtree("/a"), "/", "0 0 2 2 / 0 0 1"));
  }

  @ParameterizedTest(name = "{0} makes {1} [{2}]")
  @MethodSource("scenarios")
  void saysWhatTheChangeDid(Change change, String path, String expected) {
    World world = new World();
    world.at(10).done(add("/a"), add("/a/b"));
    world.at(20).done(change);
    Stat stat = world.stat(path);
    assertEquals(
        expected,
        "%d %d %d %d / %d %d %d"
            .formatted(
                stat.createdRevision(),
                stat.modifiedRevision(),
                stat.childrenRevision(),
                stat.subtreeRevision(),
                stat.version(),
                stat.attributesVersion(),
                stat.childrenCreated()));
    // Times go with their revisions: 0 at the beginning, 10 for the first, 20 for the second.
    assertEquals(stat.createdRevision() * 10, stat.createdMillis());
    assertEquals(stat.modifiedRevision() * 10, stat.modifiedMillis());
    assertEquals(stat.childrenRevision() * 10, stat.childrenMillis());
  }

  @Test
  void anUnchangedAttributeMapOfAPutIsNoChangeOfAttributes() {
    World world = new World();
    world.done(put("/a", "x", Map.of("k", "v")));
    world.done(put("/a", "y", Map.of("k", "v")));
    assertEquals(0, world.stat("/a").attributesVersion());
    world.done(put("/a", "z", Map.of()));
    assertEquals(1, world.stat("/a").attributesVersion());
  }

  @Test
  void changesKeepWhatTheyDoNotName() {
    World world = new World();
    world.done(put("/a", "x", Map.of("k", "v")));
    world.done(data("/a", "y"));
    assertEquals(Map.of("k", "v"), world.node("/a").attributes());
    world.done(attributes("/a", Map.of("l", "w")));
    assertEquals(Bytes.utf8("y"), world.node("/a").data());
    assertEquals(Map.of("l", "w"), world.node("/a").attributes());
  }

  @Test
  void versionsCountWithinOneTransaction() {
    World world = new World();
    Reply.Done done = world.done(add("/a"), data("/a", "1"), data("/a", "2"));
    Stat stat = world.stat("/a");
    assertEquals(2, stat.version());
    assertEquals(1, stat.modifiedRevision());
    for (Reply.Outcome outcome : done.outcomes()) {
      assertSame(stat, outcome.stat(), "the stat right after the transaction");
    }
  }

  @Test
  void versionsWrapAsZooKeepersDo() {
    Stat stat = Stat.ROOT;
    Stat full =
        new Stat(0, 0, 0, 0, 0, 0, 0, Integer.MAX_VALUE, Integer.MAX_VALUE, 0, Life.persistent());
    assertEquals(0, stat.version());
    assertEquals(Integer.MIN_VALUE, full.dataSet(1, 1).version());
    assertEquals(Integer.MIN_VALUE, full.attributesSet(1, 1).attributesVersion());
  }

  @Test
  void aDeletedAndRecreatedNodeIsAnotherOne() {
    World world = new World();
    world.done(put("/a", "x"));
    world.done(data("/a", "y"));
    world.done(delete("/a"));
    world.done(add("/a", "y"));
    assertEquals(4, world.stat("/a").createdRevision());
    assertEquals(0, world.stat("/a").version());
  }

  @Test
  void theRevisionOfASubtreeNeverGoesBackAfterDeletions() {
    World world = new World();
    world.done(ensure("/a/b/c"), add("/x"));
    world.done(add("/a/b/c/d"));
    world.done(data("/a/b/c/d", "newest"));
    world.done(deleteSubtree("/a/b"));
    assertEquals(4, world.stat("/a").subtreeRevision());
    assertEquals(4, world.stat("/").subtreeRevision());
    assertEquals(1, world.stat("/x").subtreeRevision());
    assertEquals(4, world.state().tree().subtreeRevision(Path.of("/a/b/c")));
    assertEquals(1, world.state().tree().subtreeRevision(Path.of("/x/y/z")));
  }

  @Test
  void untouchedSubtreesStayTheSameNodes() {
    World world = new World();
    world.done(ensure("/a/b"), ensure("/a/c"), ensure("/x/y"));
    Node c = world.node("/a/c");
    Node x = world.node("/x");
    Node a = world.node("/a");
    world.done(data("/a/b", "new"));
    assertSame(c, world.node("/a/c"));
    assertSame(x, world.node("/x"));
    assertNotSame(a, world.node("/a"));
  }

  @Test
  void aCommandThatChangesNothingLeavesTheVerySameContent() {
    World world = new World();
    world.done(ensure("/a/b"));
    for (Change change : List.of(ensure("/a/b"), ensure("/a", ttl(5_000)), ensure("/"))) {
      State before = world.state();
      Reply.Done done = world.done(change);
      world.assertSameContent(before);
      assertEquals(before.revision(), done.revision());
      assertEquals(List.of(), world.events());
      assertEquals(world.stat(change.path().toString()), done.outcomes().get(0).stat());
    }
    assertEquals(1, world.revision());
  }

  @Test
  void weightIsCountedUpTheTree() {
    int overhead = Limits.NODE_OVERHEAD_BYTES;
    World world = new World();
    world.done(add("/ape", "12345"), put("/ape/bat", "123", Map.of("key", "value")));
    assertEquals(overhead + 11, world.node("/ape/bat").subtreeBytes());
    assertEquals(2 * overhead + 16 + 3, world.node("/ape").subtreeBytes());
    assertEquals(3 * overhead + 16 + 6, world.node("/").subtreeBytes());
    assertEquals(3, world.node("/").subtreeNodes());
    world.done(data("/ape/bat", ""), attributes("/ape/bat", Map.of()));
    assertEquals(3 * overhead + 5 + 6, world.node("/").subtreeBytes());
    world.done(deleteSubtree("/ape"));
    assertEquals(overhead, world.node("/").subtreeBytes());
    assertEquals(1, world.node("/").subtreeNodes());
  }

  @Test
  void aNodePutTogetherFromASnapshotWeighsTheSame() {
    World world = new World();
    world.done(put("/a", "123", Map.of("k", "v")), put("/a/b", "x"), put("/a/c", "yy"));
    Node a = world.node("/a");
    assertEquals(a, Node.assemble(a.data(), a.attributes(), a.stat(), a.children()));
  }
}

package dev.muster.core;

import static dev.muster.core.Edits.add;
import static dev.muster.core.Edits.data;
import static dev.muster.core.Edits.delete;
import static dev.muster.core.Edits.deleteSubtree;
import static dev.muster.core.Edits.ensure;
import static dev.muster.core.Edits.path;
import static dev.muster.core.Edits.put;
import static dev.muster.core.Edits.sequential;
import static dev.muster.core.Edits.ttl;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

/** Kinds of nodes, deletions, events and the data budget. */
class TreeTest {

  @Test
  void putCreatesAPersistentNodeOrSetsWhatIsThere() {
    World world = new World();
    world.done(add("/a", ttl(5_000)));
    world.done(put("/a", "x", Map.of("k", "v")), put("/b", "y"));
    assertEquals(ttl(5_000), world.stat("/a").life(), "the life of a node never changes");
    assertEquals(Life.persistent(), world.stat("/b").life());
    assertEquals(List.of("2 DATA_CHANGED /a", "2 CREATED /b"), world.events());
  }

  @Test
  void ensureCreatesWhatIsMissingAndLeavesWhatIsThere() {
    World world = new World();
    world.done(add("/a", "kept"));
    Reply.Done done = world.done(ensure("/a/b/c", Life.container()));
    assertEquals(List.of("2 CREATED /a/b", "2 CREATED /a/b/c"), world.events());
    assertEquals(1, done.outcomes().size(), "one outcome for one change");
    assertEquals(path("/a/b/c"), done.outcomes().get(0).path());
    assertSame(world.stat("/a/b/c"), done.outcomes().get(0).stat());
    assertEquals(Life.persistent(), world.stat("/a").life());
    assertEquals(Life.container(), world.stat("/a/b").life());
    assertEquals(Bytes.utf8("kept"), world.node("/a").data());
  }

  @Test
  void perishableNodesAreKnownFromTheirCreationToTheirEnd() {
    World world = new World();
    world.done(add("/c", Life.container()), add("/c/t", ttl(5_000)), add("/p"));
    world.done(sequential("/c/s", ttl(5_000)), ensure("/p/q", Life.container()));
    Set<Path> all = Set.of(path("/c"), path("/c/t"), path("/c/s0000000001"), path("/p/q"));
    assertEquals(all, world.state().tree().perishable());
    world.done(data("/c/t", "still"));
    assertEquals(all, world.state().tree().perishable());
    world.done(delete("/p/q"));
    assertEquals(3, world.state().tree().perishable().size());
    world.done(deleteSubtree("/c"));
    assertEquals(Set.of(), world.state().tree().perishable());
  }

  @Test
  void aNodeOfAnotherKindInAPerishablesPlaceDoesNotPerish() {
    World world = new World();
    world.done(add("/a", ttl(5_000)));
    world.done(delete("/a"), add("/a"));
    assertEquals(Set.of(), world.state().tree().perishable());
  }

  @Test
  void aSubtreeIsDeletedChildrenFirst() {
    World world = new World();
    world.done(ensure("/a/b/c"), add("/a/b/d"), add("/a/e"), add("/f"));
    Reply.Done done = world.done(deleteSubtree("/a"));
    assertEquals(
        List.of(
            "2 DELETED /a/b/c",
            "2 DELETED /a/b/d",
            "2 DELETED /a/b",
            "2 DELETED /a/e",
            "2 DELETED /a"),
        world.events());
    assertNull(done.outcomes().get(0).stat());
    assertEquals(List.of("/", "/f"), world.paths());
  }

  @Test
  void anEventShowsTheNodeAsItWasAtThatMoment() {
    World world = new World();
    world.done(put("/a", "1"), put("/a", "2"), delete("/a"));
    assertEquals(List.of("1 CREATED /a", "1 DATA_CHANGED /a", "1 DELETED /a"), world.events());
    assertEquals(
        List.of("1", "2", "2"),
        world.last().events().stream().map(event -> event.node().data().utf8()).toList());
  }

  @Test
  void attributesAloneAreAnEventOfTheirOwn() {
    World world = new World();
    world.done(put("/a", "1"));
    world.done(Edits.attributes("/a", Map.of("k", "v")));
    assertEquals(List.of("2 ATTRIBUTES_CHANGED /a"), world.events());
  }

  @Test
  void tooLargeASubtreeIsDeletedInParts() {
    World world = new World(large("/big", Limits.SUBTREE_DELETE_NODES_MAX));
    Reply.Refused refused = world.refused(Refusal.SUBTREE_TOO_LARGE, deleteSubtree("/big"));
    assertEquals(Limits.SUBTREE_DELETE_NODES_MAX + 1L, refused.actual());
    world.done(delete("/big/0"));
    world.done(deleteSubtree("/big"));
    assertEquals(Limits.SUBTREE_DELETE_NODES_MAX, world.last().events().size());
  }

  @Test
  void aTransactionDeletesNoMoreThanOneSubtreeMay() {
    World world = new World(large("/big", Limits.SUBTREE_DELETE_NODES_MAX - 1));
    world.done(ensure("/small/child"));
    Reply.Refused refused =
        world.refused(Refusal.SUBTREE_TOO_LARGE, deleteSubtree("/small"), deleteSubtree("/big"));
    assertEquals(1, refused.index());
    world.done(deleteSubtree("/small"));
    world.done(deleteSubtree("/big"));
  }

  @Test
  void growthBeyondTheBudgetIsRefusedAndShrinkingAlwaysPasses() {
    World world = new World();
    String half = "x".repeat(1 << 19);
    world.done(put("/a", half), put("/b", half));
    long weight = world.node("/").subtreeBytes();
    world.done(new Command.SetDataBudget(weight));
    Reply.Refused refused = world.refused(Refusal.DATA_BUDGET, add("/c"));
    assertEquals(weight + Limits.NODE_OVERHEAD_BYTES + 1, refused.actual());
    world.refused(Refusal.DATA_BUDGET, data("/a", half + "y"));
    world.refused(Refusal.DATA_BUDGET, Edits.attributes("/a", Map.of("k", "v")));
    world.refused(Refusal.DATA_BUDGET, ensure("/c/d"));
    world.done(put("/a", half.replace('x', 'y')));

    world.done(new Command.SetDataBudget(Limits.DATA_BUDGET_BYTES_MIN));
    world.done(put("/a", "small"));
    world.refused(Refusal.DATA_BUDGET, put("/a", half));
    world.done(new Command.SetDataBudget(1));
    world.done(put("/a", "less"), delete("/b"));
    world.refused(Refusal.DATA_BUDGET, add("/c"));
    world.done(delete("/a"));
    world.done(new Command.SetDataBudget(Limits.DATA_BUDGET_BYTES_DEFAULT));
    world.done(add("/c"));
  }

  @Test
  void whatOneChangeFreesTheNextMayUse() {
    World world = new World();
    world.done(put("/a", "1234"));
    world.done(new Command.SetDataBudget(world.node("/").subtreeBytes()));
    world.done(delete("/a"), put("/b", "1234"));
    world.refused(Refusal.DATA_BUDGET, put("/c", ""), delete("/b"));
  }

  @Test
  void settingsThatAreSetAlreadyChangeNothing() {
    World world = new World();
    Reply.Done first = world.done(new Command.EnableFeature(Feature.BASELINE));
    assertEquals(1, first.revision());
    assertEquals(true, world.state().settings().has(Feature.BASELINE));
    State before = world.state();
    world.done(new Command.EnableFeature(Feature.BASELINE));
    world.done(new Command.SetDataBudget(Limits.DATA_BUDGET_BYTES_DEFAULT));
    world.assertSameContent(before);
    assertEquals(2, world.done(new Command.SetDataBudget(5 << 20)).revision());
    assertEquals(true, world.state().settings().has(Feature.BASELINE));
  }

  @Test
  void aNameThatTodaysRulesWouldRefuseCanBeUsedAndDeleted() {
    Path strange = Path.trusted("/a/" + "\u0007".repeat(Limits.PATH_BYTES_MAX));
    Path below = Path.trusted(strange + "/..");
    Path odd = Path.trusted("/a/\u0007");
    Draft draft = new Draft(State.EMPTY);
    assertNull(add("/a").applyTo(draft));
    for (Path path : List.of(strange, below, odd)) {
      boolean sequential = path.equals(odd);
      assertNull(
          new Change.Create(path, Bytes.EMPTY, TreePMap.empty(), Life.persistent(), sequential)
              .applyTo(draft));
    }
    Draft deleting = new Draft(draft.seal());
    assertNull(deleteSubtree("/a").applyTo(deleting));
    assertEquals(
        List.of("..", strange.name(), "\u00070000000001", "a"),
        deleting.events().stream().map(event -> event.path().name()).toList());
  }

  /** A state with one node and so many children. */
  private static State large(String parent, int children) {
    Draft draft = new Draft(State.EMPTY);
    assertNull(add(parent).applyTo(draft));
    for (int i = 0; i < children; i++) {
      assertNull(add(parent + "/" + i).applyTo(draft));
    }
    return draft.seal();
  }
}

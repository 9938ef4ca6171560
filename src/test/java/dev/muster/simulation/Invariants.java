package dev.muster.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Event;
import dev.muster.core.Life;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Proposer;
import dev.muster.core.Stat;
import dev.muster.core.State;
import dev.muster.core.Step;
import dev.muster.core.Tree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What holds of every state and of every step, whatever was applied. */
public final class Invariants {
  private Invariants() {}

  /** The state by itself: sums, bookkeeping, revisions up the tree. */
  public static void check(State state) {
    Set<Path> perishable = new TreeSet<>();
    Map<Long, Set<Path>> owned = new TreeMap<>();
    state.sessions().keySet().forEach(id -> owned.put(id, new TreeSet<>()));
    checkNode(state, Path.ROOT, state.tree().root(), perishable, owned);

    assertEquals(perishable, new TreeSet<>(state.tree().perishable()), "perishable nodes");
    state
        .sessions()
        .forEach(
            (id, session) -> {
              assertEquals(id, session.id());
              assertEquals(owned.get(id), new TreeSet<>(session.ephemerals()), "owned by " + id);
              assertTrue(session.openedMillis() <= state.timeMillis(), "opened in the future");
            });
    for (Proposer proposer : state.proposers().values()) {
      assertTrue(proposer.answers().size() <= Limits.ENTRIES_IN_FLIGHT_MAX, "too many answers");
      assertEquals(
          proposer.sequence(),
          proposer.answers().get(proposer.answers().size() - 1).sequence(),
          "the newest answer is the last entry's");
    }
  }

  private static void checkNode(
      State state, Path path, Node node, Set<Path> perishable, Map<Long, Set<Path>> owned) {
    Stat stat = node.stat();
    long newestBelow =
        Math.max(
            stat.createdRevision(), Math.max(stat.modifiedRevision(), stat.childrenRevision()));
    long nodes = 1;
    long bytes = Limits.NODE_OVERHEAD_BYTES;
    bytes += node.data().length();
    for (Map.Entry<String, String> attribute : node.attributes().entrySet()) {
      bytes += attribute.getKey().length() + attribute.getValue().length();
    }
    for (Map.Entry<String, Node> child : node.children().entrySet()) {
      checkNode(state, path.child(child.getKey()), child.getValue(), perishable, owned);
      nodes += child.getValue().subtreeNodes();
      bytes += child.getKey().length() + child.getValue().subtreeBytes();
      newestBelow = Math.max(newestBelow, child.getValue().stat().subtreeRevision());
    }
    assertEquals(nodes, node.subtreeNodes(), () -> "nodes at and under " + path);
    assertEquals(bytes, node.subtreeBytes(), () -> "bytes at and under " + path);
    assertTrue(stat.subtreeRevision() >= newestBelow, () -> path + " is older than what it holds");
    assertTrue(stat.subtreeRevision() <= state.revision(), () -> path + " is from the future");
    assertTrue(
        stat.createdRevision() <= stat.modifiedRevision(),
        () -> path + " was modified before it was created");
    assertTrue(
        Math.max(stat.modifiedMillis(), stat.childrenMillis()) <= state.timeMillis(),
        () -> path + " changed later than the state's time, " + state.timeMillis());
    if (stat.life().isPerishable()) {
      perishable.add(path);
    }
    if (stat.life() instanceof Life.Ephemeral ephemeral) {
      Set<Path> paths = owned.get(ephemeral.session());
      assertNotNull(paths, () -> path + " outlives session " + ephemeral.session());
      paths.add(path);
      assertTrue(node.children().isEmpty(), () -> path + " is ephemeral and has children");
    }
  }

  /** From one state to the next: nothing goes back, and the events tell all that changed. */
  public static void checkStep(State before, Step step) {
    State after = step.state();
    check(after);
    assertTrue(after.applied() > before.applied(), "applied went back");
    assertTrue(after.revision() >= before.revision(), "revision went back");
    assertTrue(after.timeMillis() >= before.timeMillis(), "time went back");
    if (step.verdict() != Proposer.Verdict.APPLIED) {
      assertEquals(before.revision(), after.revision());
      assertEquals(List.of(), step.events());
      assertEquals(List.of(), step.replies());
      assertSame(before.proposers(), after.proposers());
    }
    if (before.revision() == after.revision()) {
      assertSame(before.tree(), after.tree());
      assertSame(before.sessions(), after.sessions());
      assertSame(before.settings(), after.settings());
    }
    checkAges(Path.ROOT, before.tree().root(), after.tree().root(), before.revision());
    checkEvents(before, step);
  }

  /** What was touched got a new revision; what was not is the very same node. */
  private static void checkAges(Path path, Node before, Node after, long revisionBefore) {
    if (before == after) {
      return;
    }
    assertTrue(
        after.stat().subtreeRevision() > revisionBefore,
        () -> path + " was rebuilt without a change at or under it");
    for (Map.Entry<String, Node> child : after.children().entrySet()) {
      Node old = before.child(child.getKey());
      if (old != null
          && old.stat().createdRevision() == child.getValue().stat().createdRevision()) {
        checkAges(path.child(child.getKey()), old, child.getValue(), revisionBefore);
      }
    }
  }

  /** A watcher that knew the tree before and hears the events knows the tree after. */
  private static void checkEvents(State before, Step step) {
    Map<Path, Node> known = nodes(before.tree());
    long revision = before.revision();
    for (Event event : step.events()) {
      assertTrue(event.revision() >= revision, "events out of order");
      assertTrue(event.revision() > before.revision(), "an event of the past");
      assertTrue(event.revision() <= step.state().revision(), "an event of the future");
      revision = event.revision();
      Path path = event.path();
      switch (event.type()) {
        case CREATED -> {
          assertTrue(known.containsKey(path.parent()), () -> path + " created without a parent");
          assertEquals(null, known.put(path, event.node()), () -> path + " created twice");
        }
        case DATA_CHANGED, ATTRIBUTES_CHANGED ->
            assertNotNull(known.put(path, event.node()), () -> path + " changed but not created");
        case DELETED -> {
          assertTrue(event.node().children().isEmpty(), () -> path + " deleted with children");
          assertNotNull(known.remove(path), () -> path + " deleted but not created");
        }
      }
    }
    Map<Path, Node> after = nodes(step.state().tree());
    assertEquals(after.keySet(), known.keySet(), "what the events told");
    after.forEach(
        (path, node) -> {
          Node told = known.get(path);
          assertSame(node.data(), told.data(), () -> "data of " + path);
          assertSame(node.attributes(), told.attributes(), () -> "attributes of " + path);
          assertEquals(node.stat().createdRevision(), told.stat().createdRevision());
          assertEquals(node.stat().modifiedRevision(), told.stat().modifiedRevision());
          assertEquals(node.stat().version(), told.stat().version());
        });
  }

  /** All paths of a tree, parents before children. */
  public static List<Path> paths(Tree tree) {
    List<Path> paths = new ArrayList<>();
    collect(Path.ROOT, tree.root(), paths, new HashMap<>());
    return paths;
  }

  private static Map<Path, Node> nodes(Tree tree) {
    Map<Path, Node> nodes = new HashMap<>();
    collect(Path.ROOT, tree.root(), new ArrayList<>(), nodes);
    return nodes;
  }

  private static void collect(Path path, Node node, List<Path> paths, Map<Path, Node> nodes) {
    paths.add(path);
    nodes.put(path, node);
    node.children().forEach((name, child) -> collect(path.child(name), child, paths, nodes));
  }
}

package dev.muster.core;

import static dev.muster.core.Edits.add;
import static dev.muster.core.Edits.attributes;
import static dev.muster.core.Edits.data;
import static dev.muster.core.Edits.delete;
import static dev.muster.core.Edits.deleteSubtree;
import static dev.muster.core.Edits.ensure;
import static dev.muster.core.Edits.ephemeral;
import static dev.muster.core.Edits.path;
import static dev.muster.core.Edits.put;
import static dev.muster.core.Edits.sequential;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the state refuses, and that a refusal leaves everything as it was. */
class RefusalTest {

  /** Revision 1: session 7. Revision 2: all of the tree. Revision 3: data of {@code /a/b}. */
  private static World world() {
    World world = new World().opens(7);
    world.done(add("/a"), add("/a/b"), ephemeral("/e", 7));
    world.done(data("/a/b", "x"));
    return world;
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        //           change                          refusal                    actual  detail says
        Arguments.of(add("/"), Refusal.ROOT, -1, "root"),
        Arguments.of(sequential("/"), Refusal.ROOT, -1, "root"),
        Arguments.of(add("/a"), Refusal.NODE_EXISTS, 2, "/a exists"),
        Arguments.of(add("/a/b"), Refusal.NODE_EXISTS, 3, "/a/b exists"),
        Arguments.of(ephemeral("/a", 7), Refusal.NODE_EXISTS, 2, "/a exists"),
        Arguments.of(add("/x/y"), Refusal.NO_PARENT, -1, "/x does not exist"),
        Arguments.of(sequential("/x/y"), Refusal.NO_PARENT, -1, "/x does not exist"),
        Arguments.of(put("/x/y", ""), Refusal.NO_PARENT, -1, "/x does not exist"),
        Arguments.of(add("/e/x"), Refusal.EPHEMERAL_PARENT, -1, "/e is ephemeral"),
        Arguments.of(put("/e/x", ""), Refusal.EPHEMERAL_PARENT, -1, "/e is ephemeral"),
        Arguments.of(ensure("/e/x"), Refusal.EPHEMERAL_PARENT, -1, "/e is ephemeral"),
        Arguments.of(ephemeral("/x", 8), Refusal.NO_SESSION, -1, "session 8"),
        Arguments.of(data("/x", ""), Refusal.NO_NODE, -1, "/x does not exist"),
        Arguments.of(attributes("/x", Map.of()), Refusal.NO_NODE, -1, "/x does not exist"),
        Arguments.of(delete("/x"), Refusal.NO_NODE, -1, "/x does not exist"),
        Arguments.of(delete("/x/y/z"), Refusal.NO_NODE, -1, "/x/y/z does not exist"),
        Arguments.of(deleteSubtree("/x"), Refusal.NO_NODE, -1, "/x does not exist"),
        Arguments.of(delete("/a"), Refusal.NOT_EMPTY, -1, "/a has 1 children"),
        Arguments.of(delete("/"), Refusal.ROOT, -1, "root"),
        Arguments.of(deleteSubtree("/"), Refusal.ROOT, -1, "root"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("changes")
  void aChangeIsRefused(Change change, Refusal why, long actual, String detail) {
    World world = world();
    Reply.Refused refused = world.refused(why, change);
    assertEquals(actual, refused.actual());
    assertTrue(refused.detail().contains(detail), refused.detail());

    // After changes that would have gone through, it takes them all with it.
    Reply.Refused third = world.refused(why, put("/new", ""), data("/a/b", "y"), change);
    assertEquals(2, third.index());
  }

  static Stream<Arguments> guards() {
    Path b = path("/a/b");
    Path x = path("/x");
    return Stream.of(
        //           guard                            refusal, or none          actual
        Arguments.of(new Guard.Exists(b), null, 0),
        Arguments.of(new Guard.Exists(Path.ROOT), null, 0),
        Arguments.of(new Guard.Exists(x), Refusal.NO_NODE, -1),
        Arguments.of(new Guard.Absent(x), null, 0),
        Arguments.of(new Guard.Absent(path("/x/y/z")), null, 0),
        Arguments.of(new Guard.Absent(b), Refusal.NODE_EXISTS, 3),
        Arguments.of(new Guard.Version(b, 1), null, 0),
        Arguments.of(new Guard.Version(b, 0), Refusal.VERSION_CONFLICT, 1),
        Arguments.of(new Guard.Version(b, 2), Refusal.VERSION_CONFLICT, 1),
        Arguments.of(new Guard.Version(x, 0), Refusal.NO_NODE, -1),
        Arguments.of(new Guard.AttributesVersion(b, 0), null, 0),
        Arguments.of(new Guard.AttributesVersion(b, 1), Refusal.VERSION_CONFLICT, 0),
        Arguments.of(new Guard.AttributesVersion(x, 0), Refusal.NO_NODE, -1),
        Arguments.of(new Guard.Modified(b, 3), null, 0),
        Arguments.of(new Guard.Modified(b, 2), Refusal.REVISION_CONFLICT, 3),
        Arguments.of(new Guard.Modified(b, 4), Refusal.REVISION_CONFLICT, 3),
        Arguments.of(new Guard.Modified(x, 0), Refusal.NO_NODE, -1),
        Arguments.of(new Guard.Created(b, 2), null, 0),
        Arguments.of(new Guard.Created(b, 3), Refusal.REVISION_CONFLICT, 2),
        Arguments.of(new Guard.Created(x, 2), Refusal.NO_NODE, -1),
        Arguments.of(new Guard.Unchanged(path("/a"), 3), null, 0),
        Arguments.of(new Guard.Unchanged(path("/a"), 9), null, 0),
        Arguments.of(new Guard.Unchanged(path("/a"), 2), Refusal.SUBTREE_CHANGED, 3),
        Arguments.of(new Guard.Unchanged(path("/e"), 2), null, 0),
        Arguments.of(new Guard.Unchanged(path("/a/b/none/at/all"), 3), null, 0),
        Arguments.of(new Guard.Unchanged(path("/a/b/none/at/all"), 2), Refusal.SUBTREE_CHANGED, 3),
        Arguments.of(new Guard.SessionAlive(7), null, 0),
        Arguments.of(new Guard.SessionAlive(8), Refusal.NO_SESSION, -1));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("guards")
  void aGuardHoldsOrRefuses(Guard guard, Refusal why, long actual) {
    World world = world();
    Guard holds = new Guard.Exists(path("/a"));
    Command check = new Command.Transact(List.of(holds, guard), List.of());
    Command change = new Command.Transact(List.of(holds, guard), List.of(put("/new", "")));
    if (why == null) {
      State before = world.state();
      assertEquals(new Reply.Done(before.revision(), List.of()), world.done(check));
      world.assertSameContent(before);
      world.done(change);
      assertTrue(world.has("/new"));
    } else {
      assertEquals(1, world.refused(why, check).index());
      Reply.Refused refused = world.refused(why, change);
      assertEquals(1, refused.index());
      assertEquals(actual, refused.actual());
    }
  }

  @Test
  void guardsLookAtTheStateBeforeTheFirstChange() {
    World world = world();
    List<Change> changes = List.of(data("/a/b", "y"), add("/new"));
    world.done(new Command.Transact(List.of(new Guard.Absent(path("/new"))), changes));
    assertEquals(2, world.stat("/a/b").version());
  }

  @Test
  void theIndexOfARefusedChangeComesAfterTheGuards() {
    World world = world();
    List<Guard> guards = List.of(new Guard.Exists(path("/a")), new Guard.SessionAlive(7));
    List<Change> changes = List.of(add("/n"), add("/n"));
    Reply.Refused refused =
        world.refused(Refusal.NODE_EXISTS, new Command.Transact(guards, changes));
    assertEquals(3, refused.index());
  }

  @Test
  void aCreatedGuardTellsANodeFromItsSuccessor() {
    World world = world();
    Guard token = new Guard.Created(path("/a/b"), world.stat("/a/b").createdRevision());
    world.done(delete("/a/b"), add("/a/b"));
    world.refused(
        Refusal.REVISION_CONFLICT, new Command.Transact(List.of(token), List.of(data("/a/b", ""))));
  }

  @Test
  void anUnchangedGuardSeesDeletions() {
    World world = world();
    long read = world.revision();
    world.done(deleteSubtree("/a/b"));
    world.refused(
        Refusal.SUBTREE_CHANGED,
        new Command.Transact(List.of(new Guard.Unchanged(path("/a"), read)), List.of()));
    world.refused(
        Refusal.SUBTREE_CHANGED,
        new Command.Transact(List.of(new Guard.Unchanged(path("/a/b"), read)), List.of()));
  }

  @Test
  void anEnsuredNodeCannotBeEphemeral() {
    assertThrows(IllegalArgumentException.class, () -> ensure("/a", new Life.Ephemeral(7)));
  }

  /** The numbers are in snapshots and on the wire. */
  @Test
  void numbersAreForEver() {
    assertEquals(List.of(1, 2, 3, 4), numbers(Event.Type.values(), Event.Type::number));
    assertEquals(List.of(1, 2, 3, 4), numbers(Proposer.Verdict.values(), Proposer.Verdict::number));
    assertEquals(List.of(1), numbers(Feature.values(), Feature::number));
    List<Integer> refusals = numbers(Refusal.values(), Refusal::number);
    Set<Integer> distinct = new HashSet<>(refusals);
    assertEquals(refusals.size(), distinct.size(), "two refusals share a number");
    assertEquals(1, Refusal.NODE_EXISTS.number());
    assertEquals(16, Refusal.PATH_TOO_LONG.number());
  }

  private static <T> List<Integer> numbers(T[] values, java.util.function.ToIntFunction<T> number) {
    return Arrays.stream(values).mapToInt(number).boxed().toList();
  }
}

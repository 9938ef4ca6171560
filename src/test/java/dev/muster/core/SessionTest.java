package dev.muster.core;

import static dev.muster.core.Edits.add;
import static dev.muster.core.Edits.delete;
import static dev.muster.core.Edits.deleteSubtree;
import static dev.muster.core.Edits.ensure;
import static dev.muster.core.Edits.ephemeral;
import static dev.muster.core.Edits.path;
import static dev.muster.core.Edits.sequential;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/** Sessions and what they own. */
class SessionTest {

  @Test
  void anOpenedSessionIsAsAskedForAndARevisionOfItsOwn() {
    World world = new World().at(5_000);
    Command open = new Command.OpenSession(7, 10_000, "billing-1", Bytes.utf8("secret"));
    Reply.Done done = world.done(open);
    assertEquals(1, done.revision());
    assertEquals(List.of(), done.outcomes());
    assertEquals(List.of(), world.events());
    Session session =
        new Session(7, 10_000, "billing-1", Bytes.utf8("secret"), 5_000, TreePSet.empty());
    assertEquals(session, world.session(7));
    assertFalse((open.toString() + session).contains("secret"), "secrets stay out of logs");
  }

  @Test
  void aTakenIdIsRefused() {
    World world = new World().opens(7);
    world.refused(Refusal.SESSION_EXISTS, new Command.OpenSession(7, 20_000, "other", Bytes.EMPTY));
    assertEquals("owner", world.session(7).owner());
    world.closes(7L).opens(7);
  }

  @Test
  void aSessionOwnsWhatItCreates() {
    World world = new World().opens(7, 8);
    world.done(ephemeral("/a", 7), ephemeral("/b", 8));
    world.done(ephemeral("/c", 7));
    assertEquals(Set.of(path("/a"), path("/c")), world.session(7).ephemerals());
    assertEquals(new Life.Ephemeral(7), world.stat("/a").life());
  }

  @Test
  void aSequentialEphemeralIsOwnedByItsFullName() {
    World world = new World().opens(7);
    world.done(sequential("/n-", new Life.Ephemeral(7)));
    assertEquals(Set.of(path("/n-0000000000")), world.session(7).ephemerals());
    world.closes(7L);
    assertEquals(List.of("/"), world.paths());
  }

  @Test
  void aDeletedNodeIsNoLongerOwned() {
    World world = new World().opens(7);
    world.done(ephemeral("/a", 7), add("/d"), ephemeral("/d/b", 7), ephemeral("/d/c", 7));
    world.done(delete("/a"));
    assertEquals(Set.of(path("/d/b"), path("/d/c")), world.session(7).ephemerals());
    world.done(deleteSubtree("/d"));
    assertEquals(Set.of(), world.session(7).ephemerals());
  }

  @Test
  void aNodePutInAnEphemeralsPlaceSurvivesItsFormerOwner() {
    World world = new World().opens(7, 8);
    world.done(ephemeral("/a", 7), ephemeral("/b", 7));
    world.done(delete("/a"), add("/a"), delete("/b"), ephemeral("/b", 8));
    world.closes(7L);
    assertEquals(List.of("/", "/a", "/b"), world.paths());
    assertEquals(Set.of(path("/b")), world.session(8).ephemerals());
  }

  @Test
  void theEndOfSessionsDeletesWhatTheyOwnInOneRevision() {
    World world = new World().opens(7, 8, 9);
    world.done(add("/d"), ephemeral("/d/z", 7), ephemeral("/d/a", 7), ephemeral("/d/m", 8));
    world.done(ephemeral("/kept", 9));
    long revision = world.revision() + 1;
    world.closes(8L, 7L);
    assertEquals(
        List.of(revision + " DELETED /d/m", revision + " DELETED /d/a", revision + " DELETED /d/z"),
        world.events(),
        "in the order asked for, each session's by path");
    assertEquals(revision, world.revision());
    assertEquals(revision, world.stat("/d").childrenRevision());
    assertEquals(List.of("/", "/d", "/kept"), world.paths());
    assertEquals(Set.of(9L), world.state().sessions().keySet());
  }

  @Test
  void theEndOfASessionThatOwnsNothingIsARevisionWithoutEvents() {
    World world = new World().opens(7);
    world.closes(7L);
    assertEquals(2, world.revision());
    assertEquals(List.of(), world.events());
  }

  @Test
  void sessionsThatHaveEndedArePassedOver() {
    World world = new World().opens(7);
    world.closes(99L, 7L, 7L);
    assertEquals(Set.of(), world.state().sessions().keySet());
    State before = world.state();
    world.closes(7L, 99L).closes();
    world.assertSameContent(before);
  }

  @Test
  void aGuardThatDoesNotHoldKeepsSessionsAlive() {
    World world = new World().opens(7);
    world.done(add("/term"));
    Guard stale = new Guard.Version(path("/term"), 3);
    Guard holds = new Guard.Version(path("/term"), 0);
    Command close = new Command.CloseSessions(List.of(holds, stale), List.of(7L));
    assertEquals(1, world.refused(Refusal.VERSION_CONFLICT, close).index());
    world.done(new Command.CloseSessions(List.of(holds), List.of(7L)));
    assertEquals(Set.of(), world.state().sessions().keySet());
  }

  @Test
  void anEphemeralNodeNeedsItsSession() {
    World world = new World().opens(7).closes(7L);
    world.refused(Refusal.NO_SESSION, ephemeral("/a", 7));
    world.refused(Refusal.NO_SESSION, ephemeral("/a", 8));
  }

  @Test
  void anEphemeralNodeHasNoChildren() {
    World world = new World().opens(7);
    world.done(ephemeral("/a", 7));
    world.refused(Refusal.EPHEMERAL_PARENT, add("/a/b"));
    world.refused(Refusal.EPHEMERAL_PARENT, ephemeral("/a/b", 7));
    world.refused(Refusal.EPHEMERAL_PARENT, sequential("/a/b"));
    world.refused(Refusal.EPHEMERAL_PARENT, ensure("/a/b/c"));
    world.done(ensure("/a"));
  }

  @Test
  void aSessionOwnsAtMostSoMany() {
    World world = new World().opens(7);
    world.done(add("/d"));
    List<Change> batch = new ArrayList<>();
    Draft draft = new Draft(world.state());
    for (int i = 0; i < Limits.SESSION_EPHEMERALS_MAX; i++) {
      assertEquals(null, ephemeral("/d/" + i, 7).applyTo(draft));
    }
    World full = new World(draft.seal());
    full.refused(Refusal.TOO_MANY_EPHEMERALS, ephemeral("/one-more", 7));
    batch.add(delete("/d/0"));
    batch.add(ephemeral("/d/new", 7));
    full.done(batch.toArray(Change[]::new));
    full.closes(7L);
    assertEquals(List.of("/", "/d"), full.paths());
  }

  @Test
  void theClusterHoldsAtMostSoManySessions() {
    TreeMap<Long, Session> many = new TreeMap<>();
    for (long id = 1; id <= Limits.SESSIONS_MAX; id++) {
      many.put(id, new Session(id, 2_000, "", Bytes.EMPTY, 0, TreePSet.empty()));
    }
    PSortedMap<Long, Session> sessions = TreePMap.from(many);
    State empty = State.EMPTY;
    State full = empty.changed(1, empty.tree(), sessions, empty.settings());
    Draft draft = new Draft(full);
    Command oneMore = new Command.OpenSession(1L << 40, 2_000, "", Bytes.EMPTY);
    Reply reply = oneMore.applyTo(draft);
    assertTrue(
        reply instanceof Reply.Refused refused && refused.why() == Refusal.TOO_MANY_SESSIONS,
        reply::toString);
    assertSame(full, draft.seal());
  }
}

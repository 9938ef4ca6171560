package dev.muster.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.muster.simulation.Invariants;
import java.util.List;

/**
 * A state that commands are tried on, one entry each. What must hold of every state and every step
 * is checked on the way, so that a test says only what is special to it.
 */
final class World {
  private State state;
  private Step last;
  private long clockMillis = 1_000;
  private final long incarnation;
  private long sequence;

  World() {
    this(State.EMPTY);
  }

  /** Goes on from a state that no command leads to quickly, such as a counter about to wrap. */
  World(State state) {
    Proposer known = state.proposers().get("test");
    this.incarnation = known == null ? 1 : known.incarnation() + 1;
    this.state = state;
    this.last = new Step(state, Proposer.Verdict.APPLIED, List.of(), List.of());
  }

  /** Sets the proposer's clock for what follows. */
  World at(long millis) {
    clockMillis = millis;
    return this;
  }

  Step apply(Command... commands) {
    Entry entry = new Entry(clockMillis, "test", incarnation, ++sequence, List.of(commands));
    Step step = state.apply(state.applied() + 1, entry);
    assertEquals(Proposer.Verdict.APPLIED, step.verdict());
    Invariants.checkStep(state, step);
    state = step.state();
    last = step;
    return step;
  }

  Reply run(Command command) {
    return apply(command).replies().get(0);
  }

  /** Makes the changes in one transaction, which must succeed. */
  Reply.Done done(Change... changes) {
    return done(new Command.Transact(List.of(), List.of(changes)));
  }

  Reply.Done done(Command command) {
    return assertInstanceOf(Reply.Done.class, run(command));
  }

  /** Tries the changes in one transaction, which must be refused and leave everything as it was. */
  Reply.Refused refused(Refusal why, Change... changes) {
    return refused(why, new Command.Transact(List.of(), List.of(changes)));
  }

  Reply.Refused refused(Refusal why, Command command) {
    State before = state;
    Reply.Refused refused = assertInstanceOf(Reply.Refused.class, run(command));
    assertEquals(why, refused.why(), refused.detail());
    assertSameContent(before);
    assertEquals(List.of(), last.events());
    return refused;
  }

  void assertSameContent(State before) {
    assertEquals(before.revision(), state.revision());
    assertSame(before.tree(), state.tree());
    assertSame(before.sessions(), state.sessions());
    assertSame(before.settings(), state.settings());
  }

  World opens(long... sessions) {
    for (long session : sessions) {
      done(new Command.OpenSession(session, 10_000, "owner", Bytes.utf8("secret")));
    }
    return this;
  }

  World closes(Long... sessions) {
    done(new Command.CloseSessions(List.of(), List.of(sessions)));
    return this;
  }

  State state() {
    return state;
  }

  Step last() {
    return last;
  }

  long revision() {
    return state.revision();
  }

  boolean has(String path) {
    return state.tree().find(Path.of(path)) != null;
  }

  Node node(String path) {
    Node node = state.tree().find(Path.of(path));
    if (node == null) {
      throw new AssertionError(path + " is not there");
    }
    return node;
  }

  Stat stat(String path) {
    return node(path).stat();
  }

  Session session(long id) {
    Session session = state.sessions().get(id);
    if (session == null) {
      throw new AssertionError("session " + id + " is not there");
    }
    return session;
  }

  /** What happened in the last entry, as in {@code "3 CREATED /a"}. */
  List<String> events() {
    return last.events().stream()
        .map(event -> event.revision() + " " + event.type() + " " + event.path())
        .toList();
  }

  List<String> children(String path) {
    return List.copyOf(node(path).children().keySet());
  }

  /** The whole tree, parents before children. */
  List<String> paths() {
    return Invariants.paths(state.tree()).stream().map(Path::toString).toList();
  }
}

package dev.muster.core;

import static dev.muster.core.Edits.add;
import static dev.muster.core.Edits.data;
import static dev.muster.core.Edits.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.muster.core.Proposer.Verdict;
import dev.muster.simulation.Invariants;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Entries as a whole: once each, in order, whoever proposes them and however often. */
class ApplyTest {
  private State state = State.EMPTY;

  private Step apply(String proposer, long incarnation, long sequence, Command... commands) {
    return apply(state.applied() + 1, 1_000, proposer, incarnation, sequence, commands);
  }

  private Step apply(
      long position,
      long timeMillis,
      String proposer,
      long incarnation,
      long sequence,
      Command... commands) {
    Step step =
        state.apply(
            position, new Entry(timeMillis, proposer, incarnation, sequence, List.of(commands)));
    Invariants.checkStep(state, step);
    state = step.state();
    return step;
  }

  @Test
  void namesThatAreGivenUpDoNotFillTheState() {
    for (int i = 0; i < Limits.PROPOSERS_MAX; i++) {
      apply("node" + (i * 7 % Limits.PROPOSERS_MAX), 1_000 - i, 1);
    }
    assertEquals(Limits.PROPOSERS_MAX, state.proposers().size());
    String first = "node" + ((Limits.PROPOSERS_MAX - 1) * 7 % Limits.PROPOSERS_MAX);
    // The one started first goes, unless it is the one that proposes; an entry that is not applied
    // drops nobody.
    assertEquals(Verdict.OUT_OF_ORDER, apply("another", 1, 2).verdict());
    assertNotNull(state.proposers().get(first));
    apply("another", 1, 1);
    assertEquals(Limits.PROPOSERS_MAX, state.proposers().size());
    assertNull(state.proposers().get(first));
    assertNotNull(state.proposers().get("another"));
    assertEquals(Verdict.OUT_OF_ORDER, apply(first, 937, 2).verdict());
    assertEquals(Verdict.APPLIED, apply(first, 938, 1).verdict());
    assertNull(state.proposers().get("another"));
  }

  private static Command transact(Change... changes) {
    return new Command.Transact(List.of(), List.of(changes));
  }

  /** One line an entry of proposer {@code n}: its verdict, whatever came before. */
  @Test
  void verdicts() {
    Object[][] entries = {
      // incarnation, sequence, verdict
      {5, 2, Verdict.OUT_OF_ORDER}, // begins in the middle
      {5, 1, Verdict.APPLIED},
      {5, 1, Verdict.REPEATED},
      {5, 3, Verdict.OUT_OF_ORDER},
      {5, 2, Verdict.APPLIED},
      {5, 3, Verdict.APPLIED},
      {5, 2, Verdict.REPEATED},
      {5, 1, Verdict.REPEATED},
      {4, 1, Verdict.STALE},
      {4, 4, Verdict.STALE},
      {7, 4, Verdict.OUT_OF_ORDER}, // a new run begins at 1 again
      {5, 4, Verdict.APPLIED}, // and has not begun yet
      {7, 1, Verdict.APPLIED},
      {5, 5, Verdict.STALE},
      {7, 2, Verdict.APPLIED},
    };
    for (int i = 0; i < entries.length; i++) {
      int incarnation = (int) entries[i][0];
      int sequence = (int) entries[i][1];
      State before = state;
      Step step = apply("n", incarnation, sequence, transact(add("/" + i)));
      assertEquals(entries[i][2], step.verdict(), "entry " + i);
      boolean applied = step.verdict() == Verdict.APPLIED;
      assertEquals(applied, state.tree().find(Path.of("/" + i)) != null);
      if (!applied) {
        assertSame(before.tree(), state.tree());
        assertSame(before.proposers(), state.proposers());
        assertEquals(before.revision(), state.revision());
        assertEquals(before.applied() + 1, state.applied());
      }
    }
  }

  @Test
  void proposersDoNotDisturbEachOther() {
    assertEquals(Verdict.APPLIED, apply("a", 5, 1).verdict());
    assertEquals(Verdict.APPLIED, apply("b", 1, 1).verdict());
    assertEquals(Verdict.APPLIED, apply("a", 5, 2).verdict());
    assertEquals(Verdict.APPLIED, apply("b", 1, 2).verdict());
  }

  @Test
  void commandsOfAnEntryAreIndependentOfEachOther() {
    Step step =
        apply(
            "n",
            1,
            1,
            transact(add("/a")),
            transact(add("/b"), add("/a")),
            transact(data("/a", "x")),
            transact());
    assertEquals(new Reply.Done(1, outcomes("/a", 1, step)), step.replies().get(0));
    assertInstanceOf(Reply.Refused.class, step.replies().get(1));
    assertEquals(2, ((Reply.Done) step.replies().get(2)).revision());
    assertEquals(new Reply.Done(2, List.of()), step.replies().get(3), "a check sees all before");
    assertNull(state.tree().find(Path.of("/b")));
    assertEquals(
        List.of(1L, 2L), step.events().stream().map(Event::revision).toList(), "one each command");
  }

  private static List<Reply.Outcome> outcomes(String path, long revision, Step step) {
    Stat stat = Stat.created(revision, step.state().timeMillis(), Life.persistent());
    return List.of(new Reply.Outcome(Path.of(path), stat));
  }

  @Test
  void aBarrierIsAppliedAndChangesNothing() {
    apply("n", 1, 1, transact(add("/a")));
    State before = state;
    Step step = apply("n", 1, 2);
    assertEquals(Verdict.APPLIED, step.verdict());
    assertEquals(List.of(), step.replies());
    assertSame(before.tree(), state.tree());
    assertEquals(before.revision(), state.revision());
    assertEquals(2, state.proposers().get("n").sequence());
  }

  @Test
  void answersAreKeptForAsManyEntriesAsMayBeUnderWay() {
    List<Reply> first = apply("n", 1, 1, transact(add("/a"))).replies();
    List<Reply> second = apply("n", 1, 2, transact(add("/a"))).replies();
    Proposer proposer = state.proposers().get("n");
    assertEquals(first, proposer.answersTo(1));
    assertEquals(second, proposer.answersTo(2));
    assertNull(proposer.answersTo(3));

    apply("n", 1, 1, transact(add("/a")));
    assertSame(proposer, state.proposers().get("n"), "a repeated entry is answered the same");

    List<Reply> third = apply("n", 1, 3, transact(put("/a", "x"))).replies();
    proposer = state.proposers().get("n");
    assertEquals(Limits.ENTRIES_IN_FLIGHT_MAX, proposer.answers().size());
    assertNull(proposer.answersTo(1));
    assertEquals(second, proposer.answersTo(2));
    assertEquals(third, proposer.answersTo(3));
  }

  @Test
  void aNewRunForgetsTheAnswersOfTheOldOne() {
    apply("n", 1, 1, transact(add("/a")));
    apply("n", 1, 2, transact(add("/b")));
    List<Reply> replies = apply("n", 2, 1, transact(add("/c"))).replies();
    Proposer proposer = state.proposers().get("n");
    assertEquals(replies, proposer.answersTo(1));
    assertNull(proposer.answersTo(2));
    assertEquals(2, proposer.incarnation());
  }

  @Test
  void timeNeverGoesBack() {
    apply(1, 5_000, "a", 1, 1, transact(add("/a")));
    apply(2, 3_000, "b", 1, 1, transact(add("/b")));
    assertEquals(5_000, state.timeMillis());
    assertEquals(5_000, find("/b").stat().createdMillis());
    apply(3, 6_000, "b", 1, 2);
    assertEquals(6_000, state.timeMillis());
    apply(4, 9_000, "b", 1, 2);
    assertEquals(6_000, state.timeMillis(), "an entry that is not applied brings no time either");
  }

  private Node find(String path) {
    Node node = state.tree().find(Path.of(path));
    assertNotNull(node);
    return node;
  }

  @Test
  void positionsGrowWithGaps() {
    apply(3, 1_000, "n", 1, 1, transact(add("/a")));
    apply(17, 1_000, "n", 1, 2, transact(add("/b")));
    assertEquals(17, state.applied());
    assertEquals(2, state.revision());
    Entry entry = new Entry(1_000, "n", 1, 3, List.of());
    assertThrows(IllegalArgumentException.class, () -> state.apply(17, entry));
    assertThrows(IllegalArgumentException.class, () -> state.apply(3, entry));
  }
}

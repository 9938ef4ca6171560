package dev.muster.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.muster.codec.EntryCodec;
import dev.muster.core.Command;
import dev.muster.core.Entry;
import dev.muster.core.Limits;
import dev.muster.core.Proposer;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.core.Step;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** One node: a replica that applies the log at its own pace, and a proposer that asks again. */
final class SimulatedNode {
  private final String name;
  private final History history;
  private final TreeMap<Long, byte[]> inFlight = new TreeMap<>();
  private State state = State.EMPTY;
  private int next; // index of the log's entry to apply next
  private long incarnation = 1;
  private long sequence;

  SimulatedNode(String name, History history) {
    this.name = name;
    this.history = history;
  }

  State state() {
    return state;
  }

  int next() {
    return next;
  }

  boolean mayPropose() {
    return inFlight.size() < Limits.ENTRIES_IN_FLIGHT_MAX;
  }

  byte[] propose(long timeMillis, List<Command> commands) {
    byte[] entry =
        EntryCodec.encode(new Entry(timeMillis, name, incarnation, ++sequence, commands));
    inFlight.put(sequence, entry);
    return entry;
  }

  /** What the node has proposed and not seen applied, in order. */
  Collection<byte[]> unanswered() {
    return inFlight.values();
  }

  void applyNext(List<History.Logged> log) {
    History.Logged logged = log.get(next++);
    Entry entry = logged.decode();
    Step step = state.apply(logged.position(), entry);
    try {
      Invariants.checkStep(state, step);
      history.applied(logged, entry, step);
    } catch (AssertionError broken) {
      throw new AssertionError(
          "node %s, run %d, at entry %d: %s; the entry is %s"
              .formatted(name, incarnation, logged.position(), broken.getMessage(), entry),
          broken);
    }
    state = step.state();
    if (entry.proposer().equals(name) && entry.incarnation() == incarnation) {
      assertNotEquals(Proposer.Verdict.STALE, step.verdict(), "an entry of the present run");
      if (step.verdict() != Proposer.Verdict.OUT_OF_ORDER) {
        inFlight.remove(entry.sequence());
      }
    }
  }

  /** A follower that is far behind gets a snapshot: its own entries are answered from it. */
  void install(History.Snapshot snapshot) {
    state = snapshot.read();
    next = snapshot.next();
    Proposer self = state.proposers().get(name);
    if (self == null || self.incarnation() != incarnation) {
      return;
    }
    for (Long answered : List.copyOf(inFlight.headMap(self.sequence(), true).keySet())) {
      List<Reply> answers = self.answersTo(answered);
      assertNotNull(answers, () -> name + " cannot learn what became of its entry " + answered);
      assertEquals(history.answers(new History.Id(name, incarnation, answered)), answers);
      inFlight.remove(answered);
    }
  }

  /** Forgets all that was in memory; what was under way may still arrive. */
  void restart(History.Snapshot from) {
    incarnation++;
    sequence = 0;
    inFlight.clear();
    state = from.read();
    next = from.next();
  }

  History.Snapshot snapshot() {
    return history.snapshot(state, next);
  }

  @Override
  public String toString() {
    return name;
  }
}

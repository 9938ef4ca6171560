package dev.muster.simulation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.muster.codec.EntryCodec;
import dev.muster.codec.SnapshotCodec;
import dev.muster.core.Bytes;
import dev.muster.core.Entry;
import dev.muster.core.Proposer;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.core.Step;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What was seen first at each position of the log: whoever comes there later must see the same. */
final class History {

  /** An entry in the log. */
  record Logged(long position, Bytes bytes) {
    Entry decode() {
      return EntryCodec.decode(position, bytes.array(), 0, bytes.length());
    }
  }

  /** A batch of commands, by who asked for it and which of his it is. */
  record Id(String proposer, long incarnation, long sequence) {}

  /**
   * A state as bytes.
   *
   * @param next index of the log's entry after it
   */
  record Snapshot(Bytes bytes, int next) {
    State read() {
      return History.read(bytes.array());
    }
  }

  private final Map<Long, Long> chains = new HashMap<>();
  private final Map<Long, byte[]> snapshots = new HashMap<>();
  private final Map<Id, Long> positions = new HashMap<>();
  private final Map<Id, List<Reply>> answers = new HashMap<>();
  private final Set<String> met = new TreeSet<>();

  /** Compares a step with what others saw at the same position. */
  void applied(Logged logged, Entry entry, Step step) {
    long position = logged.position();
    Id id = new Id(entry.proposer(), entry.incarnation(), entry.sequence());
    if (step.verdict() == Proposer.Verdict.APPLIED) {
      Long before = positions.putIfAbsent(id, position);
      assertEquals(position, before == null ? position : before, () -> id + " was applied twice");
      List<Reply> known = answers.putIfAbsent(id, step.replies());
      assertEquals(known == null ? step.replies() : known, step.replies(), "another answer");
    }
    if (step.verdict() == Proposer.Verdict.REPEATED) {
      List<Reply> first = answers.get(id);
      assertNotNull(first, () -> id + " is called repeated and was never applied");
      Proposer proposer = step.state().proposers().get(entry.proposer());
      List<Reply> kept = proposer == null ? null : proposer.answersTo(entry.sequence());
      assertEquals(first, kept == null ? first : kept, "a repeated entry's answer");
    }
    met.add(step.verdict().toString());
    step.events().forEach(event -> met.add(event.type().toString()));
    for (Reply reply : step.replies()) {
      if (reply instanceof Reply.Refused refused) {
        met.add(refused.why().toString());
      }
    }
    Long known = chains.putIfAbsent(position, step.state().chain());
    if (known != null && known != step.state().chain()) {
      throw new AssertionError(
          "replicas differ: chain %x, but another had %x".formatted(step.state().chain(), known));
    }
  }

  @Nullable List<Reply> answers(Id id) {
    return answers.get(id);
  }

  /** The names of verdicts, refusals and events that came up. */
  Set<String> met() {
    return met;
  }

  /** Takes a snapshot, which must be the bytes that any other replica wrote there. */
  Snapshot snapshot(State state, int next) {
    byte[] bytes = write(state);
    byte[] known = snapshots.putIfAbsent(state.applied(), bytes);
    assertArrayEquals(
        known == null ? bytes : known, bytes, () -> "replicas differ at " + state.applied());
    State read = read(bytes);
    Invariants.check(read);
    assertEquals(state, read, () -> "the snapshot of entry " + state.applied() + " lost something");
    return new Snapshot(Bytes.wrap(bytes), next);
  }

  static byte[] write(State state) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      SnapshotCodec.write(state, out);
      return out.toByteArray();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  static State read(byte[] bytes) {
    try {
      return SnapshotCodec.read(new ByteArrayInputStream(bytes));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}

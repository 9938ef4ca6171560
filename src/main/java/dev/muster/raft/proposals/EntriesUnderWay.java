package dev.muster.raft.proposals;

import dev.muster.core.Entry;
import dev.muster.core.Limits;
import dev.muster.core.Proposer;
import dev.muster.core.State;
import dev.muster.core.Step;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries that were handed over and that this node has not applied yet, in order, and whether
 * they are to be handed over again. Guarded by the lock of {@link Proposals}.
 */
final class EntriesUnderWay {
  /** An entry that this node has not applied after this long is handed to the leader again. */
  static final Duration RESEND_AFTER = Duration.ofSeconds(2);

  private final String proposer;
  private final Deque<Batch> batches = new ArrayDeque<>();
  private Batch.Tag next;
  private boolean again;

  /** Nothing is handed over again before this. */
  private long notBeforeNanos = System.nanoTime();

  EntriesUnderWay(String proposer, long incarnation) {
    this.proposer = proposer;
    this.next = new Batch.Tag(incarnation, 1);
  }

  // ---- to the leader

  boolean isFull() {
    return batches.size() >= Limits.ENTRIES_IN_FLIGHT_MAX;
  }

  /** The tag of the next entry. */
  Batch.Tag next() {
    return next;
  }

  /** An entry with the {@link #next} tag is about to be handed over for the first time. */
  void add(Batch batch, long nowNanos) {
    if (batches.isEmpty()) {
      again = false;
    }
    next = new Batch.Tag(next.incarnation(), next.sequence() + 1);
    batch.handedOverNanos = nowNanos;
    batches.addLast(batch);
  }

  /** All are to be handed over again, not before the given time. */
  void sendAgain(long newNotBeforeNanos) {
    again = true;
    notBeforeNanos = newNotBeforeNanos;
  }

  boolean isToBeSentAgain() {
    return again && !batches.isEmpty();
  }

  /** How long until that may be done; not above zero: now. */
  long pauseNanos(long nowNanos) {
    return notBeforeNanos - nowNanos;
  }

  /** All, to be handed over again now. */
  List<Batch> sentAgain(long nowNanos) {
    again = false;
    batches.forEach(batch -> batch.handedOverNanos = nowNanos);
    return List.copyOf(batches);
  }

  /** Whether one has been unanswered for so long that all are to be handed over again. */
  boolean isSilent(long nowNanos) {
    return batches.stream()
        .anyMatch(batch -> nowNanos - batch.handedOverNanos > RESEND_AFTER.toNanos());
  }

  // ---- from the log

  /** What a state remembers of this node. */
  @Nullable Proposer knownIn(State state) {
    return state.proposers().get(proposer);
  }

  /** An entry of this run was applied; answers the batch that is settled by it. */
  @Nullable Batch applied(Entry entry, Proposer.Verdict verdict) {
    if (verdict == Proposer.Verdict.OUT_OF_ORDER) {
      again = true;
      return null;
    }
    Batch head = batches.peekFirst();
    return verdict == Proposer.Verdict.APPLIED
            && head != null
            && head.tag.sequence() == entry.sequence()
        ? batches.removeFirst()
        : null;
  }

  /**
   * Whether the log takes no more entries of this run: the state knows a later one, or has
   * forgotten this one and so can never take anything but its first entry.
   */
  boolean isOver(Entry entry, Step step) {
    if (step.verdict() == Proposer.Verdict.STALE) {
      return true;
    }
    Batch head = batches.peekFirst();
    return step.verdict() == Proposer.Verdict.OUT_OF_ORDER
        && entry.sequence() > 1
        && head != null
        && head.tag.sequence() == entry.sequence()
        && !isKnown(step.state());
  }

  private boolean isKnown(State state) {
    Proposer known = knownIn(state);
    return known != null && known.incarnation() >= next.incarnation();
  }

  /** Takes out those that a state has applied. */
  List<Batch> includedIn(Proposer known) {
    List<Batch> included = new ArrayList<>();
    while (known.incarnation() == next.incarnation()
        && !batches.isEmpty()
        && batches.getFirst().tag.sequence() <= known.sequence()) {
      included.add(batches.removeFirst());
    }
    return included;
  }

  /** Goes on under an incarnation that the state takes for newer; answers who is lost by it. */
  List<Pending> startAnew(State state) {
    Proposer known = knownIn(state);
    long newest =
        known == null ? next.incarnation() : Math.max(next.incarnation(), known.incarnation());
    next = new Batch.Tag(newest + 1, 1);
    return clear();
  }

  // ---- giving up

  /** Those who have waited too long and were not told so before. Their entries stay. */
  List<Pending> giveUp(long nowNanos, long timeoutNanos) {
    List<Pending> givenUp = new ArrayList<>();
    for (Batch batch : batches) {
      // The members were queued in order: the last has waited least.
      for (Pending pending : batch.members) {
        if (!pending.waitsLonger(nowNanos, timeoutNanos)) {
          break;
        }
        if (!pending.givenUp) {
          pending.givenUp = true;
          givenUp.add(pending);
        }
      }
    }
    return givenUp;
  }

  /** Takes out all. */
  List<Pending> clear() {
    List<Pending> all = new ArrayList<>();
    batches.forEach(batch -> all.addAll(batch.members));
    batches.clear();
    return all;
  }
}

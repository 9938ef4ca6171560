package dev.muster.duty;

import dev.muster.core.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The sessions that are to end, in small portions: what ends is deleted by every node in the one
 * order of all writes, and however many end together, others' writes shall hardly wait for it. A
 * few commands are under way at a time, and so many a tick. Guarded by {@link SessionExpiry}.
 *
 * @param <S> a session
 */
final class Closings<S> {
  /** Nodes that one command may delete, unless a single session owns more. */
  static final int EPHEMERALS_PER_COMMAND_MAX = 32;

  /** Sessions that one command ends. */
  static final int SESSIONS_PER_COMMAND_MAX = Math.min(32, Limits.SESSIONS_CLOSED_AT_ONCE_MAX);

  /** Commands under way at a time: while one is forced to disk, the other is on its way. */
  static final int UNDER_WAY_MAX = 2;

  /** Nodes, or sessions that own none, that one tick may add; four ticks are a second. */
  static final int WAITING_MAX = 1_024;

  private record Waiting<S>(S session, int owned) {}

  private final Deque<Waiting<S>> waiting = new ArrayDeque<>();
  private int waitingWeight;
  private int underWay;

  void clear() {
    waiting.clear();
    waitingWeight = 0;
    underWay = 0;
  }

  /** Whether it takes no more for now. */
  boolean isFull() {
    return waitingWeight >= WAITING_MAX;
  }

  /**
   * One more is to end.
   *
   * @param owned how many nodes it owns
   */
  void add(S session, int owned) {
    waiting.add(new Waiting<>(session, owned));
    waitingWeight += weight(owned);
  }

  private static int weight(int owned) {
    return Math.max(1, owned);
  }

  /** Takes what the next command may end; empty if there is nothing, or no room for a command. */
  List<S> next() {
    List<S> batch = new ArrayList<>();
    int ephemerals = 0;
    while (underWay < UNDER_WAY_MAX && !waiting.isEmpty()) {
      Waiting<S> first = waiting.peek();
      if (!batch.isEmpty()
          && (batch.size() >= SESSIONS_PER_COMMAND_MAX
              || ephemerals + first.owned > EPHEMERALS_PER_COMMAND_MAX)) {
        break;
      }
      waiting.remove();
      waitingWeight -= weight(first.owned);
      batch.add(first.session);
      ephemerals += first.owned;
    }
    return batch;
  }

  /** A command is on its way. */
  void sent() {
    underWay++;
  }

  /** A command is done, refused or given up. */
  void settled() {
    underWay--;
  }
}

package dev.muster.raft.proposals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What waits to be put into an entry, in order: nothing has happened to any of it. Guarded by the
 * lock of {@link Proposals}.
 */
final class Backlog {
  /** Commands and barriers that may wait; more are refused at once. */
  static final int WAITING_MAX = 50_000;

  private final Deque<Pending> queue = new ArrayDeque<>();

  /** False: too many wait already. */
  boolean add(Pending pending) {
    if (queue.size() >= WAITING_MAX) {
      return false;
    }
    queue.addLast(pending);
    return true;
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  int size() {
    return queue.size();
  }

  /** Those who have waited longest, up to so many commands and the barriers between them. */
  List<Pending> first(int commandsMax) {
    List<Pending> first = new ArrayList<>(Math.min(queue.size(), commandsMax));
    int commands = 0;
    for (Pending pending : queue) {
      if (commands == commandsMax) {
        break;
      }
      if (pending.command != null) {
        commands++;
      }
      first.add(pending);
    }
    return first;
  }

  /**
   * Takes out the first {@code count} of those that {@link #first} has shown. False, and nothing is
   * taken out, if some of them were given up meanwhile.
   */
  boolean take(List<Pending> shown, int count) {
    // Whoever is given up has waited longest: if the first is still here, all are.
    if (queue.peekFirst() != shown.get(0)) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      queue.removeFirst();
    }
    return true;
  }

  /** Takes out those who have waited too long. */
  List<Pending> giveUp(long nowNanos, long timeoutNanos) {
    List<Pending> givenUp = new ArrayList<>();
    while (!queue.isEmpty() && queue.getFirst().waitsLonger(nowNanos, timeoutNanos)) {
      givenUp.add(queue.removeFirst());
    }
    return givenUp;
  }

  /** Takes out all. */
  List<Pending> clear() {
    List<Pending> all = List.copyOf(queue);
    queue.clear();
    return all;
  }
}

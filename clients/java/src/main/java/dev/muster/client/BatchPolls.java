package dev.muster.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Shares out all items that are followed among as few polls as hold them. What servers refuse, or
 * may well, has a poll of its own until it is answered, so that it takes no other along.
 * Thread-safe.
 */
final class BatchPolls implements BatchPoll.Home {
  private final BatchPoll.Setting setting;
  private final Map<Follower, BatchPoll> homes = new HashMap<>();
  private final List<BatchPoll> shared = new ArrayList<>();
  private final Set<BatchPoll> alone = new HashSet<>();
  private boolean closed;

  BatchPolls(BatchPoll.Setting setting) {
    this.setting = setting;
  }

  /** Feeds the follower of an item until it leaves. */
  void follow(Follower follower) {
    BatchPoll poll;
    synchronized (this) {
      if (closed) {
        return;
      }
      poll =
          Paths.isItemName(follower.resource().item()) ? settle(follower) : settleAlone(follower);
    }
    poll.wake();
    if (follower.isClosed()) { // it may have left before it came
      leave(follower);
    }
  }

  private BatchPoll settle(Follower follower) {
    for (BatchPoll poll : shared) {
      if (poll.add(follower)) {
        homes.put(follower, poll);
        return poll;
      }
    }
    BatchPoll poll = new BatchPoll(setting, this);
    shared.add(poll);
    poll.add(follower);
    homes.put(follower, poll);
    return poll;
  }

  private BatchPoll settleAlone(Follower follower) {
    BatchPoll poll = new BatchPoll(setting, this);
    alone.add(poll);
    poll.add(follower);
    homes.put(follower, poll);
    return poll;
  }

  /** The follower was closed. */
  void leave(Follower follower) {
    BatchPoll empty;
    synchronized (this) {
      BatchPoll from = homes.remove(follower);
      if (from == null || !from.remove(follower)) {
        return;
      }
      empty = from;
      drop(empty);
    }
    empty.close();
  }

  private void drop(BatchPoll empty) {
    shared.remove(empty);
    alone.remove(empty);
  }

  @Override
  public void refused(Follower follower, BatchPoll from, MusterException refusal) {
    BatchPoll poll;
    boolean isEmpty;
    synchronized (this) {
      if (!homes.remove(follower, from)) {
        return;
      }
      isEmpty = from.remove(follower);
      if (isEmpty) {
        drop(from);
      }
      poll = settleAlone(follower);
    }
    if (isEmpty) {
      from.close();
    }
    poll.beginRefused(refusal);
  }

  @Override
  public void answered(Follower follower, BatchPoll by) {
    BatchPoll poll;
    synchronized (this) {
      if (!alone.contains(by) || !homes.remove(follower, by)) {
        return;
      }
      by.remove(follower);
      drop(by);
      poll = settle(follower);
    }
    by.close();
    poll.wake();
  }

  void close() {
    List<BatchPoll> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(shared);
      all.addAll(alone);
      shared.clear();
      alone.clear();
      homes.clear();
    }
    all.forEach(BatchPoll::close);
  }
}

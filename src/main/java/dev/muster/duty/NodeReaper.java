package dev.muster.duty;

import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Stat;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Deletes ttl nodes that have outlived their time and containers that have lost their last child.
 * Ages are told by the clocks of the nodes: that of whoever wrote, and that of the leader.
 */
public final class NodeReaper implements Duty {
  /**
   * An empty container is left in peace this long: whoever emptied it may be about to fill it
   * again.
   */
  static final long CONTAINER_GRACE_MILLIS = 30_000;

  /**
   * Nodes looked at in one tick, so that a million of them do not keep the duties' thread busy; the
   * next tick goes on behind them.
   */
  static final int LOOKED_AT_MAX = 10_000;

  static final int COMMANDS_UNDER_WAY_MAX = 256;

  private final Ledger ledger;
  private final Predicate<Path> isShortLived;
  private final LongSupplier clockMillis;

  /** Guarded by this: answers come on other threads. */
  private final Set<Path> underWay = new HashSet<>();

  private Tenure tenure = new Tenure(0);

  /** The last node looked at; absent before the first one. */
  private @Nullable Path lookedAt;

  /**
   * @param isShortLived of containers that go with their last child, as whoever fills them again
   *     makes them anew in the same go
   * @param clockMillis the clock that entries are stamped with
   */
  public NodeReaper(Ledger ledger, Predicate<Path> isShortLived, LongSupplier clockMillis) {
    this.ledger = ledger;
    this.isShortLived = isShortLived;
    this.clockMillis = clockMillis;
  }

  @Override
  public synchronized void begin(Tenure newTenure) {
    tenure = newTenure;
    lookedAt = null;
    underWay.clear();
  }

  @Override
  public synchronized void end() {
    underWay.clear();
  }

  @Override
  public synchronized void tick(long tenureMillis) {
    State state = ledger.local();
    long now = clockMillis.getAsLong();
    SortedSet<Path> all = state.tree().perishable();
    int looks = 0;
    for (Path path : lookedAt == null ? all : all.tailSet(lookedAt)) {
      if (looks++ >= LOOKED_AT_MAX || underWay.size() >= COMMANDS_UNDER_WAY_MAX) {
        lookedAt = path;
        return;
      }
      Node node = state.tree().find(path);
      if (node != null && isOver(path, node, now) && !underWay.contains(path)) {
        propose(path, node);
      }
    }
    lookedAt = null;
  }

  private boolean isOver(Path path, Node node, long nowMillis) {
    Stat stat = node.stat();
    if (!node.children().isEmpty()) {
      return false;
    }
    if (stat.life() instanceof Life.Ttl ttl) {
      return nowMillis - Math.max(stat.modifiedMillis(), stat.childrenMillis()) > ttl.ttlMillis();
    }
    return stat.childrenCreated() != 0
        && (isShortLived.test(path) || nowMillis - stat.childrenMillis() > CONTAINER_GRACE_MILLIS);
  }

  private void propose(Path path, Node node) {
    underWay.add(path);
    Tenure proposedIn = tenure;
    Command reap =
        new Command.Transact(
            List.of(
                tenure.fence(),
                new Guard.Created(path, node.stat().createdRevision()),
                new Guard.Unchanged(path, node.stat().subtreeRevision())),
            List.of(new Change.Delete(path)));
    var unused = ledger.submit(reap).whenComplete((reply, failed) -> settled(proposedIn, path));
  }

  private synchronized void settled(Tenure proposedIn, Path path) {
    if (proposedIn.equals(tenure)) {
      underWay.remove(path);
    }
  }
}

package dev.muster.config;

import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.duty.Duty;
import dev.muster.duty.Tenure;
import dev.muster.ledger.Ledger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Drops releases that need not be kept any more of items that nobody writes, and the histories of
 * items that were deleted long ago. Goes through all histories once a minute, some of them in each
 * tick. What is left of the histories of a namespace that was deleted goes at once, in parts: there
 * may be too much for one revision. Ages are told by the clocks of the nodes: that of whoever
 * wrote, and that of the leader.
 */
public final class HistoryReaper implements Duty {
  static final long PAUSE_MILLIS = 60_000;

  /** Histories looked at in one tick; the next tick goes on behind them. */
  static final int LOOKED_AT_MAX = 2_000;

  static final int COMMANDS_UNDER_WAY_MAX = 64;

  /** Of one history in one transaction; the next pass drops more. */
  static final int RELEASES_AT_ONCE_MAX = 100;

  /** Of a namespace that was deleted, in one transaction; the next tick drops more. */
  static final int REMAINS_AT_ONCE_MAX = 2_000;

  private final Ledger ledger;
  private final LongSupplier clockMillis;

  /** Guarded by this: answers come on other threads. */
  private final Set<Path> underWay = new HashSet<>();

  private Tenure tenure = new Tenure(0);
  private long nextPassMillis;

  /** The history to begin with, in the namespace to begin with; empty for the first ones. */
  private String namespace = "";

  private String history = "";
  private int looks;

  /** What the namespaces were when no history was left of one that is deleted. */
  private long tidyRevision;

  /**
   * @param clockMillis the clock that entries are stamped with
   */
  public HistoryReaper(Ledger ledger, LongSupplier clockMillis) {
    this.ledger = ledger;
    this.clockMillis = clockMillis;
  }

  @Override
  public synchronized void begin(Tenure newTenure) {
    tenure = newTenure;
    nextPassMillis = 0;
    tidyRevision = -1;
    goOnAt("", "");
    underWay.clear();
  }

  @Override
  public synchronized void end() {
    underWay.clear();
  }

  @Override
  public synchronized void tick(long tenureMillis) {
    State state = ledger.local();
    Node all = state.tree().find(Releases.ALL);
    if (all != null) {
      dropRemains(state, all);
    }
    if (tenureMillis < nextPassMillis) {
      return;
    }
    looks = 0;
    if (all == null || through(state, all)) {
      goOnAt("", "");
      nextPassMillis = tenureMillis + PAUSE_MILLIS;
    }
  }

  // ---- namespaces that were deleted

  private void dropRemains(State state, Node all) {
    long revision = state.tree().subtreeRevision(Namespaces.ALL);
    if (revision == tidyRevision) {
      return;
    }
    boolean tidy = true;
    for (Map.Entry<String, Node> entry : all.children().entrySet()) {
      Path path = Releases.of(entry.getKey());
      if (!Namespaces.exists(state, entry.getKey())) {
        tidy = false;
        if (underWay.size() < COMMANDS_UNDER_WAY_MAX && !underWay.contains(path)) {
          propose(path, remains(entry.getKey(), path, entry.getValue()));
        }
      }
    }
    if (tidy) {
      tidyRevision = revision;
    }
  }

  /** What drops the first of what is left of them; nobody writes there any more. */
  private Command remains(String name, Path path, Node histories) {
    List<Guard> guards = List.of(tenure.fence(), new Guard.Absent(Namespaces.path(name)));
    if (histories.subtreeNodes() <= REMAINS_AT_ONCE_MAX) {
      return new Command.Transact(guards, List.of(new Change.DeleteSubtree(path)));
    }
    List<Change> changes = new ArrayList<>();
    long nodes = 0;
    for (Map.Entry<String, Node> history : histories.children().entrySet()) {
      nodes += history.getValue().subtreeNodes();
      if (!changes.isEmpty()
          && (nodes > REMAINS_AT_ONCE_MAX || changes.size() == Limits.TRANSACTION_CHANGES_MAX)) {
        break;
      }
      changes.add(new Change.DeleteSubtree(path.child(history.getKey())));
    }
    return new Command.Transact(guards, changes);
  }

  // ---- namespaces that are there

  private void goOnAt(String nextNamespace, String nextHistory) {
    namespace = nextNamespace;
    history = nextHistory;
  }

  /** Whether it came to the end. */
  private boolean through(State state, Node all) {
    for (Map.Entry<String, Node> entry : all.children().tailMap(namespace, true).entrySet()) {
      String from = entry.getKey().equals(namespace) ? history : "";
      Node present = Namespaces.find(state, entry.getKey());
      if (present != null && !through(entry.getKey(), present, entry.getValue(), from)) {
        return false;
      }
    }
    return true;
  }

  private boolean through(String name, Node present, Node histories, String from) {
    Retention retention = Retention.of(present);
    Guard asSet = new Guard.Modified(Namespaces.path(name), present.stat().modifiedRevision());
    Path path = Releases.of(name);
    long now = clockMillis.getAsLong();
    for (Map.Entry<String, Node> entry : histories.children().tailMap(from, true).entrySet()) {
      if (looks++ >= LOOKED_AT_MAX || underWay.size() >= COMMANDS_UNDER_WAY_MAX) {
        goOnAt(name, entry.getKey());
        return false;
      }
      Command command = due(path.child(entry.getKey()), entry.getValue(), retention, asSet, now);
      if (command != null) {
        propose(path.child(entry.getKey()), command);
      }
    }
    return true;
  }

  private @Nullable Command due(
      Path path, Node releases, Retention retention, Guard asSet, long now) {
    if (releases.children().isEmpty() || underWay.contains(path)) {
      return null;
    }
    List<Guard> guards = new ArrayList<>(List.of(tenure.fence(), asSet));
    if (retention.isOver(releases, now)) {
      // Whoever restores it meanwhile makes a release.
      guards.add(new Guard.Unchanged(path, releases.stat().subtreeRevision()));
      return new Command.Transact(guards, List.of(new Change.DeleteSubtree(path)));
    }
    List<String> dropped = retention.dropped(releases, now, RELEASES_AT_ONCE_MAX);
    if (dropped.isEmpty()) {
      return null;
    }
    guards.add(new Guard.Created(path, releases.stat().createdRevision()));
    return new Command.Transact(
        guards, dropped.stream().<Change>map(name -> new Change.Delete(path.child(name))).toList());
  }

  private void propose(Path path, Command command) {
    underWay.add(path);
    Tenure proposedIn = tenure;
    var unused = ledger.submit(command).whenComplete((reply, failed) -> settled(proposedIn, path));
  }

  private synchronized void settled(Tenure proposedIn, Path path) {
    if (proposedIn.equals(tenure)) {
      underWay.remove(path);
    }
  }
}

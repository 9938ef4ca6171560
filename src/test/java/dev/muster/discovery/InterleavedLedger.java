package dev.muster.discovery;

import dev.muster.core.Command;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.ledger.ClusterStatus;
import dev.muster.ledger.Ledger;
import dev.muster.watch.Changes;
import dev.muster.watch.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Lets others act between a service's read and its write: the planned acts run one by one, each
 * right before a command that the service submits. Also counts what was submitted.
 */
final class InterleavedLedger implements Ledger {
  private final Ledger ledger;
  private final Deque<Runnable> acts = new ArrayDeque<>();
  private final List<Command> submitted = new ArrayList<>();
  private State stale;

  InterleavedLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Plans what happens before the next command that nothing is planned for yet. */
  void beforeNextCommand(Runnable act) {
    acts.add(act);
  }

  /** From now on this node lags: it knows only what it knows now, until it is made to catch up. */
  void lag() {
    stale = ledger.local();
  }

  List<Command> submitted() {
    return List.copyOf(submitted);
  }

  @Override
  public CompletableFuture<Reply> submit(Command command) {
    Runnable act = acts.poll();
    if (act != null) {
      act.run();
    }
    submitted.add(command);
    stale = null;
    return ledger.submit(command);
  }

  @Override
  public State local() {
    return stale == null ? ledger.local() : stale;
  }

  @Override
  public CompletableFuture<State> fresh() {
    stale = null;
    return ledger.fresh();
  }

  @Override
  public CompletableFuture<State> at(long revision) {
    return ledger.at(revision);
  }

  @Override
  public CompletableFuture<Changes> changes(Scope scope, Path path, long afterRevision) {
    return ledger.changes(scope, path, afterRevision);
  }

  @Override
  public int parked() {
    return ledger.parked();
  }

  @Override
  public ClusterStatus status() {
    return ledger.status();
  }
}

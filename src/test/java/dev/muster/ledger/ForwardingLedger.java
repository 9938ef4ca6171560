package dev.muster.ledger;

import dev.muster.core.Command;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.watch.Changes;
import dev.muster.watch.Scope;
import java.util.concurrent.CompletableFuture;

/** Another ledger, but for what a test wants to be otherwise. */
public abstract class ForwardingLedger implements Ledger {
  private final Ledger ledger;

  protected ForwardingLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  @Override
  public CompletableFuture<Reply> submit(Command command) {
    return ledger.submit(command);
  }

  @Override
  public State local() {
    return ledger.local();
  }

  @Override
  public CompletableFuture<State> fresh() {
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

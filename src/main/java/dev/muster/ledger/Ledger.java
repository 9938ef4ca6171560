package dev.muster.ledger;

import dev.muster.core.Command;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.watch.Changes;
import dev.muster.watch.Scope;
import java.util.concurrent.CompletableFuture;

/**
 * The replicated state, as one node sees it. All methods return at once, from any thread. Futures
 * complete on an executor of the ledger's, never on the thread that applies the log; they end in
 * bounded time, with {@link UnavailableException} where the cluster could not answer (no leader, no
 * quorum, shutting down). Cancelling a future forgets the wait, not the command.
 */
public interface Ledger {

  /**
   * Puts a command through the log. Completes once this node has applied it, so that {@link #local}
   * shows its effect.
   *
   * @throws dev.muster.core.LimitExceededException at once, if the command passes a limit; nothing
   *     has happened
   */
  CompletableFuture<Reply> submit(Command command);

  /** What this node has applied so far: consistent, but perhaps behind the other nodes. */
  State local();

  /** A state that holds everything acknowledged anywhere before this call: a linearizable read. */
  CompletableFuture<State> fresh();

  /** This node's state as soon as it has applied the revision; at once if it has. */
  CompletableFuture<State> at(long revision);

  /**
   * What changed at the path after a revision: completes at once if something did, else when
   * something does. The caller bounds the wait by cancelling the future.
   */
  CompletableFuture<Changes> changes(Scope scope, Path path, long afterRevision);

  /** How many wait for changes on this node now. */
  int parked();

  /** How the cluster does, from what this node knows. */
  ClusterStatus status();
}

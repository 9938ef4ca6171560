package dev.muster.discovery;

import dev.muster.core.Command;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.ledger.ForwardingLedger;
import dev.muster.ledger.Ledger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Lets others act between a service's read and its write: the planned acts run one by one, each
 * right before a command that the service submits. Also counts what was submitted.
 */
final class InterleavedLedger extends ForwardingLedger {
  private final Deque<Runnable> acts = new ArrayDeque<>();
  private final List<Command> submitted = new ArrayList<>();
  private State stale;

  InterleavedLedger(Ledger ledger) {
    super(ledger);
  }

  /** Plans what happens before the next command that nothing is planned for yet. */
  void beforeNextCommand(Runnable act) {
    acts.add(act);
  }

  /** From now on this node lags: it knows only what it knows now, until it is made to catch up. */
  void lag() {
    stale = super.local();
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
    return super.submit(command);
  }

  @Override
  public State local() {
    return stale == null ? super.local() : stale;
  }

  @Override
  public CompletableFuture<State> fresh() {
    stale = null;
    return super.fresh();
  }
}

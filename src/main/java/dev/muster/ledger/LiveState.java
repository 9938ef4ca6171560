package dev.muster.ledger;

import dev.muster.core.Path;
import dev.muster.core.State;
import dev.muster.core.Step;
import dev.muster.watch.Changes;
import dev.muster.watch.CountedFuture;
import dev.muster.watch.EventLog;
import dev.muster.watch.Scope;
import dev.muster.watch.TooManyWaitersException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a node has applied, for its readers. One thread publishes: the one that applies the log; it
 * waits for nobody and completes no future. All else may be called from any thread.
 *
 * <p>The state becomes visible first, then its events, then those who wait for its revision are
 * woken: whoever is told of a revision by any future finds it in {@link #local}. Who reads a state
 * and then asks for its changes may come before the events, and waits for an instant.
 */
public final class LiveState implements AutoCloseable {
  /** How many may wait for a revision to come. */
  public static final int WAITERS_MAX = 100_000;

  /** One who waits for a revision; {@code number} tells those of the same revision apart. */
  private record Ticket(long revision, long number) implements Comparable<Ticket> {
    @Override
    public int compareTo(Ticket other) {
      int byRevision = Long.compare(revision, other.revision);
      return byRevision != 0 ? byRevision : Long.compare(number, other.number);
    }
  }

  private final EventLog log;
  private final Executor executor;
  private volatile State state = State.EMPTY;
  private volatile @Nullable RuntimeException closed;

  private final ConcurrentSkipListMap<Ticket, Arrival> arrivals = new ConcurrentSkipListMap<>();
  private final AtomicLong tickets = new AtomicLong();
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * Starts empty.
   *
   * @param executor completes the futures; must take every task until this is closed
   */
  public LiveState(EventLog log, Executor executor) {
    this.log = log;
    this.executor = executor;
  }

  // ---- the applying thread

  /** The log has one more entry applied. */
  public void publish(Step step) {
    show(step.state());
    log.append(step.state().revision(), step.events());
    arrive(step.state());
  }

  /** A snapshot takes the place of what was applied so far. */
  public void restore(State restored) {
    show(restored);
    log.reset(restored.revision());
    arrive(restored);
  }

  private void show(State next) {
    if (next.applied() < state.applied() || next.revision() < state.revision()) {
      throw new IllegalStateException(
          "position %d, revision %d cannot follow position %d, revision %d"
              .formatted(next.applied(), next.revision(), state.applied(), state.revision()));
    }
    state = next;
  }

  private void arrive(State reached) {
    List<Arrival> arrived = new ArrayList<>();
    for (Map.Entry<Ticket, Arrival> first = arrivals.firstEntry();
        first != null && first.getKey().revision <= reached.revision();
        first = arrivals.firstEntry()) {
      arrivals.remove(first.getKey());
      arrived.add(first.getValue());
    }
    if (!arrived.isEmpty()) {
      run(() -> arrived.forEach(arrival -> arrival.complete(reached)));
    }
  }

  // ---- any thread

  /** What this node has applied so far. */
  public State local() {
    return state;
  }

  /**
   * The state as soon as it holds the revision. There is no time-out: the caller cancels or
   * completes the future, which leaves nothing behind.
   */
  public CompletableFuture<State> at(long revision) {
    State now = state;
    if (now.revision() >= revision) {
      return CompletableFuture.completedFuture(now);
    }
    if (waiting.incrementAndGet() > WAITERS_MAX) {
      waiting.decrementAndGet();
      return CompletableFuture.failedFuture(new TooManyWaitersException(WAITERS_MAX));
    }
    Arrival arrival = new Arrival(new Ticket(revision, tickets.incrementAndGet()));
    arrivals.put(arrival.ticket, arrival);
    // The revision may have come between the look above and the registration; look again. Publish
    // sets the state, then looks for arrivals: one of the two sees the other.
    now = state;
    if (now.revision() >= revision) {
      arrival.complete(now);
    }
    RuntimeException reason = closed;
    if (reason != null) {
      arrival.completeExceptionally(reason);
    }
    return arrival;
  }

  /** As {@link EventLog#changes}, but looks at the tree first: quiet paths are never too old. */
  public CompletableFuture<Changes> changes(Scope scope, Path path, long after) {
    State now = state;
    // Nothing in (after, now]: so that is the same question as "after now", which needs no search
    // through the history and has an answer even if the history does not go back that far.
    long from = scope.lastTouched(now, path) <= after ? Math.max(after, now.revision()) : after;
    return log.changes(scope, path, from);
  }

  /** How many wait for a revision to come. */
  public int waitingForRevision() {
    return waiting.get();
  }

  /** Ends all futures, changes included, with {@link UnavailableException}. */
  @Override
  public void close() {
    RuntimeException reason =
        new UnavailableException(
            UnavailableException.Outcome.NOT_DONE, "this node is shutting down");
    closed = reason;
    log.close(reason);
    List<Arrival> left = List.copyOf(arrivals.values());
    run(() -> left.forEach(arrival -> arrival.completeExceptionally(reason)));
  }

  private void run(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException closing) {
      task.run(); // better on the wrong thread than futures that never end
    }
  }

  /** A future of {@link #at}; however it ends, its entry goes. */
  private final class Arrival extends CountedFuture<State> {
    private final Ticket ticket;

    Arrival(Ticket ticket) {
      this.ticket = ticket;
    }

    @Override
    protected void ended() {
      arrivals.remove(ticket);
      waiting.decrementAndGet();
    }
  }
}

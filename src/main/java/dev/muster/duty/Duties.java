package dev.muster.duty;

import dev.muster.core.Command;
import dev.muster.core.Feature;
import dev.muster.core.Node;
import dev.muster.core.Refusal;
import dev.muster.core.Reply;
import dev.muster.ledger.ClusterStatus;
import dev.muster.ledger.Ledger;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs the duties while this node leads. Not on Raft's thread, which would deadlock on waiting for
 * the log, but on one of its own, which looks several times a second at who leads.
 */
public final class Duties implements AutoCloseable {
  static final long TICK_MILLIS = 250;

  /**
   * A gap between two ticks counts as this at the most: what is longer was a pause of the process.
   */
  static final long TICK_COUNTED_MILLIS_MAX = 2 * TICK_MILLIS;

  private static final Logger LOG = Logger.getLogger(Duties.class);

  private final Ledger ledger;
  private final List<Duty> duties;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread created = new Thread(task, "muster-duties");
            created.setDaemon(true);
            return created;
          });

  private long term = -1;
  private @Nullable CompletableFuture<Reply> claim;
  private @Nullable Tenure tenure;
  private boolean complained;
  private long tenureMillis;
  private long lastTickNanos;

  public Duties(Ledger ledger, List<Duty> duties) {
    this.ledger = ledger;
    this.duties = List.copyOf(duties);
  }

  public void start() {
    var unused =
        thread.scheduleWithFixedDelay(
            () -> guarded(() -> tick(System.nanoTime())),
            TICK_MILLIS,
            TICK_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  /** One look; on the duties' thread, or by a test instead of it. */
  void tick(long nowNanos) {
    ClusterStatus status = ledger.status();
    if (!status.isLeader() || status.term() != term) {
      resign();
      term = status.term();
    }
    if (!status.isLeader()) {
      return;
    }
    if (tenure != null && !isHeld(tenure)) {
      LOG.warnf("another node has claimed the leader's duties in or before term %d; again", term);
      resign();
    }
    if (tenure == null) {
      claim(status, nowNanos);
    }
    if (tenure != null) {
      long elapsedMillis = TimeUnit.NANOSECONDS.toMillis(nowNanos - lastTickNanos);
      tenureMillis += Math.min(elapsedMillis, TICK_COUNTED_MILLIS_MAX);
      lastTickNanos = nowNanos;
      forEachDuty(duty -> duty.tick(tenureMillis));
    }
  }

  private boolean isHeld(Tenure held) {
    Node claimed = ledger.local().tree().find(Tenure.PATH);
    return claimed != null && claimed.stat().modifiedRevision() == held.claimedRevision();
  }

  /** Looks what became of the claim, and makes one where there is none. */
  private void claim(ClusterStatus status, long nowNanos) {
    if (claim == null) {
      if (!ledger.local().settings().has(Feature.BASELINE)) {
        // Nobody waits for it: the next claim tries again.
        var unused = ledger.submit(new Command.EnableFeature(Feature.BASELINE));
      }
      claim = ledger.submit(Tenure.claim(ledger.local(), status.node(), status.term()));
    }
    if (!claim.isDone()) {
      return;
    }
    // If it was given up, no majority answered in time: the next tick tries again.
    Reply reply = claim.isCompletedExceptionally() ? null : claim.join();
    claim = null;
    if (reply instanceof Reply.Done done) {
      Tenure claimed = new Tenure(done.revision());
      tenure = claimed;
      tenureMillis = 0;
      lastTickNanos = nowNanos;
      forEachDuty(duty -> duty.begin(claimed));
    } else if (reply instanceof Reply.Refused refused) {
      boolean overtaken =
          refused.why() == Refusal.REVISION_CONFLICT || refused.why() == Refusal.NODE_EXISTS;
      if (!overtaken && !complained) {
        complained = true;
        LOG.errorf("could not claim the leader's duties, trying on: %s", refused.detail());
      }
    }
  }

  private void resign() {
    if (tenure != null) {
      forEachDuty(Duty::end);
    }
    tenure = null;
    claim = null;
    complained = false;
  }

  /** One duty's trouble is not the others'. */
  private void forEachDuty(Consumer<Duty> task) {
    duties.forEach(duty -> guarded(() -> task.accept(duty)));
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (Throwable unexpected) { // an Error too: what is scheduled would not run again
      LOG.error("a duty failed; it is tried again", unexpected);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
        LOG.warn("a duty still runs while this node closes");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.muster.raft;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Warns if this node's clock is far behind the cluster's time. Ages of nodes with a ttl are told by
 * clocks, and the state's time never goes back.
 */
final class ClockCheck {
  /** More than this between the cluster's time and this node's clock is worth a warning. */
  private static final long CLOCKS_APART_MILLIS_MAX = 60_000;

  private static final Duration WARN_EVERY = Duration.ofMinutes(10);
  private static final Logger LOG = Logger.getLogger(ClockCheck.class);

  private final String self;
  private final LongSupplier clusterMillis;

  /** No warning before this. */
  private long quietUntilNanos = System.nanoTime();

  ClockCheck(String self, LongSupplier clusterMillis) {
    this.self = self;
    this.clusterMillis = clusterMillis;
  }

  /** Called now and then, by one thread. */
  void look() {
    long aheadMillis = clusterMillis.getAsLong() - System.currentTimeMillis();
    long now = System.nanoTime();
    if (aheadMillis > CLOCKS_APART_MILLIS_MAX && now - quietUntilNanos > 0) {
      quietUntilNanos = now + WARN_EVERY.toNanos();
      LOG.warnf(
          "%s: the cluster's time is %d s ahead of this node's clock: this clock is slow, or"
              + " another node's was fast; nodes with a ttl may live too long or too short. Are all"
              + " nodes' clocks synchronized?",
          self, aheadMillis / 1_000);
    }
  }
}

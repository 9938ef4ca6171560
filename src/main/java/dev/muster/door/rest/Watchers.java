package dev.muster.door.rest;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests that wait (long polls, streams, reads for a later revision), so that neither
 * one client nor all together exhaust this node; and tells them when the node is about to stop.
 */
@Singleton
public class Watchers {
  private final AtomicInteger total = new AtomicInteger();
  private final Set<Place> places = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;
  private final ConcurrentHashMap<String, Integer> byAddress = new ConcurrentHashMap<>();

  Watchers(MeterRegistry meters) {
    Gauge.builder("muster.watchers.parked", total, AtomicInteger::get)
        .description("Requests that wait: long polls, streams, reads for a later revision")
        .register(meters);
  }

  /** A place among the waiting; given back once. */
  public final class Place {
    private final String address;
    private final int weight;
    private final AtomicBoolean left = new AtomicBoolean();
    private volatile @Nullable Runnable whenDraining;

    private Place(String address, int weight) {
      this.address = address;
      this.weight = weight;
    }

    /**
     * Has it run, from any thread and perhaps twice, when the node is about to stop; at once if it
     * is. Who waits then answers with what there is.
     */
    public void whenDraining(Runnable answer) {
      whenDraining = answer;
      if (draining) {
        answer.run();
      }
    }

    private void drain() {
      Runnable answer = whenDraining;
      if (answer != null) {
        answer.run();
      }
    }

    /** Gives the place back; again does nothing. */
    public void leave() {
      if (left.compareAndSet(false, true)) {
        places.remove(this);
        total.addAndGet(-weight);
        byAddress.computeIfPresent(
            address, (a, count) -> count == weight ? null : Integer.valueOf(count - weight));
      }
    }
  }

  /**
   * Takes a place.
   *
   * @throws Problem {@link Code#TOO_MANY_WATCHERS}
   */
  public Place enter(RoutingContext context) {
    return enter(context, 1);
  }

  /**
   * Refuses what would be refused if it entered now: while there is still an answer to refuse it
   * with.
   *
   * @throws Problem {@link Code#TOO_MANY_WATCHERS}
   */
  void demandRoom(RoutingContext context) {
    enter(context).leave();
  }

  /**
   * As {@link #enter(RoutingContext)}, for one who waits at many paths.
   *
   * @param weight as how many it counts: one for every two paths, which is what a long poll has
   */
  Place enter(RoutingContext context, int weight) {
    String address =
        context.request().remoteAddress() == null
            ? ""
            : String.valueOf(context.request().remoteAddress().hostAddress());
    if (total.addAndGet(weight) > RestLimits.WATCHERS_MAX) {
      total.addAndGet(-weight);
      throw tooMany("this node", RestLimits.WATCHERS_MAX);
    }
    int mine = byAddress.merge(address, weight, Integer::sum);
    Place place = new Place(address, weight);
    places.add(place);
    if (mine > RestLimits.WATCHERS_PER_ADDRESS_MAX) {
      place.leave();
      throw tooMany("your address", RestLimits.WATCHERS_PER_ADDRESS_MAX);
    }
    return place;
  }

  /**
   * The node is about to stop: all who wait are answered while the HTTP server still takes
   * requests; it closes when the last is, or after {@code quarkus.shutdown.timeout}.
   */
  void stopping(@Observes ShutdownDelayInitiatedEvent event) {
    drain(true);
  }

  /** Answers all who wait, and all who would wait from now on; {@code false} ends that. */
  void drain(boolean on) {
    draining = on;
    if (on) {
      places.forEach(Place::drain);
    }
  }

  /** Whether the node is about to stop: then it is this node that ends connections. */
  boolean isDraining() {
    return draining;
  }

  /** How many wait now. */
  public int count() {
    return total.get();
  }

  private static Problem tooMany(String whose, int max) {
    return new Problem(
            Code.TOO_MANY_WATCHERS,
            whose + " has " + max + " waiting requests, as many as it may: poll less at a time")
        .with("max", max)
        .header("Retry-After", "1");
  }
}

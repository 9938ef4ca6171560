package dev.muster.boot;

import dev.muster.ledger.Ledger;
import dev.muster.ledger.Peers;
import dev.muster.subscriber.ClusterSubscribers;
import dev.muster.subscriber.Subscribers;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/** Makes what knows who follows what, on this node and on all. */
class SubscriberProducer {
  private static long monotonicMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  @Produces
  @Singleton
  Subscribers subscribers(Ledger ledger, Peers peers) {
    Subscribers subscribers =
        new Subscribers(ledger, peers.self(), SubscriberProducer::monotonicMillis);
    subscribers.start();
    return subscribers;
  }

  void close(@Disposes Subscribers subscribers) {
    subscribers.close();
  }

  /** At once: other nodes may ask before the first client of this one. */
  @Produces
  @Singleton
  @Startup
  ClusterSubscribers clusterSubscribers(Ledger ledger, Peers peers, Subscribers subscribers) {
    ClusterSubscribers all =
        new ClusterSubscribers(ledger, peers, subscribers, SubscriberProducer::monotonicMillis);
    all.listen();
    return all;
  }
}

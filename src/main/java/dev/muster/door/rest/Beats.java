package dev.muster.door.rest;

import dev.muster.discovery.Discovery;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.LeaseReports;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Heartbeats: each renews a lease, and may tell how the instance does. */
@Singleton
public class Beats {
  private final Discovery discovery;
  private final LeaseReports reports;

  Beats(Discovery discovery, LeaseReports reports) {
    this.discovery = discovery;
    this.reports = reports;
  }

  /**
   * What became of one.
   *
   * @param heldBackSeconds for how much longer that the instance is better is not believed; absent
   *     if it is
   */
  record Beat(Discovery.Renewed renewed, @Nullable Long heldBackSeconds) {}

  /**
   * The instance is alive; ends as {@link Discovery#renew} and {@link LeaseReports#tell} do.
   *
   * @param told absent if it says nothing of how it does
   */
  CompletableFuture<Beat> beat(InstanceKey key, LeaseReports.@Nullable Told told) {
    CompletableFuture<Discovery.Renewed> renewal = discovery.renew(key);
    return told == null
        ? renewal.thenApply(renewed -> new Beat(renewed, null))
        : renewal.thenCompose(
            renewed ->
                reports
                    .tell(key, told)
                    .thenApply(heard -> new Beat(renewed, seconds(heard.heldBackMillis()))));
  }

  private static @Nullable Long seconds(long heldBackMillis) {
    return heldBackMillis > 0 ? (heldBackMillis + 999) / 1_000 : null;
  }
}

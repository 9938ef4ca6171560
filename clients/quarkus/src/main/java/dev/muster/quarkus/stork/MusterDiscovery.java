package dev.muster.quarkus.stork;

import dev.muster.client.Instance;
import dev.muster.client.Limits;
import dev.muster.client.Muster;
import dev.muster.client.Selection;
import dev.muster.client.ServiceInstances;
import dev.muster.client.ServiceWatch;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.stork.api.Metadata;
import io.smallrye.stork.api.ServiceDiscovery;
import io.smallrye.stork.api.ServiceInstance;
import io.smallrye.stork.impl.DefaultServiceInstance;
import io.smallrye.stork.utils.ServiceInstanceIds;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Follows a service and answers from memory: nothing is asked when Stork asks. Through an outage it
 * has the last list, at a start in one that of the cache. Instances of weight 0 take no traffic and
 * are left out. An instance that stays as it is stays the same object, with its id, so that what
 * Stork has learnt of it is kept. Thread-safe.
 */
final class MusterDiscovery implements ServiceDiscovery {
  /** For how long the first answer is waited for; later ones are at hand. */
  private static final Duration FIRST_TIMEOUT =
      Duration.ofMillis(Limits.OPERATION_TIMEOUT_MILLIS_DEFAULT);

  private static final Cleaner CLEANER = Cleaner.create();

  private final String service;
  private final String port;
  private final boolean isSecure;
  private final ServiceWatch watch;
  private final CompletableFuture<Boolean> known = new CompletableFuture<>();
  private volatile Map<Instance, ServiceInstance> byInstance = Map.of();
  private volatile List<ServiceInstance> instances = List.of();

  /**
   * @param port the name of the one that is spoken to; empty for the one that has no name
   */
  MusterDiscovery(
      Muster client, String service, Selection selection, String port, boolean isSecure) {
    this.service = service;
    this.port = port;
    this.isSecure = isSecure;
    // Nobody closes a discovery; and in development mode there is a new one with each restart. So
    // the client must not be what keeps it alive.
    WeakReference<MusterDiscovery> self = new WeakReference<>(this);
    this.watch =
        client.watch(
            service,
            selection,
            latest -> {
              MusterDiscovery discovery = self.get();
              if (discovery != null) {
                discovery.changed(latest);
              }
            });
    CLEANER.register(this, watch::close);
  }

  private void changed(ServiceInstances latest) {
    Map<Instance, ServiceInstance> next = new HashMap<>();
    List<ServiceInstance> list = new ArrayList<>();
    for (Instance each : latest.instances()) {
      Instance instance = each.withoutStanding(); // its ups and downs make it no other one
      if (instance.weight() > 0) {
        ServiceInstance before = byInstance.get(instance);
        ServiceInstance after = before == null ? of(instance) : before;
        next.put(instance, after);
        list.add(after);
      }
    }
    byInstance = next;
    instances = List.copyOf(list);
    known.complete(true);
  }

  private ServiceInstance of(Instance instance) {
    Map<String, String> labels = new HashMap<>(instance.metadata());
    labels.put("muster-id", instance.id());
    labels.put("muster-weight", Integer.toString(instance.weight()));
    labels.put("muster-tags", String.join(",", instance.tags()));
    putIfTold(labels, "muster-zone", instance.zone());
    putIfTold(labels, "muster-region", instance.region());
    putIfTold(labels, "muster-version", instance.version());
    putIfTold(
        labels,
        "muster-ports",
        instance.ports().stream().map(Attributes::text).collect(Collectors.joining(",")));
    return new DefaultServiceInstance(
        ServiceInstanceIds.next(),
        instance.address(),
        instance.port(port).orElse(instance.port()),
        isSecure,
        labels,
        Metadata.empty());
  }

  private static void putIfTold(Map<String, String> labels, String name, String value) {
    if (!value.isEmpty()) {
      labels.put(name, value);
    }
  }

  @Override
  public Uni<List<ServiceInstance>> getServiceInstances() {
    if (known.isDone()) {
      return Uni.createFrom().item(() -> instances);
    }
    // A future of its own for each: one who gives up must not end it for the others.
    return Uni.createFrom()
        .completionStage(() -> known.thenApply(isKnown -> instances))
        .emitOn(Infrastructure.getDefaultWorkerPool()) // not on the client's: it may block there
        .ifNoItem()
        .after(FIRST_TIMEOUT)
        .failWith(
            () ->
                new IllegalStateException(
                    "No server of Muster answers, and the cache does not know the service '"
                        + service
                        + "'"));
  }

  @Override
  public String toString() {
    return service + (watch.instances().isStale() ? " (stale)" : "");
  }
}

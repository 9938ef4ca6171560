package dev.muster.door.dns;

import dev.muster.core.Node;
import dev.muster.discovery.Health;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.Selection;
import dev.muster.selector.Selector;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/**
 * The endpoints of services that traffic goes to, decoded once for each of their states: as long as
 * the immutable node of a service is the current one, they are kept ready. From any thread, without
 * locks; threads that ask at the same moment may each decode.
 */
final class Endpoints {
  /** Those that pass or pass with a warning, not taken out, kept ones included. */
  private static final Selection SERVED =
      new Selection(
          Health.WARNING, Collections.emptySortedSet(), Selector.all(), null, null, 0, 0, "");

  private record Kept(WeakReference<Node> service, Name name, List<Endpoint> endpoints) {}

  private final AtomicReferenceArray<@Nullable Kept> slots =
      new AtomicReferenceArray<>(DnsLimits.KEPT_SERVICES_MAX);
  private final AtomicInteger instances = new AtomicInteger();
  private final AtomicInteger hand = new AtomicInteger();

  /**
   * The endpoints of a service, by id.
   *
   * @param name of the service in DNS, as it is spelled
   */
  List<Endpoint> of(Name name, Node service) {
    List<Endpoint> known = find(name, service);
    if (known != null) {
      return known;
    }
    List<Endpoint> endpoints = new ArrayList<>();
    for (Selection.Picked picked : SERVED.from(service)) {
      endpoints.add(Endpoint.of(picked, name));
    }
    keep(new Kept(new WeakReference<>(service), name, endpoints));
    return endpoints;
  }

  /** Whether looking through them takes more than about two milliseconds. */
  boolean isLong(Name name, Node service) {
    return InstanceKey.count(service) > DnsLimits.AT_ONCE_INSTANCES_MAX
        || (service.subtreeBytes() > DnsLimits.AT_ONCE_BYTES_MAX && find(name, service) == null);
  }

  private @Nullable List<Endpoint> find(Name name, Node service) {
    Kept kept = slots.get(slot(name));
    return kept != null && kept.service.refersTo(service) && kept.name.equals(name)
        ? kept.endpoints
        : null;
  }

  private void keep(Kept kept) {
    if (kept.endpoints.size() > DnsLimits.KEPT_INSTANCES_MAX) {
      return;
    }
    set(slot(kept.name), kept);
    while (instances.get() > DnsLimits.KEPT_INSTANCES_MAX) {
      set(Math.floorMod(hand.getAndIncrement(), slots.length()), null);
    }
  }

  private void set(int slot, @Nullable Kept kept) {
    Kept before = slots.getAndSet(slot, kept);
    instances.addAndGet(size(kept) - size(before));
  }

  private static int size(@Nullable Kept kept) {
    return kept == null ? 0 : kept.endpoints.size();
  }

  private int slot(Name name) {
    return Math.floorMod(name.hashCode(), slots.length());
  }
}

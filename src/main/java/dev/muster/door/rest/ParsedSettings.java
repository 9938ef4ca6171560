package dev.muster.door.rest;

import dev.muster.core.Node;
import dev.muster.discovery.ServiceSettings;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What is set for services, parsed once for as long as the immutable node that holds it is the
 * current one: each event of each stream asks. At most {@link RestLimits#PARSED_SETTINGS_MAX} are
 * kept; what is pushed out first is as good as random. From any thread, without locks.
 */
final class ParsedSettings {
  private record Entry(WeakReference<Node> node, ServiceSettings settings) {}

  private final AtomicReferenceArray<@Nullable Entry> slots =
      new AtomicReferenceArray<>(RestLimits.PARSED_SETTINGS_MAX);

  /** Of the node of a service; the defaults where nothing is set. */
  ServiceSettings of(@Nullable Node service) {
    Node node = ServiceSettings.node(service);
    if (node == null) {
      return ServiceSettings.DEFAULT;
    }
    int slot = Math.floorMod(System.identityHashCode(node), slots.length());
    Entry known = slots.get(slot);
    if (known != null && known.node.refersTo(node)) {
      return known.settings;
    }
    ServiceSettings settings = ServiceSettings.of(service);
    slots.set(slot, new Entry(new WeakReference<>(node), settings));
    return settings;
  }
}

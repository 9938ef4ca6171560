package dev.muster.discovery;

import dev.muster.core.Node;
import dev.muster.core.State;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the instances of zones, of all services. It remembers what it counted and counts only
 * those services again that have changed: a million instances take about a second at first. For one
 * thread.
 */
final class ZoneCensus {
  /**
   * Of each service as it was counted last, by zone. The key is the very node: it never changes.
   */
  private IdentityHashMap<Node, Map<String, Count>> counted = new IdentityHashMap<>();

  /**
   * The instances of a zone.
   *
   * @param all of them, whatever their state
   * @param served those that traffic goes to
   * @param guarded those of them whose service takes part in the protection of zones
   * @param kept those that are served though they are silent
   */
  record Count(int all, int served, int guarded, int kept) {
    static final Count NONE = new Count(0, 0, 0, 0);

    Count plus(Count other) {
      return new Count(
          all + other.all, served + other.served, guarded + other.guarded, kept + other.kept);
    }
  }

  /** One zone. */
  Count of(String zone, State state) {
    count(state);
    Count sum = Count.NONE;
    for (Map<String, Count> service : counted.values()) {
      Count here = service.get(zone);
      sum = here == null ? sum : sum.plus(here);
    }
    return sum;
  }

  /** Every zone that an instance says it is in, by name. */
  SortedMap<String, Count> all(State state) {
    count(state);
    SortedMap<String, Count> all = new TreeMap<>();
    for (Map<String, Count> service : counted.values()) {
      service.forEach((zone, count) -> all.merge(zone, count, Count::plus));
    }
    return all;
  }

  private void count(State state) {
    IdentityHashMap<Node, Map<String, Count>> fresh = new IdentityHashMap<>();
    Node services = state.tree().find(InstanceKey.SERVICES);
    if (services != null) {
      for (Node namespace : services.children().values()) {
        for (Node service : namespace.children().values()) {
          Map<String, Count> known = counted.get(service);
          fresh.put(service, known == null ? count(service) : known);
        }
      }
    }
    counted = fresh;
  }

  private static Map<String, Count> count(Node service) {
    boolean takesPart = takesPart(service);
    Map<String, Count> zones = new HashMap<>();
    for (Node instance : InstanceKey.instances(service).values()) {
      String zone = StoredInstance.zone(instance.data());
      if (zone != null) {
        int served = InstanceStatus.isServed(instance, Health.WARNING) ? 1 : 0;
        int guarded = takesPart ? served : 0;
        Count one = new Count(1, served, guarded, InstanceStatus.isKept(instance) ? 1 : 0);
        zones.merge(zone, one, Count::plus);
      }
    }
    return zones.isEmpty() ? Map.of() : zones;
  }

  /** Who wants no protection of the service wants none of its zones. */
  static boolean takesPart(@Nullable Node service) {
    return ServiceSettings.of(service).protectionThreshold() < 1;
  }
}

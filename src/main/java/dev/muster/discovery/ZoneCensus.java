package dev.muster.discovery;

import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import java.util.HashMap;
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
  /** Each service as it was counted last. */
  private Map<Path, Counted> counted = new HashMap<>();

  /**
   * A service.
   *
   * @param revision that its node, or something under it, was changed at last
   */
  private record Counted(long revision, Map<String, Count> zones) {}

  /**
   * The instances of a zone.
   *
   * @param all of them, whatever their state
   * @param served those that traffic goes to
   * @param guarded those of them whose service takes part in the protection of zones
   * @param kept those that are served though they are silent
   * @param guardedKept those of them that are {@code guarded}
   */
  record Count(int all, int served, int guarded, int kept, int guardedKept) {
    static final Count NONE = new Count(0, 0, 0, 0, 0);

    Count plus(Count other) {
      return new Count(
          all + other.all,
          served + other.served,
          guarded + other.guarded,
          kept + other.kept,
          guardedKept + other.guardedKept);
    }
  }

  void forget() {
    counted = new HashMap<>();
  }

  /** One zone. */
  Count of(String zone, State state) {
    count(state);
    Count sum = Count.NONE;
    for (Counted service : counted.values()) {
      Count here = service.zones.get(zone);
      sum = here == null ? sum : sum.plus(here);
    }
    return sum;
  }

  /** Every zone that an instance says it is in, by name. */
  SortedMap<String, Count> all(State state) {
    count(state);
    SortedMap<String, Count> all = new TreeMap<>();
    for (Counted service : counted.values()) {
      service.zones.forEach((zone, count) -> all.merge(zone, count, Count::plus));
    }
    return all;
  }

  private void count(State state) {
    Map<Path, Counted> fresh = new HashMap<>();
    Node services = state.tree().find(InstanceKey.SERVICES);
    if (services != null) {
      services
          .children()
          .forEach(
              (namespace, all) ->
                  all.children()
                      .forEach(
                          (name, service) ->
                              fresh.put(
                                  InstanceKey.servicePath(namespace, name),
                                  counted(InstanceKey.servicePath(namespace, name), service))));
    }
    counted = fresh;
  }

  private Counted counted(Path path, Node service) {
    Counted known = counted.get(path);
    long revision = service.stat().subtreeRevision();
    return known != null && known.revision == revision
        ? known
        : new Counted(revision, count(service));
  }

  private static Map<String, Count> count(Node service) {
    boolean takesPart = takesPart(service);
    Map<String, Count> zones = new HashMap<>();
    for (Node instance : InstanceKey.instances(service).values()) {
      String zone = StoredInstance.zone(instance.data());
      if (zone != null) {
        int served = InstanceStatus.isServed(instance, Health.WARNING) ? 1 : 0;
        int kept = InstanceStatus.isKept(instance) ? 1 : 0;
        int guarded = takesPart ? served : 0;
        Count one = new Count(1, served, guarded, kept, guarded * kept);
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

package dev.muster.discovery;

import dev.muster.core.Node;
import dev.muster.selector.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Which instances of a service a consumer asks for, and in which order: the nearest first, those of
 * one distance by id, so that the same state always has the same answer. Immutable.
 *
 * @param worst those that new traffic may go to, and no worse than this; absent for all, with those
 *     that are taken out of traffic
 * @param tags that they all must have
 * @param port the name of a port that they must have; absent for any
 * @param near where the consumer is; absent if that does not matter
 * @param spillBelow what is farther is left out as long as the nearer are at least this many; 0 to
 *     leave out nothing
 * @param subset how many at most, always the same ones for a consumer as long as they are there; 0
 *     for all
 * @param client the consumer's name, which its subset depends on
 */
public record Selection(
    @Nullable Health worst,
    SortedSet<String> tags,
    Selector where,
    @Nullable String port,
    @Nullable Place near,
    int spillBelow,
    int subset,
    String client) {

  /**
   * Where a consumer is.
   *
   * @param region absent if it is not known: then no other zone is nearer than the rest
   */
  public record Place(@Nullable String zone, @Nullable String region) {
    int distance(Instance instance) {
      if (zone != null && zone.equals(instance.zone()) && isNoOther(instance.region())) {
        return 0;
      }
      return region != null && region.equals(instance.region()) ? 1 : 2;
    }

    /** Zones of different regions may have the same name. */
    private boolean isNoOther(@Nullable String other) {
      return region == null || other == null || region.equals(other);
    }
  }

  /**
   * An instance that was picked.
   *
   * @param instance what it says of itself
   * @param weight that counts: what is set for the service overrules what it says
   * @param distance 0 in the same zone, 1 in the same region, else 2; 0 if nobody asked
   */
  public record Picked(String id, Node node, Instance instance, int weight, int distance) {}

  /** Whether the nodes alone, unread, tell who is picked, in the order of their ids. */
  public boolean isPlain() {
    return tags.isEmpty() && where.isAll() && port == null && near == null && subset == 0;
  }

  /** Whether an instance fits, whatever others there are. */
  public boolean fits(String id, Node node) {
    return isServed(node) && (isPlain() || fits(id, StoredInstance.decode(node.data())));
  }

  private boolean isServed(Node node) {
    return worst == null || InstanceStatus.isServed(node, worst);
  }

  private boolean fits(String id, Instance instance) {
    return instance.tags().containsAll(tags)
        && (port == null || instance.port(port) != null)
        && where.matches(new InstanceLabels(id, instance));
  }

  /**
   * Picks from a service.
   *
   * @param service absent for one that has no instances
   */
  public List<Picked> from(@Nullable Node service) {
    List<Picked> picked = new ArrayList<>();
    if (service == null) {
      return picked;
    }
    ServiceSettings settings = ServiceSettings.of(service);
    for (Map.Entry<String, Node> entry : InstanceKey.instances(service).entrySet()) {
      String id = entry.getKey();
      Node node = entry.getValue();
      if (isServed(node)) {
        Instance instance = StoredInstance.decode(node.data());
        if (fits(id, instance)) {
          int distance = near == null ? 0 : near.distance(instance);
          picked.add(new Picked(id, node, instance, settings.weight(id, instance), distance));
        }
      }
    }
    if (near != null) {
      picked.sort(Comparator.comparingInt(Picked::distance)); // stable: ids stay in order
      picked = withoutFarther(picked);
    }
    return subset == 0 ? picked : subset(picked);
  }

  /** Whole distances only: those of one distance share the load. */
  private List<Picked> withoutFarther(List<Picked> nearestFirst) {
    if (spillBelow == 0) {
      return nearestFirst;
    }
    int end = 0;
    while (end < nearestFirst.size()) {
      boolean farther =
          end > 0 && nearestFirst.get(end).distance() != nearestFirst.get(end - 1).distance();
      if (farther && end >= spillBelow) {
        break;
      }
      end++;
    }
    return nearestFirst.subList(0, end);
  }

  /**
   * The best by rendezvous hashing (Thaler and Ravishankar, 1996), nearest first: consumers spread
   * over all instances, and who comes or goes changes one place in the subsets it belongs to.
   */
  private List<Picked> subset(List<Picked> all) {
    if (all.size() <= subset) {
      return all;
    }
    List<Picked> ranked = new ArrayList<>(all);
    ranked.sort(
        Comparator.comparingInt(Picked::distance)
            .thenComparing(
                Comparator.<Picked>comparingDouble(
                        picked -> Rendezvous.score(client, picked.id(), picked.weight()))
                    .reversed())
            .thenComparing(Picked::id));
    List<Picked> best = new ArrayList<>(ranked.subList(0, subset));
    best.sort(Comparator.comparingInt(Picked::distance).thenComparing(Picked::id));
    return best;
  }
}

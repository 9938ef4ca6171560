package dev.muster.discovery;

import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The zones that instances say they are in. */
public final class Zones {
  /** What holds a node for each zone that is protected; its data is the {@link Protection}. */
  static final Path PROTECTED = Path.of("/muster/zones");

  private final ZoneCensus census = new ZoneCensus();

  /**
   * One of them.
   *
   * @param instances how many say that they are there, in all services
   * @param serving those that traffic goes to
   * @param kept those that are served though they are silent
   * @param protection while it is protected as a whole
   */
  public record Zone(
      String name, int instances, int serving, int kept, @Nullable Protection protection) {}

  /**
   * All zones of a state, in the order of their names. Any thread; a million instances take a
   * second at first, and then what has changed of them.
   */
  public synchronized List<Zone> list(State state) {
    SortedMap<String, ZoneCensus.Count> counts = census.all(state);
    Node protectedZones = state.tree().find(PROTECTED);
    if (protectedZones != null) {
      protectedZones
          .children()
          .keySet()
          .forEach(zone -> counts.putIfAbsent(zone, ZoneCensus.Count.NONE));
    }
    List<Zone> zones = new ArrayList<>();
    for (Map.Entry<String, ZoneCensus.Count> zone : counts.entrySet()) {
      Node guard = protectedZones == null ? null : protectedZones.child(zone.getKey());
      ZoneCensus.Count count = zone.getValue();
      zones.add(
          new Zone(
              zone.getKey(),
              count.all(),
              count.served(),
              count.kept(),
              guard == null ? null : Protection.decode(guard.data())));
    }
    return zones;
  }
}

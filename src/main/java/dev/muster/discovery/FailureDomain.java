package dev.muster.discovery;

import dev.muster.core.Change;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import java.util.List;

/** What can fail as a whole, so that what it lost is served on. */
sealed interface FailureDomain {
  /** Where its protection stands. */
  Path guard();

  /** When it is protected. */
  Terms terms(State state);

  /** What it has now. */
  Tally tally(State state, ZoneCensus census);

  /** What its instances are marked with that are served on. */
  InstanceStatus.Kept kept();

  /** Writes the protection, and what is above it. */
  List<Change> protect(Protection protection);

  /**
   * When a domain is protected.
   *
   * @param instancesMin how many must have served before
   * @param servicesMin of how many services those that fell silent must be
   * @param threshold more than this share of those that served must have fallen silent at once
   * @param millisMax how long they are served on at the most
   */
  record Terms(int instancesMin, int servicesMin, double threshold, long millisMax) {
    boolean areMet(int lost, int services, int of) {
      return of >= instancesMin && services >= servicesMin && lost > threshold * of;
    }

    /** Whether it can be that they are, however many there are. */
    boolean mayBeMet(int lost, int services) {
      return areMet(lost, services, Math.max(lost, instancesMin));
    }
  }

  /**
   * The instances of a domain.
   *
   * @param serving those that traffic goes to
   * @param kept those of them that are silent
   */
  record Tally(int serving, int kept) {}

  /**
   * A service: all of its instances.
   *
   * @param path its node, which is there as long as the service is
   */
  record Service(Path path) implements FailureDomain {
    @Override
    public Path guard() {
      return Protection.pathOf(path);
    }

    @Override
    public Terms terms(State state) {
      ServiceSettings settings = ServiceSettings.of(state.tree().find(path));
      return new Terms(
          DiscoveryLimits.PROTECTED_INSTANCES_MIN,
          1,
          settings.protectionThreshold(),
          settings.protectionMaxMillis());
    }

    @Override
    public Tally tally(State state, ZoneCensus census) {
      Node service = state.tree().find(path);
      int serving = 0;
      int kept = 0;
      if (service != null) {
        for (Node instance : InstanceKey.instances(service).values()) {
          if (InstanceStatus.isServed(instance, Health.WARNING)) {
            serving++;
            kept += InstanceStatus.isKept(instance) ? 1 : 0;
          }
        }
      }
      return new Tally(serving, kept);
    }

    @Override
    public InstanceStatus.Kept kept() {
      return InstanceStatus.Kept.SERVICE;
    }

    @Override
    public List<Change> protect(Protection protection) {
      return List.of(protection.at(guard()));
    }

    @Override
    public String toString() {
      return "service " + path;
    }
  }

  /** A zone: the instances of all services that say that they are there. */
  record Zone(String name) implements FailureDomain {
    private static final Terms TERMS =
        new Terms(
            DiscoveryLimits.ZONE_INSTANCES_MIN,
            DiscoveryLimits.ZONE_SERVICES_MIN,
            DiscoveryLimits.ZONE_THRESHOLD,
            DiscoveryLimits.ZONE_PROTECTION_MILLIS);

    @Override
    public Path guard() {
      return Zones.PROTECTED.child(name);
    }

    @Override
    public Terms terms(State state) {
      return TERMS;
    }

    @Override
    public Tally tally(State state, ZoneCensus census) {
      ZoneCensus.Count count = census.of(name, state);
      return new Tally(count.guarded(), count.guardedKept());
    }

    @Override
    public InstanceStatus.Kept kept() {
      return InstanceStatus.Kept.ZONE;
    }

    @Override
    public List<Change> protect(Protection protection) {
      return List.of(new Change.Ensure(Zones.PROTECTED, Life.persistent()), protection.at(guard()));
    }

    @Override
    public String toString() {
      return "zone " + name;
    }
  }
}

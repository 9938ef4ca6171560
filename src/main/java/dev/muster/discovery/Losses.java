package dev.muster.discovery;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a service has lost lately: the instances of it that served and fell silent, each for one
 * time to live of its own. Those that fail together are not found out together, for their last
 * signs of life were up to a third of that apart. For one leader's tenure, and its one thread.
 */
final class Losses {
  private final Map<InstanceKey, Lapse> recent = new LinkedHashMap<>();

  /** Those that the protection keeps. */
  private final Set<Lapse> kept = new LinkedHashSet<>();

  /** Since the service is protected; absent while it is not. */
  @Nullable Protection protection;

  /** An instance that served has fallen silent. */
  void add(InstanceKey instance, Lapse lapse) {
    recent.put(instance, lapse);
  }

  /** One was heard of again, or is gone for good. */
  void remove(InstanceKey instance, Lapse lapse) {
    recent.remove(instance, lapse);
    kept.remove(lapse);
  }

  /** Forgets what is no longer lately. */
  void prune(long nowMillis) {
    Iterator<Lapse> lapses = recent.values().iterator();
    while (lapses.hasNext()) {
      Lapse lapse = lapses.next();
      if (nowMillis - lapse.atMillis > lapse.ttlMillis) {
        lapses.remove();
      }
    }
  }

  boolean contains(InstanceKey instance) {
    return recent.containsKey(instance);
  }

  int count() {
    return recent.size();
  }

  boolean isIdle() {
    return recent.isEmpty() && protection == null;
  }

  /** Protects the service, and with it all that it has lost lately; answers those. */
  Set<Lapse> protect(Protection by) {
    protection = by;
    kept.addAll(recent.values());
    return Set.copyOf(kept);
  }

  /** One more is kept by the protection that stands. */
  void keep(Lapse lapse) {
    kept.add(lapse);
  }

  /** Ends the protection; answers those that it kept. */
  Set<Lapse> release() {
    protection = null;
    recent.clear();
    Set<Lapse> released = Set.copyOf(kept);
    kept.clear();
    return released;
  }
}

package dev.muster.discovery;

import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.State;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FailureDomain} has lost lately: the instances of it that served and fell silent,
 * each for one time to live of its own, or for as long as something has it served on. Those that
 * fail together are not found out together, for their last signs of life were up to a third of that
 * apart. For one leader's tenure, and its one thread.
 */
final class Losses {
  /** For so long what was counted is good enough to see that it is not worth while again. */
  static final long COUNTED_MILLIS = 1_000;

  private final Map<Path, Lapse> recent = new LinkedHashMap<>();

  /** Those that the protection keeps. */
  private final Set<Lapse> kept = new LinkedHashSet<>();

  /** Since the domain is protected; absent while it is not. */
  private @Nullable Protection protection;

  /** Whether the protection was seen in the tree: when it is there no more, somebody ended it. */
  private boolean stood;

  /** When it ends at the latest, by the tenure's clock: others may be set. */
  private long endsMillis;

  /** Until when what was written of it may still come through. */
  private long doubtUntilMillis = Long.MIN_VALUE;

  /** How many there were when they were counted last, and when that was. */
  private int countedOf;

  private long countedMillis = Long.MIN_VALUE / 2;

  /** Since when no more are lost than may be lost unprotected; negative while more are. */
  private long calmSinceMillis = -1;

  /** An instance that served has fallen silent. */
  void add(Path instance, Lapse lapse) {
    recent.put(instance, lapse);
  }

  /** One was heard of again. */
  void remove(Path instance, Lapse lapse) {
    recent.remove(instance, lapse);
    kept.remove(lapse);
  }

  /** One is no more, and was lost nevertheless. */
  void gone(Lapse lapse) {
    kept.remove(lapse);
  }

  /** Forgets what is no longer lately. */
  void prune(long nowMillis) {
    Iterator<Lapse> lapses = recent.values().iterator();
    while (lapses.hasNext()) {
      Lapse lapse = lapses.next();
      if (nowMillis - lapse.atMillis > lapse.ttlMillis && !lapse.isKept()) {
        lapses.remove();
      }
    }
  }

  /**
   * Whether it is worth while to count the domain: not when that was done a moment ago, and what is
   * lost would have been too little then.
   */
  boolean isWorthCounting(FailureDomain.Terms terms, long nowMillis) {
    return nowMillis - COUNTED_MILLIS > countedMillis
        || recent.size() > terms.threshold() * countedOf;
  }

  void counted(int of, long nowMillis) {
    countedOf = of;
    countedMillis = nowMillis;
  }

  /** Of how many services they are, if that is not more than asked for. */
  int services(int max) {
    return (int) recent.keySet().stream().map(Path::parent).distinct().limit(max).count();
  }

  /** Who has registered again is not lost. */
  void forgetReplaced(State state) {
    recent
        .entrySet()
        .removeIf(
            each -> {
              Node node = state.tree().find(each.getKey());
              return node != null && !Lapse.isOf(node, each.getValue().session);
            });
  }

  Set<Path> recent() {
    return recent.keySet();
  }

  /** Whether nothing is to be known of the domain any more. */
  boolean isIdle(long nowMillis) {
    return recent.isEmpty() && protection == null && nowMillis > doubtUntilMillis;
  }

  @Nullable Protection protection() {
    return protection;
  }

  /**
   * The protection stands in the tree; it was decided by another leader.
   *
   * @param leftMillis how long it may last yet
   */
  void goOn(Protection by, long leftMillis, long nowMillis) {
    protection = by;
    stood = true;
    endsMillis = nowMillis + leftMillis;
  }

  /** Protects the domain, and with it all that it has lost lately; answers those. */
  Set<Lapse> protect(Protection by, long nowMillis) {
    protection = by;
    stood = false;
    endsMillis = nowMillis + by.untilMillis() - by.sinceMillis();
    calmSinceMillis = -1;
    recent.values().stream().filter(lapse -> !lapse.gone).forEach(kept::add);
    return Set.copyOf(kept);
  }

  /** More are lost by now. */
  void grow(Protection grown) {
    protection = grown;
  }

  /** Something about the protection is written. */
  void written(long nowMillis) {
    doubtUntilMillis = nowMillis + LeaseVerdicts.DOUBT_MILLIS;
  }

  /**
   * Whether the protection is in the tree, or was.
   *
   * @param stands whether it is now
   */
  boolean hasStood(boolean stands) {
    stood |= stands;
    return stood;
  }

  /** Whether somebody has ended the protection. */
  boolean wasEnded(boolean stands) {
    return hasStood(stands) && !stands;
  }

  boolean hasLastedTooLong(long nowMillis) {
    return nowMillis > endsMillis;
  }

  /** One more is kept by the protection that stands. */
  void keep(Lapse lapse) {
    kept.add(lapse);
  }

  /**
   * Whether no more were lost than may be for long enough: who can be heard of again is not heard
   * of at once, but within a time to live.
   */
  boolean isCalm(boolean now, long nowMillis) {
    if (!now) {
      calmSinceMillis = -1;
      return false;
    }
    if (calmSinceMillis < 0) {
      calmSinceMillis = nowMillis;
    }
    long longest = kept.stream().mapToLong(lapse -> lapse.ttlMillis).max().orElse(0);
    return nowMillis - calmSinceMillis >= longest;
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

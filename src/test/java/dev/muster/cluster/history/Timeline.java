package dev.muster.cluster.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every change by its revision: those that were acknowledged, and those of unknown outcome that
 * watchers proved to have happened. Expects writes that change something, one a revision. The
 * promises about watching and about keeping are judged against it:
 *
 * <ul>
 *   <li>a watcher sees every change of its prefix once, in order, none missing, nothing else;
 *   <li>a poller of one key sees some of them, in order, the last one for certain;
 *   <li>a change happens once, however often the cluster was hurt while it was under way;
 *   <li>what was acknowledged is there at the end, unless it was replaced by something newer.
 * </ul>
 */
public final class Timeline {
  private final NavigableMap<Long, Sighting> changes = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();

  public Timeline(Collection<Operation> operations, Collection<Watcher> watchers) {
    operations.stream().filter(Operation::isAcknowledgedWrite).forEach(this::addAcknowledged);
    addProven(operations, watchers);
    watchers.forEach(this::judge);
  }

  /** What is wrong, about watchers and the changes themselves; empty if all is well. */
  public List<String> violations() {
    return List.copyOf(violations);
  }

  /** What a poller of one key got, in its order, up to the end; empty if all is well. */
  public List<String> violationsOfPoller(String name, String key, List<Sighting> seen) {
    List<String> found = new ArrayList<>();
    long before = 0;
    for (Sighting each : seen) {
      if (each.revision() <= before) {
        found.add("poller " + name + " was told " + each + " after revision " + before);
      }
      if (each.value() != null && !each.equals(changes.get(each.revision()))) {
        found.add("poller " + name + " was told " + each + ", which nobody wrote");
      }
      before = each.revision();
    }
    Sighting last = last(key);
    if (last != null && (seen.isEmpty() || !endsAlike(seen.get(seen.size() - 1), last))) {
      found.add("poller " + name + " was never told the last change: " + last);
    }
    return found;
  }

  /** What the keys held at the end, against what they must hold; empty if all is well. */
  public List<String> violationsOfEnd(String node, Map<String, Sighting> end) {
    Map<String, Sighting> demanded = new TreeMap<>();
    changes.values().forEach(change -> demanded.put(change.key(), change));
    List<String> found = new ArrayList<>();
    demanded.forEach(
        (key, change) -> {
          Sighting held = end.get(key);
          boolean kept = change.value() == null ? held == null : change.equals(held);
          if (!kept) {
            found.add("node " + node + " ended with " + held + " instead of " + change);
          }
        });
    end.forEach(
        (key, held) -> {
          if (!demanded.containsKey(key)) {
            found.add("node " + node + " ended with " + held + ", which nobody wrote");
          }
        });
    return found;
  }

  private Sighting last(String key) {
    return changes.descendingMap().values().stream()
        .filter(change -> change.key().equals(key))
        .findFirst()
        .orElse(null);
  }

  /** A poller is told that the key is gone, but not by which revision. */
  private static boolean endsAlike(Sighting told, Sighting last) {
    return last.value() == null ? told.value() == null : told.equals(last);
  }

  private void addAcknowledged(Operation operation) {
    add(
        new Sighting(operation.outcome().revision(), operation.key(), operation.value()),
        "acknowledged");
  }

  private void add(Sighting change, String how) {
    Sighting other = changes.putIfAbsent(change.revision(), change);
    if (other != null && !other.equals(change)) {
      violations.add("two changes at one revision: " + other + " and, " + how + ", " + change);
    }
  }

  /** What nobody was acknowledged must be the work of an operation that got no answer, once. */
  private void addProven(Collection<Operation> operations, Collection<Watcher> watchers) {
    Map<String, Integer> unproven = new HashMap<>();
    operations.stream()
        .filter(Operation::isUnknown)
        .forEach(each -> unproven.merge(each.key() + '\0' + each.value(), 1, Integer::sum));
    Set<Sighting> proven = new HashSet<>();
    for (Watcher watcher : watchers) {
      for (Sighting seen : watcher.seen()) {
        if (seen.equals(changes.get(seen.revision())) || !proven.add(seen)) {
          continue;
        }
        int left = unproven.merge(seen.key() + '\0' + seen.value(), -1, Integer::sum);
        if (left < 0) {
          violations.add(
              watcher.name()
                  + " was told "
                  + seen
                  + ", which nobody wrote or which was applied twice");
        }
        add(seen, "told to " + watcher.name());
      }
    }
  }

  private void judge(Watcher watcher) {
    long before = watcher.after();
    Set<Long> told = new HashSet<>();
    for (Sighting seen : watcher.seen()) {
      if (seen.revision() <= before) {
        violations.add(
            watcher.name() + " was told " + seen + " after revision " + before + ": again or late");
      }
      before = Math.max(before, seen.revision());
      told.add(seen.revision());
      if (!seen.key().startsWith(watcher.prefix())) {
        violations.add(watcher.name() + " was told " + seen + ", not below " + watcher.prefix());
      }
    }
    changes.subMap(watcher.after(), false, watcher.upTo(), true).values().stream()
        .filter(change -> change.key().startsWith(watcher.prefix()))
        .filter(change -> !told.contains(change.revision()))
        .forEach(change -> violations.add(watcher.name() + " was never told " + change));
  }
}

package dev.muster.watch;

import dev.muster.core.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Who waits, found by scope and path. All who wait for the same thing are a group, which is taken
 * out in one step however large it is. Locks are those of single map entries, held for a few
 * instructions.
 */
final class Waiters {

  /** Waiters of one path in one scope: a linked list, so that leaving it costs nothing. */
  static final class Group {
    private @Nullable Waiter first;

    private void add(Waiter waiter) {
      waiter.group = this;
      waiter.previous = null;
      waiter.next = first;
      if (first != null) {
        first.previous = waiter;
      }
      first = waiter;
    }

    private void remove(Waiter waiter) {
      if (waiter.previous == null) {
        first = waiter.next;
      } else {
        waiter.previous.next = waiter.next;
      }
      if (waiter.next != null) {
        waiter.next.previous = waiter.previous;
      }
      waiter.group = null;
    }

    /** The first waiter of a group that has been taken out. */
    @Nullable Waiter first() {
      return first;
    }
  }

  /**
   * One scope's groups. The counter, not the map's {@code isEmpty}, says whether anybody is there:
   * the map adds up several counters, and with others coming and going it may say "empty" though
   * somebody was there all the time.
   */
  private static final class Groups {
    final ConcurrentHashMap<Path, Group> byPath = new ConcurrentHashMap<>();
    final AtomicInteger waiters = new AtomicInteger();
  }

  private final Map<Scope, Groups> groups = new EnumMap<>(Scope.class);
  private final AtomicInteger size = new AtomicInteger();

  Waiters() {
    for (Scope scope : Scope.values()) {
      groups.put(scope, new Groups());
    }
  }

  /** How many futures are given out and have not ended. */
  int size() {
    return size.get();
  }

  /** How many paths are waited for; one counts again in each scope. */
  int paths() {
    return groups.values().stream().mapToInt(of -> of.byPath.size()).sum();
  }

  /** A new waiter, counted but not yet findable; nothing if there are too many. */
  @Nullable Waiter admit(Scope scope, Path path, long after, int waitersMax) {
    if (size.incrementAndGet() > waitersMax) {
      size.decrementAndGet();
      return null;
    }
    of(scope).waiters.incrementAndGet();
    return new Waiter(this, scope, path, after);
  }

  /** Makes a waiter findable, again and again if need be; one that has ended stays out. */
  void add(Waiter waiter) {
    of(waiter.scope)
        .byPath
        .compute(
            waiter.path,
            (path, present) -> {
              Group group = present == null ? new Group() : present;
              group.add(waiter);
              return group;
            });
    // It may have ended before it came in, and nobody would take it out.
    if (waiter.isDone()) {
      remove(waiter);
    }
  }

  /** Called by a waiter once, when it ends. */
  void ended(Waiter waiter) {
    remove(waiter);
    of(waiter.scope).waiters.decrementAndGet();
    size.decrementAndGet();
  }

  private void remove(Waiter waiter) {
    of(waiter.scope)
        .byPath
        .computeIfPresent(
            waiter.path,
            (path, group) -> {
              // In another group: that one was taken out and is being woken.
              if (waiter.group == group) {
                group.remove(waiter);
              }
              return group.first == null ? null : group;
            });
  }

  boolean anyIn(Scope scope) {
    return of(scope).waiters.get() > 0;
  }

  /** Takes out all who wait for this; from now on the group belongs to the caller. */
  @Nullable Group take(Scope scope, Path path) {
    Map<Path, Group> byPath = of(scope).byPath;
    // Most lookups find nobody, and get takes no lock.
    return byPath.get(path) == null ? null : byPath.remove(path);
  }

  /** Takes out everybody who is findable when this is called. */
  List<Group> takeAll() {
    List<Group> taken = new ArrayList<>();
    for (Groups of : groups.values()) {
      for (Path path : of.byPath.keySet()) {
        Group group = of.byPath.remove(path);
        if (group != null) {
          taken.add(group);
        }
      }
    }
    return taken;
  }

  private Groups of(Scope scope) {
    Groups found = groups.get(scope);
    if (found == null) {
      throw new IllegalStateException("no groups of " + scope);
    }
    return found;
  }
}

package dev.muster.subscriber;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The subscribers of one path, on this node. All methods may be called from any thread. */
final class Book {
  private record Alike(String address, String agent, Kind kind, String query) {}

  private final Map<String, Map<Standing.Key, Slot>> named = new HashMap<>();
  private final Map<Alike, Crowd> crowds = new HashMap<>();
  private final List<Wait> waits = new ArrayList<>();
  private final Overflow ofPath = new Overflow();
  private final Overflow ofNode;
  private int size;
  private boolean closed;

  /**
   * @param ofNode whoever this node has no room for
   */
  Book(Overflow ofNode) {
    this.ofNode = ofNode;
  }

  /** A request for a proof; told once that nobody may hold anything older. */
  static final class Wait {
    private final long revision;
    private final Runnable proven;
    private final Set<Slot> open = new HashSet<>();

    Wait(long revision, Runnable proven) {
      this.revision = revision;
      this.proven = proven;
    }
  }

  /** What a request of a subscriber is entered as. */
  enum Entered {
    /** The subscriber was known. */
    KNOWN,
    NEW,
    /** There is no room. */
    FULL,
    /** The book is not in use any more: open another. */
    CLOSED
  }

  /**
   * What became of it.
   *
   * @param overflow where one that there is no room for is counted
   */
  record Entry(Entered entered, @Nullable Slot slot, @Nullable Overflow overflow) {}

  /** A subscriber asks. */
  synchronized Entry enter(
      Identity identity, Kind kind, String query, long known, long now, boolean room) {
    if (closed) {
      return new Entry(Entered.CLOSED, null, null);
    }
    Slot slot = find(identity, kind, query, known);
    boolean isNew = slot == null;
    if (slot == null) {
      if (!room || size >= SubscriberLimits.PER_PATH_MAX) {
        Overflow overflow = room ? ofPath : ofNode;
        overflow.enters();
        return new Entry(Entered.FULL, null, overflow);
      }
      slot = new Slot(identity, kind, query);
      size++;
      add(slot);
    }
    slot.asks(known, now);
    changed(slot, false);
    return new Entry(isNew ? Entered.NEW : Entered.KNOWN, slot, null);
  }

  private @Nullable Slot find(Identity identity, Kind kind, String query, long known) {
    String client = identity.client();
    if (client != null) {
      return named(new Standing.Key(client, kind, query));
    }
    Crowd crowd = crowds.get(alike(identity, kind, query));
    return crowd == null ? null : crowd.returning(known);
  }

  private void add(Slot slot) {
    String client = slot.identity.client();
    if (client != null) {
      named
          .computeIfAbsent(client, key -> new HashMap<>(4))
          .put(new Standing.Key(client, slot.kind, slot.query), slot);
    } else {
      crowds
          .computeIfAbsent(alike(slot.identity, slot.kind, slot.query), key -> new Crowd())
          .add(slot);
    }
  }

  private @Nullable Slot named(Standing.Key key) {
    return named.getOrDefault(key.client(), Map.of()).get(key);
  }

  private static Alike alike(Identity identity, Kind kind, String query) {
    return new Alike(identity.address(), identity.agent(), kind, query);
  }

  synchronized void told(Slot slot, long revision) {
    slot.told(revision);
    changed(slot, false);
  }

  synchronized void confirms(Slot slot, long revision) {
    slot.confirms(revision);
    changed(slot, false);
  }

  synchronized void leaves(Slot slot, long now) {
    slot.leaves(now);
    if (slot.identity.client() == null) {
      Crowd crowd = crowds.get(alike(slot.identity, slot.kind, slot.query));
      if (crowd != null) {
        crowd.away(slot);
      }
    }
    changed(slot, false);
  }

  /** A client says what it has, in all its views; false if nobody of this name is known here. */
  synchronized boolean confirms(String client, long revision, long now) {
    Map<Standing.Key, Slot> views = named.get(client);
    if (views == null) {
      return false;
    }
    for (Slot slot : views.values()) {
      slot.confirms(revision);
      slot.heard(now);
      changed(slot, false);
    }
    return true;
  }

  /** Forgets who has been away for long, and tells how many. */
  synchronized int forget(long now) {
    int before = size;
    Consumer<Slot> forgotten =
        slot -> {
          size--;
          changed(slot, true);
        };
    named
        .values()
        .removeIf(
            views -> {
              forget(views.values(), now, forgotten);
              return views.isEmpty();
            });
    crowds
        .values()
        .removeIf(
            crowd -> {
              crowd.forget(now, forgotten);
              return crowd.all().isEmpty();
            });
    for (Wait wait : List.copyOf(waits)) {
      tellIfProven(wait, now); // those without room may be gone by now
    }
    return before - size;
  }

  private static void forget(Collection<Slot> slots, long now, Consumer<Slot> forgotten) {
    for (Iterator<Slot> each = slots.iterator(); each.hasNext(); ) {
      Slot slot = each.next();
      if (slot.isForgotten(now)) {
        each.remove();
        forgotten.accept(slot);
      }
    }
  }

  /** Nobody is in it, or waits for those who are: it is not used any more. */
  synchronized boolean close(long now) {
    closed = size == 0 && waits.isEmpty() && ofPath.count(now) == 0;
    return closed;
  }

  /** Whoever there was no room for, and may still be there. */
  int notKept(long now) {
    return ofPath.count(now) + ofNode.count(now);
  }

  // ---- proofs

  /** Has it told, perhaps at once, when nobody may hold anything older; false if closed. */
  synchronized boolean await(Wait wait, long now) {
    if (closed) {
      return false;
    }
    for (Slot slot : slots()) {
      if (slot.mayHoldOlderThan(wait.revision)) {
        wait.open.add(slot);
      }
    }
    waits.add(wait);
    tellIfProven(wait, now);
    return true;
  }

  synchronized void giveUp(Wait wait) {
    waits.remove(wait);
  }

  private void changed(Slot slot, boolean gone) {
    if (waits.isEmpty()) {
      return;
    }
    for (Wait wait : List.copyOf(waits)) {
      if (!gone && slot.mayHoldOlderThan(wait.revision)) {
        wait.open.add(slot);
      } else if (wait.open.remove(slot)) {
        tellIfProven(wait, Long.MIN_VALUE);
      }
    }
  }

  private void tellIfProven(Wait wait, long now) {
    if (wait.open.isEmpty() && notKept(now) == 0 && waits.remove(wait)) {
      wait.proven.run();
    }
  }

  /** Those who may hold something older than a revision. */
  synchronized List<Slot> open(long revision) {
    List<Slot> open = new ArrayList<>();
    for (Slot slot : slots()) {
      if (slot.mayHoldOlderThan(revision)) {
        open.add(slot);
      }
    }
    return open;
  }

  /** How all of them stand. */
  synchronized List<Standing> standings(long now, String node) {
    return slots().stream().map(slot -> slot.standing(now, node)).toList();
  }

  synchronized List<Standing> standings(List<Slot> some, long now, String node) {
    return some.stream().map(slot -> slot.standing(now, node)).toList();
  }

  synchronized @Nullable Standing standing(Standing.Key key, long now, String node) {
    Slot slot = named(key);
    return slot == null ? null : slot.standing(now, node);
  }

  private List<Slot> slots() {
    List<Slot> slots = new ArrayList<>(size);
    named.values().forEach(views -> slots.addAll(views.values()));
    crowds.values().forEach(crowd -> slots.addAll(crowd.all()));
    return slots;
  }
}

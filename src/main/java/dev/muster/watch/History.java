package dev.muster.watch;

import dev.muster.core.Event;
import dev.muster.core.Limits;
import dev.muster.core.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest revisions and their events: a ring that one thread writes and any thread reads without
 * a lock.
 *
 * <p>Readers work on one published {@link Window}, and the writer never waits for them: it
 * overwrites the oldest slots below a slow reader, who notices because every slot knows its index.
 * The writer raises the floor before it takes slots away; so a reader that misses one finds the
 * reason in the newest window.
 */
final class History {

  /** All events of one revision; they are never parted. */
  record Slot(long index, long revision, List<Event> events, long bytes) {}

  /**
   * What readers may look at.
   *
   * @param tail index of the oldest slot
   * @param head index after the newest slot
   * @param floor the newest revision that is forgotten: whoever knows this one has missed nothing
   * @param last the newest revision, with events or without
   */
  record Window(long tail, long head, long floor, long last, long events, long bytes) {}

  private final int eventsMax;
  private final long bytesMax;
  private final int mask;
  private final AtomicReferenceArray<@Nullable Slot> ring;
  private volatile Window window = new Window(0, 0, 0, 0, 0, 0);

  History(int eventsMax, long bytesMax) {
    this.eventsMax = eventsMax;
    this.bytesMax = bytesMax;
    // A slot holds an event or more, so eventsMax + 1 slots are there at most, for a moment.
    int capacity = Integer.highestOneBit(eventsMax) << 1;
    this.mask = capacity - 1;
    this.ring = new AtomicReferenceArray<>(capacity);
  }

  Window window() {
    return window;
  }

  /** Adds a revision and forgets the oldest ones where a bound is passed; never this one. */
  Slot append(long revision, List<Event> events) {
    Window before = window;
    long weight = 0;
    for (Event event : events) {
      weight += weight(event);
    }
    Slot slot = new Slot(before.head, revision, events, weight);
    long tail = before.tail;
    long floor = before.floor;
    long eventsNow = before.events + events.size();
    long bytesNow = before.bytes + weight;
    ring.set((int) slot.index & mask, slot);
    while (tail < slot.index && (eventsNow > eventsMax || bytesNow > bytesMax)) {
      Slot oldest = present(tail);
      eventsNow -= oldest.events.size();
      bytesNow -= oldest.bytes;
      floor = oldest.revision;
      tail++;
    }
    window = new Window(tail, slot.index + 1, floor, revision, eventsNow, bytesNow);
    free(before.tail, tail);
    return slot;
  }

  /** A revision without events. */
  void skipTo(long revision) {
    Window now = window;
    window = new Window(now.tail, now.head, now.floor, revision, now.events, now.bytes);
  }

  /** Forgets everything up to and including this revision, the newest from now on. */
  void reset(long revision) {
    Window before = window;
    window = new Window(before.head, before.head, revision, revision, 0, 0);
    free(before.tail, before.head);
  }

  private void free(long from, long to) {
    for (long index = from; index < to; index++) {
      ring.set((int) index & mask, null);
    }
  }

  private Slot present(long index) {
    Slot slot = slot(index);
    if (slot == null) {
      throw new IllegalStateException("slot " + index + " is gone: two threads append");
    }
    return slot;
  }

  /** The slot, or nothing if it has been overwritten since. */
  private @Nullable Slot slot(long index) {
    Slot slot = ring.get((int) index & mask);
    return slot == null || slot.index != index ? null : slot;
  }

  /** How many slots a reader of everything after this revision would have to look at. */
  long slotsAfter(long revision) {
    Window now = window;
    return now.head - indexAfter(now, revision);
  }

  /** The index of the first slot newer than the revision. A slot that is gone counts as older. */
  private long indexAfter(Window in, long revision) {
    long low = in.tail;
    long high = in.head;
    while (low < high) {
      long middle = (low + high) >>> 1;
      Slot slot = slot(middle);
      if (slot == null || slot.revision <= revision) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * The changes after a revision; nothing if there are none yet.
   *
   * @param batchMax the batch ends with the revision that reaches this number of events
   */
  @Nullable Changes after(Scope scope, Path path, long after, int batchMax) {
    Window now = window;
    if (after >= now.last) {
      return null;
    }
    long index = indexAfter(now, after);
    List<Event> found = new ArrayList<>();
    for (; index < now.head && found.size() < batchMax; index++) {
      Slot slot = slot(index);
      if (slot == null) {
        break; // overtaken: the floor says so below
      }
      addMatching(scope, path, slot, found);
    }
    // Read again, after the slots: those that were gone by then are at or below this floor.
    long floor = window.floor;
    if (after < floor) {
      return new Changes.Compacted(floor);
    }
    if (found.isEmpty()) {
      return null;
    }
    boolean cut = found.size() >= batchMax;
    return new Changes.Batch(cut ? found.get(found.size() - 1).revision() : now.last, found);
  }

  static void addMatching(Scope scope, Path path, Slot slot, List<Event> found) {
    for (Event event : slot.events) {
      if (scope.covers(path, event.path())) {
        found.add(event);
      }
    }
  }

  /** What an event keeps in memory, roughly; children are shared with the tree and its past. */
  private static long weight(Event event) {
    long bytes = Limits.NODE_OVERHEAD_BYTES;
    bytes += event.node().data().length() + event.path().toString().length();
    for (Map.Entry<String, String> attribute : event.node().attributes().entrySet()) {
      bytes += attribute.getKey().length() + attribute.getValue().length();
    }
    return bytes;
  }
}

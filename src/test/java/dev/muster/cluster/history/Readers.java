package dev.muster.cluster.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A reader that goes from node to node never goes back: neither the state's revision nor an item's
 * gets smaller, an item is not newer than the state it is in, and a revision has one content.
 */
public final class Readers {
  private Readers() {}

  /** What is wrong; the readings of each reader are in its order. */
  public static List<String> violations(Collection<Reading> readings) {
    List<String> violations = new ArrayList<>();
    Map<String, Reading> latest = new HashMap<>();
    Map<String, Reading> latestOfKey = new HashMap<>();
    Map<Long, Reading> firstOfRevision = new HashMap<>();
    for (Reading reading : readings) {
      Reading before = latest.put(reading.reader(), reading);
      if (before != null && reading.stateRevision() < before.stateRevision()) {
        violations.add("went back: " + reading + " after " + before);
      }
      if (reading.item() == null) {
        continue;
      }
      if (reading.item().revision() > reading.stateRevision()) {
        violations.add("newer than its state: " + reading);
      }
      String readerAndKey = reading.reader() + '\0' + reading.key();
      Reading beforeOfKey = latestOfKey.put(readerAndKey, reading);
      if (beforeOfKey != null && reading.item().revision() < beforeOfKey.item().revision()) {
        violations.add("an item went back: " + reading + " after " + beforeOfKey);
      }
      Reading same = firstOfRevision.putIfAbsent(reading.item().revision(), reading);
      if (same != null && !same.item().equals(reading.item())) {
        violations.add("two contents of one revision: " + reading + " and " + same);
      }
    }
    return violations;
  }
}

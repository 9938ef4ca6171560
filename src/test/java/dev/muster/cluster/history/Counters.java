package dev.muster.cluster.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A counter whose clients read it and then write one more by compare-and-set counts exactly the
 * increments: all that were acknowledged, and perhaps some of those that got no answer.
 */
public final class Counters {
  private Counters() {}

  /**
   * What is wrong; empty if all is well.
   *
   * @param key the counter's; it started at 0, created by an operation of the same history
   * @param end what it held at the end
   */
  public static List<String> violations(Collection<Operation> operations, String key, long end) {
    Map<String, Operation> acknowledged = new TreeMap<>();
    List<String> violations = new ArrayList<>();
    long unknown = 0;
    for (Operation operation : operations) {
      if (!operation.key().equals(key) || !(operation.request() instanceof Request.CompareAndSet)) {
        continue;
      }
      if (operation.isUnknown()) {
        unknown++;
      } else if (operation.isAcknowledgedWrite()) {
        Operation twin = acknowledged.put(operation.value(), operation);
        if (twin != null) {
          violations.add("counted to the same number twice:\n  " + twin + "\n  " + operation);
        }
      }
    }
    long least = acknowledged.size();
    if (end < least || end > least + unknown) {
      violations.add(
          String.format(
              "counter %s ended at %d after %d acknowledged and %d unknown increments",
              key, end, least, unknown));
    }
    return violations;
  }
}

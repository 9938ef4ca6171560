package dev.muster.cluster.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Revisions count the changes of the whole cluster: whatever was acknowledged before a write was
 * even sent has a smaller one, over all keys.
 */
public final class RevisionOrder {
  private RevisionOrder() {}

  public static List<String> violations(Collection<Operation> operations) {
    List<Operation> byCall =
        operations.stream()
            .filter(Operation::isAcknowledgedWrite)
            .sorted(Comparator.comparingLong(Operation::invokedNanos))
            .toList();
    PriorityQueue<Operation> open =
        new PriorityQueue<>(Comparator.comparingLong(Operation::returnedNanos));
    List<String> violations = new ArrayList<>();
    Operation newest = null;
    for (Operation operation : byCall) {
      while (!open.isEmpty() && open.peek().returnedNanos() < operation.invokedNanos()) {
        Operation ended = open.poll();
        if (newest == null || ended.outcome().revision() > newest.outcome().revision()) {
          newest = ended;
        }
      }
      if (newest != null && operation.outcome().revision() <= newest.outcome().revision()) {
        violations.add("revisions against time:\n  " + newest + "\n  " + operation);
      }
      open.add(operation);
    }
    return violations;
  }
}

package dev.muster.cluster.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Is there an order of the operations, each between its call and its return, in which a {@link
 * Register} gives every client the answer it got? The search is Wing and Gong's with Lowe's
 * memoisation ("Testing for linearizability", 2017; the same as in Porcupine and Knossos), each key
 * by itself. An operation of unknown outcome may take effect at any time after its call, or never.
 */
public final class Linearizability {
  /** Beyond this many configurations of one key the search gives up and says so. */
  private static final int CONFIGURATIONS_MAX = 1_000_000;

  private Linearizability() {}

  /** What is wrong, one text for each key that no order explains; empty if all is well. */
  public static List<String> violations(List<Operation> history) {
    Map<String, List<Operation>> byKey =
        history.stream()
            .collect(Collectors.groupingBy(Operation::key, TreeMap::new, Collectors.toList()));
    List<String> violations = new ArrayList<>();
    byKey.forEach(
        (key, operations) -> {
          String violation = new Search(operations).run();
          if (violation != null) {
            violations.add("key " + key + ": " + violation);
          }
        });
    return violations;
  }

  /** What has been ordered so far, and what it led to. Two alike have the same future. */
  private record Configuration(int firstOpen, BitSet laterDone, BitSet taken, Register register) {}

  /** One step of the search: what may come next here, and how many of those were tried. */
  private static final class Frame {
    final Register register;
    final List<Step> steps;
    int next;
    Step current;

    Frame(Register register, List<Step> steps) {
      this.register = register;
      this.steps = steps;
    }
  }

  /** An operation that may come next. */
  private record Step(Operation operation, BitSet marks, int index) {}

  /** The search through one key's operations. */
  private static final class Search {
    // What is told of the same revision belongs together, its writer first; so the first path tried
    // is nearly always the right one. The order is a guess only: the search tries all.
    private static final Comparator<Step> LIKELY_FIRST =
        Comparator.comparingLong((Step step) -> step.operation.outcome().revision())
            .thenComparing(step -> !step.operation.isAcknowledgedWrite());

    private final List<Operation> completed;
    private final List<Operation> unknown;
    private final BitSet done = new BitSet();
    private final BitSet taken = new BitSet();
    private final Set<Configuration> seen = new HashSet<>();
    private int furthest = -1;
    private String stuck = "";

    Search(List<Operation> operations) {
      Comparator<Operation> byCall = Comparator.comparingLong(Operation::invokedNanos);
      completed = operations.stream().filter(each -> !each.isUnknown()).sorted(byCall).toList();
      unknown = operations.stream().filter(Operation::isUnknown).sorted(byCall).toList();
    }

    /** Null if an order was found, else why not. */
    String run() {
      Deque<Frame> path = new ArrayDeque<>();
      path.push(frame(Register.INITIAL));
      while (done.cardinality() < completed.size()) {
        Frame frame = path.peek();
        if (frame == null) {
          return "no order of the operations explains the answers; got as far as " + stuck;
        }
        if (frame.current != null) {
          frame.current.marks.clear(frame.current.index);
          frame.current = null;
        }
        Register after = advance(frame);
        if (after == null) {
          path.pop();
          continue;
        }
        if (seen.size() > CONFIGURATIONS_MAX) {
          return "undecided after " + CONFIGURATIONS_MAX + " configurations; last at " + stuck;
        }
        path.push(frame(after));
      }
      return null;
    }

    /** Takes the next step that is possible and leads to something new; null if there is none. */
    private Register advance(Frame frame) {
      while (frame.next < frame.steps.size()) {
        Step step = frame.steps.get(frame.next++);
        Register after = frame.register.step(step.operation.request(), step.operation.outcome());
        if (after == null) {
          continue;
        }
        step.marks.set(step.index);
        if (seen.add(configuration(after))) {
          frame.current = step;
          return after;
        }
        step.marks.clear(step.index);
      }
      return null;
    }

    private Configuration configuration(Register register) {
      int firstOpen = done.nextClearBit(0);
      BitSet later = done.get(firstOpen, Math.max(firstOpen, done.length()));
      return new Configuration(firstOpen, later, (BitSet) taken.clone(), register);
    }

    /** Everything that no other operation has to precede: called before the first open return. */
    private Frame frame(Register register) {
      List<Step> steps = new ArrayList<>();
      long firstReturn = Long.MAX_VALUE;
      for (int index = done.nextClearBit(0);
          index < completed.size();
          index = done.nextClearBit(index + 1)) {
        Operation operation = completed.get(index);
        if (operation.invokedNanos() > firstReturn) {
          break;
        }
        steps.add(new Step(operation, done, index));
        firstReturn = Math.min(firstReturn, operation.returnedNanos());
      }
      steps.sort(LIKELY_FIRST);
      explain(register, steps);
      // Last, since most of what got no answer need not have happened to explain what comes next.
      for (int index = taken.nextClearBit(0);
          index < unknown.size();
          index = taken.nextClearBit(index + 1)) {
        if (unknown.get(index).invokedNanos() > firstReturn) {
          break;
        }
        steps.add(new Step(unknown.get(index), taken, index));
      }
      return new Frame(register, steps);
    }

    private void explain(Register register, List<Step> steps) {
      if (done.cardinality() > furthest) {
        furthest = done.cardinality();
        stuck =
            String.format(
                "%d of %d, where the key held %s and next would be one of:%s",
                furthest,
                completed.size(),
                register,
                steps.stream().map(step -> "\n  " + step.operation).collect(Collectors.joining()));
      }
    }
  }
}

package dev.muster.simulation;

import dev.muster.core.Bytes;
import dev.muster.core.Command;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A cluster in one thread: nodes propose random commands through a network that loses, repeats and
 * reorders, into one log that each node applies at its own pace. Nodes are restarted from the log's
 * beginning or from any snapshot ever taken, or get a snapshot while they run. The same seed is the
 * same run. What is checked on the way is in {@link History} and {@link Invariants}.
 */
final class Simulation {
  private static final int COMMANDS_MAX = 4;

  private final Random random;
  private final Workload workload;
  private final History history = new History();
  private final List<History.Logged> log = new ArrayList<>();
  private final List<byte[]> network = new ArrayList<>();
  private final List<History.Snapshot> snapshots = new ArrayList<>();
  private final List<SimulatedNode> nodes =
      List.of(
          new SimulatedNode("a", history),
          new SimulatedNode("b", history),
          new SimulatedNode("c", history));
  private long clockMillis = 1_700_000_000_000L;
  private long position;

  Simulation(long seed) {
    random = new Random(seed);
    workload = new Workload(random);
    snapshots.add(nodes.get(0).snapshot());
  }

  /** Lets so many things happen, then brings all nodes to the log's end. */
  Simulation run(int steps) {
    for (int i = 0; i < steps; i++) {
      step(nodes.get(random.nextInt(nodes.size())));
    }
    settle();
    return this;
  }

  private void step(SimulatedNode node) {
    int die = random.nextInt(1_000);
    if (die < 300) {
      propose(node);
    } else if (die < 600) {
      deliver();
    } else if (die < 900) {
      apply(node, 1 + random.nextInt(3));
    } else if (die < 940) {
      network.addAll(node.unanswered());
    } else if (die < 980) {
      snapshots.add(node.snapshot());
    } else if (die < 990) {
      node.restart(snapshots.get(random.nextInt(3) == 0 ? 0 : random.nextInt(snapshots.size())));
    } else {
      History.Snapshot newest = snapshots.get(snapshots.size() - 1);
      if (newest.next() > node.next()) {
        node.install(newest);
      }
    }
  }

  private void propose(SimulatedNode node) {
    if (!node.mayPropose()) {
      return;
    }
    clockMillis += random.nextInt(2_000) - 500; // clocks differ, and go back
    List<Command> batch = new ArrayList<>();
    for (int i = random.nextInt(COMMANDS_MAX + 1); i > 0; i--) {
      batch.add(workload.next(node.state()));
    }
    network.add(node.propose(clockMillis, batch));
  }

  /** Any message arrives, or is lost; now and then it arrives once more later. */
  private void deliver() {
    if (network.isEmpty()) {
      return;
    }
    byte[] message = network.remove(random.nextInt(Math.min(4, network.size())));
    int fate = random.nextInt(20);
    if (fate == 0) {
      return;
    }
    if (fate <= 2) {
      network.add(message);
    }
    append(message);
  }

  /** Raft's log holds entries of its own, too, so that ours have gaps between them. */
  private void append(byte[] message) {
    position += random.nextInt(10) == 0 ? 2 : 1;
    log.add(new History.Logged(position, Bytes.wrap(message)));
  }

  private void apply(SimulatedNode node, int entries) {
    for (int i = 0; i < entries && node.next() < log.size(); i++) {
      node.applyNext(log);
    }
  }

  /** The network heals: every node learns what became of all that it proposed. */
  private void settle() {
    for (SimulatedNode node : nodes) {
      apply(node, log.size());
      List.copyOf(node.unanswered()).forEach(this::append);
    }
    for (SimulatedNode node : nodes) {
      apply(node, log.size());
      if (!node.unanswered().isEmpty()) {
        throw new AssertionError(node + " was never told what became of its entries");
      }
    }
    nodes.forEach(SimulatedNode::snapshot);
  }

  /**
   * Cuts the log at every entry: a node that goes on there from a snapshot ends like all others.
   */
  void replayFromEveryCut() {
    byte[] end = History.write(nodes.get(0).state());
    SimulatedNode whole = new SimulatedNode("whole", history);
    for (int cut = 0; cut <= log.size(); cut++) {
      SimulatedNode part = new SimulatedNode("from entry " + cut, history);
      part.restart(whole.snapshot());
      apply(part, log.size());
      if (!Arrays.equals(end, History.write(part.state()))) {
        throw new AssertionError("replayed from entry " + cut + ", the log ends elsewhere");
      }
      apply(whole, 1);
    }
  }

  /** The names of verdicts, refusals and events that came up. */
  Set<String> met() {
    return history.met();
  }

  /** All that the run came to: the same for the same seed. */
  byte[] end() {
    return History.write(nodes.get(0).state());
  }
}

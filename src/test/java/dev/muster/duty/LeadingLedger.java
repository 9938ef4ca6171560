package dev.muster.duty;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.ledger.ClusterStatus;
import dev.muster.ledger.ForwardingLedger;
import dev.muster.ledger.LocalLedger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.pcollections.TreePMap;

/**
 * One node's view of a cluster of which the test says who leads. Several of these share one {@link
 * LocalLedger}, the log; what a node submits can be kept on its way, to arrive late.
 */
final class LeadingLedger extends ForwardingLedger {
  private record OnItsWay(Command command, CompletableFuture<Reply> reply) {}

  final LocalLedger log;
  final String node;
  final List<Command> submitted = new ArrayList<>();
  private final Deque<OnItsWay> late = new ArrayDeque<>();
  private boolean slow;
  String leader;
  long term = 1;

  LeadingLedger(LocalLedger log, String node) {
    super(log);
    this.log = log;
    this.node = node;
    this.leader = node;
  }

  /** From now on what this node submits is on its way until {@link #arrive}. */
  void slow() {
    slow = true;
  }

  void arrive() {
    slow = false;
    while (!late.isEmpty()) {
      firstArrives();
    }
  }

  /** What has been on its way for longest arrives; the rest stays on its way. */
  void firstArrives() {
    OnItsWay first = late.remove();
    log.submit(first.command).thenAccept(first.reply::complete);
  }

  void leads(String newLeader, long newTerm) {
    leader = newLeader;
    term = newTerm;
  }

  /** A node of the tree, and all above it. */
  void put(String path) {
    done(
        new Command.Transact(
            List.of(), List.of(new Change.Ensure(Path.of(path), Life.persistent()))));
  }

  void create(String path, Life life) {
    done(
        new Command.Transact(
            List.of(),
            List.of(
                new Change.Create(
                    Path.of(path), Bytes.EMPTY, Change.attributes(Map.of()), life, false))));
  }

  void open(long id, long ttlMillis) {
    done(new Command.OpenSession(id, ttlMillis, "test", Bytes.EMPTY));
  }

  void own(long id, int from, int count) {
    for (int done = 0; done < count; done += 100) {
      List<Change> changes = new ArrayList<>();
      for (int i = done; i < Math.min(count, done + 100); i++) {
        changes.add(
            new Change.Create(
                Path.of("/e" + (from + i)),
                Bytes.EMPTY,
                TreePMap.empty(),
                new Life.Ephemeral(id),
                false));
      }
      done(new Command.Transact(List.of(), changes));
    }
  }

  void done(Command command) {
    if (!(log.submitElsewhere(command) instanceof Reply.Done)) {
      throw new AssertionError("refused: " + command);
    }
  }

  List<Command.CloseSessions> closes() {
    return submitted.stream()
        .filter(Command.CloseSessions.class::isInstance)
        .map(Command.CloseSessions.class::cast)
        .toList();
  }

  @Override
  public CompletableFuture<Reply> submit(Command command) {
    submitted.add(command);
    if (!slow) {
      return log.submit(command);
    }
    OnItsWay onItsWay = new OnItsWay(command, new CompletableFuture<>());
    late.add(onItsWay);
    return onItsWay.reply;
  }

  @Override
  public ClusterStatus status() {
    return new ClusterStatus(node, leader, term, 0, 0, 0, 0, leader != null, List.of());
  }
}

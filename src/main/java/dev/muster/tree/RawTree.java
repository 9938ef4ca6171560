package dev.muster.tree;

import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.Stat;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * Writes of single nodes, as a client asks for them. Methods return at once, from any thread;
 * futures end as {@link Ledger}'s do, and with {@link RefusedException} where the answer is no.
 *
 * @see Branches for where raw writes are refused
 */
public final class RawTree {
  /** How often a write without a demand is tried when others create or delete meanwhile. */
  private static final int ATTEMPTS_MAX = 8;

  private final Ledger ledger;

  public RawTree(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * A node that is as wished.
   *
   * @param path with the number that a sequential node was given
   * @param revision the state's, after the write
   */
  public record Written(Path path, Stat stat, boolean created, long revision) {}

  /** A node that is gone. */
  public record Deleted(Path path, long revision) {}

  /**
   * Creates a node or sets its data. What is as wished already stays as it is: no new revision.
   *
   * @throws ReservedBranchException at once
   */
  public CompletableFuture<Written> put(Wish wish) {
    refuseReserved(wish.path());
    return put(wish, 1);
  }

  private CompletableFuture<Written> put(Wish wish, int attempt) {
    Node node = ledger.local().tree().find(wish.path());
    Command.Transact transact = transact(wish, node);
    return ledger
        .submit(transact)
        .thenCompose(
            reply -> {
              if (reply instanceof Reply.Done done) {
                return CompletableFuture.completedFuture(written(wish, transact, node, done));
              }
              Reply.Refused refused = (Reply.Refused) reply;
              return attempt < ATTEMPTS_MAX && helpsToTryAgain(wish, refused)
                  ? put(wish, attempt + 1)
                  : CompletableFuture.failedFuture(new RefusedException(refused));
            });
  }

  private static Command.Transact transact(Wish wish, @Nullable Node node) {
    Path path = wish.path();
    Demand demand = wish.demand();
    if (wish.sequential()) {
      return new Command.Transact(List.of(), creation(wish));
    }
    boolean otherLife = node != null && !hasLife(node, wish.life());
    if (demand instanceof Demand.Absent
        || (demand instanceof Demand.Nothing && (node == null || otherLife))) {
      return new Command.Transact(List.of(new Guard.Absent(path)), creation(wish));
    }
    List<Guard> guards = new ArrayList<>();
    if (demand instanceof Demand.Modified modified) {
      guards.add(new Guard.Modified(path, modified.revision()));
    } else {
      guards.add(new Guard.Exists(path));
    }
    if (node != null && wish.life() != null) {
      guards.add(new Guard.Created(path, node.stat().createdRevision()));
    }
    if (node != null && node.data().equals(wish.data())) {
      // Even then the log is asked: what this node has read may be old.
      guards.add(new Guard.Modified(path, node.stat().modifiedRevision()));
      return new Command.Transact(guards, List.of());
    }
    return new Command.Transact(guards, List.of(new Change.SetData(path, wish.data())));
  }

  private static List<Change> creation(Wish wish) {
    List<Change> changes = new ArrayList<>();
    if (wish.parents() && wish.path().depth() > 1) {
      changes.add(new Change.Ensure(wish.path().parent(), Life.persistent()));
    }
    changes.add(
        new Change.Create(
            wish.path(), wish.data(), TreePMap.empty(), wish.lifeOfNew(), wish.sequential()));
    return changes;
  }

  private static boolean hasLife(Node node, @Nullable Life wanted) {
    return wanted == null || node.stat().life().equals(wanted);
  }

  /** Whether what this node read was overtaken, rather than what the client demanded. */
  private boolean helpsToTryAgain(Wish wish, Reply.Refused refused) {
    if (wish.sequential()) {
      return false;
    }
    Node now = ledger.local().tree().find(wish.path());
    return switch (refused.why()) {
      case NODE_EXISTS ->
          wish.demand() instanceof Demand.Nothing && (now == null || hasLife(now, wish.life()));
      case NO_NODE -> wish.demand() instanceof Demand.Nothing;
      case REVISION_CONFLICT ->
          !(wish.demand() instanceof Demand.Modified demanded)
              || (now != null && now.stat().modifiedRevision() == demanded.revision());
      default -> false;
    };
  }

  private static Written written(
      Wish wish, Command.Transact transact, @Nullable Node node, Reply.Done done) {
    if (transact.changes().isEmpty()) {
      Stat stat = Objects.requireNonNull(node, "only a present node is left as it is").stat();
      return new Written(wish.path(), stat, false, done.revision());
    }
    Reply.Outcome outcome = done.outcomes().get(done.outcomes().size() - 1);
    Stat stat = Objects.requireNonNull(outcome.stat(), "what was put is there");
    boolean created =
        transact.changes().get(transact.changes().size() - 1) instanceof Change.Create;
    return new Written(outcome.path(), stat, created, done.revision());
  }

  /**
   * Deletes a node.
   *
   * @param recursive with all below it; otherwise a node with children is refused
   * @throws ReservedBranchException at once
   */
  public CompletableFuture<Deleted> delete(Path path, boolean recursive, Demand demand) {
    refuseReserved(path);
    List<Guard> guards =
        demand instanceof Demand.Modified modified
            ? List.of(new Guard.Modified(path, modified.revision()))
            : List.of();
    Change change = recursive ? new Change.DeleteSubtree(path) : new Change.Delete(path);
    return ledger
        .submit(new Command.Transact(guards, List.of(change)))
        .thenApply(
            reply -> {
              if (reply instanceof Reply.Done done) {
                return new Deleted(path, done.revision());
              }
              throw new RefusedException((Reply.Refused) reply);
            });
  }

  private static void refuseReserved(Path path) {
    if (Branches.isReserved(path)) {
      throw new ReservedBranchException(path);
    }
  }
}

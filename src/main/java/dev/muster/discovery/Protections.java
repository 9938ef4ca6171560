package dev.muster.discovery;

import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.RefusedException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Ends what the guard of mass failures protects, for operators who know better: those that are
 * silent have their grace from then on. Methods return at once, from any thread; futures end as
 * {@link Ledger}'s do, and with {@link DiscoveryException} or {@link RefusedException} where the
 * answer is no.
 */
public final class Protections {
  private final Ledger ledger;

  public Protections(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * Ends the protection of a service.
   *
   * @return the revision; also where there was none
   */
  public CompletableFuture<Long> endOfService(String namespace, String service) {
    Path path = Protection.pathOf(InstanceKey.servicePath(namespace, service));
    Path namespacePath = InstanceKey.namespacePath(namespace);
    return ledger
        .fresh()
        .thenCompose(
            state ->
                state.tree().find(namespacePath) == null
                    ? CompletableFuture.failedFuture(DiscoveryException.unknownNamespace(namespace))
                    : end(state, path));
  }

  /**
   * Ends the protection of a zone.
   *
   * @return the revision; also where there was none
   * @throws InvalidInstanceException if that can be no zone's name
   */
  public CompletableFuture<Long> endOfZone(String zone) {
    Path path = new FailureDomain.Zone(Instance.checkPlace("zone", zone)).guard();
    return ledger.fresh().thenCompose(state -> end(state, path));
  }

  private CompletableFuture<Long> end(State state, Path path) {
    Node node = state.tree().find(path);
    if (node == null) {
      return CompletableFuture.completedFuture(state.revision());
    }
    return ledger
        .submit(
            new Command.Transact(
                List.of(new Guard.Created(path, node.stat().createdRevision())),
                List.of(new Change.Delete(path))))
        .thenApply(
            reply -> {
              if (reply instanceof Reply.Done done) {
                return done.revision();
              }
              return switch (((Reply.Refused) reply).why()) {
                case NO_NODE, REVISION_CONFLICT -> ledger.local().revision(); // it has just ended
                default -> throw new RefusedException((Reply.Refused) reply);
              };
            });
  }
}

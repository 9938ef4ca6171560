package dev.muster.discovery;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Sets what holds for services as a whole. A service exists as long as something is set for it or
 * it has instances. Methods return at once, from any thread; futures end as {@link Ledger}'s do,
 * and with {@link DiscoveryException} or {@link dev.muster.ledger.RefusedException} where the
 * answer is no.
 */
public final class Services {
  private final Ledger ledger;

  public Services(Ledger ledger) {
    this.ledger = ledger;
  }

  /**
   * What is set for a service now.
   *
   * @param created whether nothing was before
   * @param modifiedRevision the newest revision that changed it
   * @param revision the state's, after the change
   */
  public record Written(
      ServiceSettings settings, boolean created, long modifiedRevision, long revision) {}

  /**
   * Changes what is set for a service.
   *
   * @param demanded the revision that must have been the last to change it; 0 if nothing must be
   *     set; absent for whatever there is
   * @param change of what is set, or of the defaults; may be called several times
   */
  public CompletableFuture<Written> change(
      String namespace,
      String service,
      @Nullable Long demanded,
      UnaryOperator<ServiceSettings> change) {
    Path path = InstanceKey.servicePath(namespace, service);
    return Attempts.run(
        () -> DiscoveryException.contention(service),
        () -> changeOnce(namespace, path, demanded, change));
  }

  /**
   * Sets a service back to the defaults.
   *
   * @return the revision after it
   */
  public CompletableFuture<Long> reset(String namespace, String service, @Nullable Long demanded) {
    Path path = InstanceKey.servicePath(namespace, service);
    return Attempts.run(
        () -> DiscoveryException.contention(service),
        () -> resetOnce(namespace, service, path.child(ServiceSettings.NODE), demanded));
  }

  private CompletableFuture<@Nullable Written> changeOnce(
      String namespace,
      Path service,
      @Nullable Long demanded,
      UnaryOperator<ServiceSettings> change) {
    State state = ledger.local();
    Node services = state.tree().find(InstanceKey.namespacePath(namespace));
    if (services == null) {
      return Attempts.againIfFresh(
          ledger,
          fresh -> fresh.tree().find(InstanceKey.namespacePath(namespace)) != null,
          DiscoveryException.unknownNamespace(namespace));
    }
    Node node = state.tree().find(service);
    Node before = ServiceSettings.node(node);
    Path path = service.child(ServiceSettings.NODE);
    if (isOther(before, demanded)) {
      return conflictIfFresh(path, service.name(), demanded);
    }
    if (node == null) {
      DiscoveryLimits.demandRoomForService(services);
    }
    ServiceSettings wanted = change.apply(ServiceSettings.of(node));
    Bytes data = wanted.encode();
    boolean unchanged = before != null && before.data().equals(data);
    List<Change> changes =
        before == null
            ? List.of(
                new Change.Ensure(service, Life.container()), Change.Create.persistent(path, data))
            : unchanged ? List.of() : List.of(new Change.SetData(path, data));
    return ledger
        .submit(
            new Command.Transact(
                List.of(new Guard.Exists(InstanceKey.namespacePath(namespace)), as(path, before)),
                changes))
        .thenApply(
            reply -> {
              if (!(reply instanceof Reply.Done done)) {
                Attempts.throwIfFinal((Reply.Refused) reply);
                return null;
              }
              long modified =
                  unchanged && before != null ? before.stat().modifiedRevision() : done.revision();
              return new Written(wanted, before == null, modified, done.revision());
            });
  }

  private CompletableFuture<@Nullable Long> resetOnce(
      String namespace, String service, Path path, @Nullable Long demanded) {
    Node before = ledger.local().tree().find(path);
    if (before == null) {
      return Attempts.againIfFresh(
          ledger,
          fresh -> fresh.tree().find(path) != null,
          DiscoveryException.unknownService(namespace, service));
    }
    if (isOther(before, demanded)) {
      return conflictIfFresh(path, service, demanded);
    }
    return ledger
        .submit(new Command.Transact(List.of(as(path, before)), List.of(new Change.Delete(path))))
        .thenApply(
            reply -> {
              if (!(reply instanceof Reply.Done done)) {
                Attempts.throwIfFinal((Reply.Refused) reply);
                return null;
              }
              return done.revision();
            });
  }

  private static Guard as(Path path, @Nullable Node before) {
    return before == null
        ? new Guard.Absent(path)
        : new Guard.Modified(path, before.stat().modifiedRevision());
  }

  private static boolean isOther(@Nullable Node before, @Nullable Long demanded) {
    return demanded != null && demanded != revision(before);
  }

  private static long revision(@Nullable Node node) {
    return node == null ? 0 : node.stat().modifiedRevision();
  }

  private <T> CompletableFuture<@Nullable T> conflictIfFresh(
      Path path, String service, @Nullable Long demanded) {
    return ledger
        .fresh()
        .thenApply(
            fresh -> {
              Node now = fresh.tree().find(path);
              if (demanded != null && isOther(now, demanded)) {
                throw DiscoveryException.conflict(
                    "what is set for service '" + service + "'", demanded, revision(now));
              }
              return null;
            });
  }
}

package dev.muster.discovery;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Life;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * Takes whole hosts out of traffic: all instances at an address, of all namespaces, those that
 * register there later as well. That a host is maintained is written first; then each instance is
 * told, and whatever registers meanwhile sees it by itself. Futures end as {@link Ledger}'s do.
 */
public final class Hosts {
  /** What holds a node for each host that is maintained; its data is why. */
  public static final Path ALL = Path.of("/muster/hosts");

  /** Instances that are told at a time. */
  private static final int TOLD_AT_ONCE_MAX = 500;

  private final Ledger ledger;
  private final Verdicts verdicts;
  private final Executor workers;

  /**
   * @param workers for looking through all instances, which takes a second for a million
   */
  public Hosts(Ledger ledger, Verdicts verdicts, Executor workers) {
    this.ledger = ledger;
    this.verdicts = verdicts;
    this.workers = workers;
  }

  /**
   * A maintenance that has begun or ended.
   *
   * @param address in its one spelling
   * @param instances how many are at the address
   * @param revision after all of them were told
   */
  public record Told(String address, int instances, long revision) {}

  /**
   * Begins a maintenance, or gives it another reason; repeating it tells those that were missed.
   *
   * @throws InvalidInstanceException if the address is none, or nobody could read the reason
   */
  public CompletableFuture<Told> begin(String address, String reason) {
    Path path = path(address);
    String why = Texts.checkPlain("reason", reason);
    Limits.between(
        "host.reason", Texts.utf8Length(why), 1, DiscoveryLimits.MAINTENANCE_BYTES_MAX, "bytes");
    List<Change> changes =
        List.of(
            new Change.Ensure(ALL, Life.persistent()),
            new Change.Put(path, Bytes.utf8(why), TreePMap.empty()));
    return ledger
        .submit(new Command.Transact(List.of(), changes))
        .thenCompose(
            reply -> {
              if (reply instanceof Reply.Refused refused) {
                Attempts.throwIfFinal(refused);
                throw new IllegalStateException(refused.detail());
              }
              Guard mine = new Guard.Modified(path, ((Reply.Done) reply).revision());
              return tell(path.name(), why, mine);
            });
  }

  /**
   * Ends a maintenance. Where an earlier end did not get to all instances, it tells those that it
   * missed.
   */
  public CompletableFuture<Told> end(String address) {
    Path path = path(address);
    return ledger
        .submit(new Command.Transact(List.of(), List.of(new Change.Delete(path))))
        .thenCompose(
            reply -> {
              boolean wasThere = reply instanceof Reply.Done;
              if (reply instanceof Reply.Refused refused) {
                Attempts.throwIfFinal(refused);
              }
              return tell(path.name(), null, new Guard.Absent(path))
                  .thenApply(
                      told -> {
                        if (!wasThere && told.instances() == 0) {
                          throw DiscoveryException.unknownHost(address);
                        }
                        return told;
                      });
            });
  }

  /**
   * Tells the instances of a host, a portion after the other.
   *
   * @param why nothing to bring them back: only those that are out are told
   * @param standing holds as long as nobody has begun or ended a maintenance since
   */
  private CompletableFuture<Told> tell(String host, @Nullable String why, Guard standing) {
    return CompletableFuture.supplyAsync(() -> at(host, why == null, ledger.local()), workers)
        .thenCompose(
            found ->
                tell(found, 0, why, standing)
                    .thenApply(all -> new Told(host, found.size(), ledger.local().revision())));
  }

  private CompletableFuture<Void> tell(
      List<At> found, int from, @Nullable String why, Guard standing) {
    if (from >= found.size()) {
      return CompletableFuture.completedFuture(null);
    }
    int to = Math.min(found.size(), from + TOLD_AT_ONCE_MAX);
    return CompletableFuture.allOf(
            found.subList(from, to).stream()
                .map(
                    at ->
                        verdicts.update(
                            at.key,
                            at.created,
                            List.of(standing),
                            status -> status.withMaintenance(why)))
                .toArray(CompletableFuture[]::new))
        .thenComposeAsync(done -> tell(found, to, why, standing), workers);
  }

  private record At(InstanceKey key, long created) {}

  private static List<At> at(String host, boolean onlyOut, State state) {
    List<At> found = new ArrayList<>();
    Node all = state.tree().find(InstanceKey.SERVICES);
    if (all == null) {
      return found;
    }
    for (Map.Entry<String, Node> namespace : all.children().entrySet()) {
      for (Map.Entry<String, Node> service : namespace.getValue().children().entrySet()) {
        for (Map.Entry<String, Node> instance :
            InstanceKey.instances(service.getValue()).entrySet()) {
          if (onlyOut && !InstanceStatus.isMaintained(instance.getValue())) {
            continue;
          }
          String address = StoredInstance.address(instance.getValue().data());
          if (Addresses.canonical(address).equals(host)) {
            found.add(
                new At(
                    new InstanceKey(namespace.getKey(), service.getKey(), instance.getKey()),
                    instance.getValue().stat().createdRevision()));
          }
        }
      }
    }
    return found;
  }

  // ---- what registrations look at

  /** Why the host of an address gets no traffic; nothing if it does. */
  static @Nullable String maintenance(State state, String address) {
    Node node = state.tree().find(path(address));
    return node == null ? null : node.data().utf8();
  }

  /** Holds as long as the host is maintained, or is not, as it was in the state. */
  static Guard asSeen(State state, String address) {
    Path path = path(address);
    Node node = state.tree().find(path);
    return node == null
        ? new Guard.Absent(path)
        : new Guard.Modified(path, node.stat().modifiedRevision());
  }

  private static Path path(String address) {
    return ALL.child(Addresses.canonical(Addresses.check(address)));
  }
}

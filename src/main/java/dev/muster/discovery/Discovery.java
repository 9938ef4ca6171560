package dev.muster.discovery;

import dev.muster.config.Namespaces;
import dev.muster.coordination.SessionId;
import dev.muster.coordination.Sessions;
import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Reply;
import dev.muster.core.Session;
import dev.muster.core.State;
import dev.muster.discovery.check.AddressPolicy;
import dev.muster.duty.Heartbeats;
import dev.muster.ledger.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Registers instances, renews their leases, deregisters them. Methods return at once, from any
 * thread; futures end as {@link Ledger}'s do, and with {@link DiscoveryException}, {@link
 * dev.muster.coordination.SessionException} or {@link dev.muster.ledger.RefusedException} where the
 * answer is no.
 *
 * <p>Each write reads this node's state, decides, and submits a transaction that is guarded by what
 * it has read. When a guard no longer holds, it reads again: the refusal came through this node's
 * own log, so the state then shows what was in the way.
 */
public final class Discovery {
  private final Ledger ledger;
  private final Sessions sessions;
  private final Heartbeats heartbeats;
  private final AddressPolicy policy;
  private final LongSupplier clockMillis;

  /**
   * @param policy says which addresses may be checked
   * @param clockMillis the clock that entries are stamped with, for people to read
   */
  public Discovery(
      Ledger ledger,
      Sessions sessions,
      Heartbeats heartbeats,
      AddressPolicy policy,
      LongSupplier clockMillis) {
    this.ledger = ledger;
    this.sessions = sessions;
    this.heartbeats = heartbeats;
    this.policy = policy;
    this.clockMillis = clockMillis;
  }

  /**
   * An instance that is registered now.
   *
   * @param created whether it was not there before
   * @param session that it lives as long as; absent for a persistent one
   * @param ttlMillis of that session
   * @param modifiedRevision the newest revision that changed it
   * @param revision the state's, after the registration
   */
  public record Registered(
      InstanceKey key,
      boolean created,
      @Nullable Long session,
      @Nullable Long ttlMillis,
      long modifiedRevision,
      long revision) {}

  /** A lease that has just been renewed for {@code ttlMillis} from now. */
  public record Renewed(InstanceKey key, long session, long ttlMillis, long modifiedRevision) {}

  /** An instance that is gone. */
  public record Deregistered(InstanceKey key, long revision) {}

  /**
   * Registers an instance or changes its registration; repeating it is a sign of life and changes
   * nothing.
   *
   * @throws InvalidInstanceException if it asks for checks that may not be made
   */
  public CompletableFuture<Registered> register(InstanceKey key, Registration registration) {
    policy.checkRegistration(registration.instance().address(), registration.checks());
    return Attempts.run(
        () -> DiscoveryException.contention(key),
        () ->
            registration.presence() instanceof Presence.Bound bound
                ? sessions
                    .authenticate(bound.session(), bound.secret())
                    .thenCompose(session -> register(key, registration, session))
                : register(key, registration, null));
  }

  /**
   * The instance is alive. Nothing enters the log. An instance that this node does not know may
   * have registered on another node a moment ago: a fresh read decides.
   */
  public CompletableFuture<Renewed> renew(InstanceKey key) {
    State state = ledger.local();
    Node node = state.tree().find(key.path());
    if (node != null) {
      return renew(key, node, state);
    }
    return ledger
        .fresh()
        .thenCompose(
            fresh -> {
              Node registered = fresh.tree().find(key.path());
              return registered == null
                  ? CompletableFuture.failedFuture(DiscoveryException.unknownInstance(key))
                  : renew(key, registered, fresh);
            });
  }

  /**
   * Removes an instance and ends the lease that it had.
   *
   * @param modifiedRevision demanded, for compare-and-delete; absent where any is right
   */
  public CompletableFuture<Deregistered> deregister(
      InstanceKey key, @Nullable Long modifiedRevision) {
    return Attempts.run(
        () -> DiscoveryException.contention(key), () -> deregisterOnce(key, modifiedRevision));
  }

  // ---- register

  /** One attempt; no answer if a guard did not hold. */
  private CompletableFuture<@Nullable Registered> register(
      InstanceKey key, Registration registration, @Nullable Session bound) {
    State state = ledger.local();
    if (state.tree().find(key.namespacePath()) == null) {
      return Attempts.againIfFresh(
          ledger,
          fresh -> fresh.tree().find(key.namespacePath()) != null,
          DiscoveryException.unknownNamespace(key.namespace()));
    }
    Node node = state.tree().find(key.path());
    Session kept = node == null ? null : sessionOf(node, state);
    if (node != null && keepsLifetime(node, kept, registration.presence())) {
      return change(key, node, state, kept, registration);
    }
    if (node == null) {
      demandRoom(key, state);
    }
    Start start = new Start(key, node, state, registration, clockMillis.getAsLong());
    return registration.presence() instanceof Presence.Lease lease
        ? createWithLease(start, lease)
        : create(start, bound);
  }

  /** What registers at the same moment may pass it by a few. */
  private static void demandRoom(InstanceKey key, State state) {
    String namespace = key.namespace();
    Node node = Namespaces.find(state, namespace);
    long max = node == null ? Namespaces.INSTANCES_MAX_DEFAULT : Namespaces.instancesMax(node);
    Node services = state.tree().find(InstanceKey.namespacePath(namespace));
    if (services != null && services.child(key.service()) == null) {
      DiscoveryLimits.demandRoomForService(services);
    }
    // All nodes are at least as many as the instances: counting these is seldom needed.
    if (services != null
        && services.subtreeNodes() > max
        && services.children().values().stream().mapToLong(InstanceKey::count).sum() >= max) {
      throw DiscoveryException.tooManyInstances(namespace, max);
    }
  }

  /**
   * The first registration of a process.
   *
   * @param before the instance that it takes the place of; absent for none
   */
  private record Start(
      InstanceKey key,
      @Nullable Node before,
      State state,
      Registration registration,
      long nowMillis) {

    List<Guard> guards() {
      return List.of(
          new Guard.Exists(key.namespacePath()),
          before == null
              ? new Guard.Absent(key.path())
              : new Guard.Created(key.path(), before.stat().createdRevision()),
          Hosts.asSeen(state, registration.instance().address()));
    }

    List<Change> changes(Lifetime lifetime) {
      List<Change> changes = new ArrayList<>();
      changes.add(new Change.Ensure(key.servicePath(), Life.container()));
      if (before != null) {
        changes.add(new Change.Delete(key.path()));
      }
      InstanceStatus status =
          registration
              .initialIn(InstanceStatus.none(), nowMillis)
              .withMaintenance(Hosts.maintenance(state, registration.instance().address()));
      changes.add(
          new Change.Create(
              key.path(),
              StoredInstance.encode(registration),
              status.in(lifetime.attributes()),
              lifetime.life(),
              false));
      return changes;
    }
  }

  private static boolean keepsLifetime(Node node, @Nullable Session session, Presence wanted) {
    if (wanted instanceof Presence.Lease lease) {
      return session != null && Lifetime.isOwn(node) && session.ttlMillis() == lease.ttlMillis();
    }
    if (wanted instanceof Presence.Bound bound) {
      return session != null && !Lifetime.isOwn(node) && session.id() == bound.session();
    }
    return !node.stat().life().isEphemeral();
  }

  /** The instance stays the same one and keeps its session; only what it says may change. */
  private CompletableFuture<@Nullable Registered> change(
      InstanceKey key,
      Node node,
      State state,
      @Nullable Session session,
      Registration registration) {
    Bytes data = StoredInstance.encode(registration);
    List<Guard> guards = new ArrayList<>();
    guards.add(new Guard.Created(key.path(), node.stat().createdRevision()));
    if (session != null) {
      guards.add(new Guard.SessionAlive(session.id()));
    }
    List<Change> changes = List.of();
    if (node.data().equals(data)) {
      // Even then the log is asked: what this node has read may be old.
      guards.add(new Guard.Modified(key.path(), node.stat().modifiedRevision()));
    } else {
      String address = registration.instance().address();
      InstanceStatus before = InstanceStatus.of(node);
      long now = clockMillis.getAsLong();
      InstanceStatus after =
          registration
              .initialIn(before, now)
              // It is likely to be another process, which has said nothing of itself yet.
              .with(InstanceStatus.HEARTBEAT, Health.PASSING, "registered as something else", now)
              .withMaintenance(Hosts.maintenance(state, address));
      guards.add(Hosts.asSeen(state, address));
      guards.add(new Guard.AttributesVersion(key.path(), node.stat().attributesVersion()));
      changes =
          after.equals(before)
              ? List.of(new Change.SetData(key.path(), data))
              : List.of(new Change.Put(key.path(), data, after.in(node.attributes())));
    }
    boolean unchanged = changes.isEmpty();
    return ledger
        .submit(new Command.Transact(guards, changes))
        .thenApply(
            reply -> {
              if (!(reply instanceof Reply.Done done)) {
                Attempts.throwIfFinal((Reply.Refused) reply);
                return null;
              }
              if (session != null) {
                heartbeats.heard(session.id());
              }
              long modified = unchanged ? node.stat().modifiedRevision() : done.revision();
              return registered(key, false, session, modified, done.revision());
            });
  }

  /** Both commands are under way at once: a registration costs one round of the log. */
  private CompletableFuture<@Nullable Registered> createWithLease(
      Start start, Presence.Lease lease) {
    Command.OpenSession open = sessions.newSession(lease.ttlMillis(), Lifetime.owner(start.key));
    Command.Transact transact =
        new Command.Transact(start.guards(), start.changes(Lifetime.own(open.id())));
    CompletableFuture<Reply> opening = ledger.submit(open);
    CompletableFuture<Reply> creating = ledger.submit(transact);
    return opening.thenCombine(
        creating,
        (opened, created) -> {
          if (opened instanceof Reply.Refused refused) {
            Attempts.throwIfFinal(refused);
            return null;
          }
          if (created instanceof Reply.Refused refused) {
            endQuietly(open.id());
            Attempts.throwIfFinal(refused);
            return null;
          }
          endOwnSession(start.before, start.state);
          long revision = ((Reply.Done) created).revision();
          return new Registered(
              start.key, start.before == null, open.id(), open.ttlMillis(), revision, revision);
        });
  }

  private CompletableFuture<@Nullable Registered> create(Start start, @Nullable Session bound) {
    Lifetime lifetime = bound == null ? Lifetime.persistent() : Lifetime.boundTo(bound.id());
    return ledger
        .submit(new Command.Transact(start.guards(), start.changes(lifetime)))
        .thenApply(
            reply -> {
              if (!(reply instanceof Reply.Done done)) {
                Attempts.throwIfFinal((Reply.Refused) reply);
                return null;
              }
              endOwnSession(start.before, start.state);
              if (bound != null) {
                heartbeats.heard(bound.id());
              }
              return registered(
                  start.key, start.before == null, bound, done.revision(), done.revision());
            });
  }

  // ---- renew, deregister

  private CompletableFuture<Renewed> renew(InstanceKey key, Node node, State state) {
    Session session = sessionOf(node, state);
    if (session == null) {
      return CompletableFuture.failedFuture(DiscoveryException.noLease(key, "it is persistent"));
    }
    if (!Lifetime.isOwn(node)) {
      return CompletableFuture.failedFuture(
          DiscoveryException.noLease(
              key,
              "keep session " + SessionId.format(session.id()) + " alive, which it is bound to"));
    }
    return CompletableFuture.completedFuture(session)
        .thenApply(
            alive -> {
              sessions.heard(alive.id());
              return new Renewed(
                  key, alive.id(), alive.ttlMillis(), node.stat().modifiedRevision());
            });
  }

  private CompletableFuture<@Nullable Deregistered> deregisterOnce(
      InstanceKey key, @Nullable Long modifiedRevision) {
    State state = ledger.local();
    Node node = state.tree().find(key.path());
    if (node == null) {
      return Attempts.againIfFresh(
          ledger,
          fresh -> fresh.tree().find(key.path()) != null,
          DiscoveryException.unknownInstance(key));
    }
    List<Guard> guards = new ArrayList<>();
    guards.add(new Guard.Created(key.path(), node.stat().createdRevision()));
    if (modifiedRevision != null) {
      guards.add(new Guard.Modified(key.path(), modifiedRevision));
    }
    return ledger
        .submit(new Command.Transact(guards, List.of(new Change.Delete(key.path()))))
        .thenApply(
            reply -> {
              if (reply instanceof Reply.Refused refused) {
                if (modifiedRevision != null && refused.index() == guards.size() - 1) {
                  throw DiscoveryException.conflict(key, modifiedRevision, refused.actual());
                }
                Attempts.throwIfFinal(refused);
                return null;
              }
              endOwnSession(node, state);
              return new Deregistered(key, ((Reply.Done) reply).revision());
            });
  }

  // ---- helpers

  private static @Nullable Session sessionOf(Node node, State state) {
    return node.stat().life() instanceof Life.Ephemeral ephemeral
        ? state.sessions().get(ephemeral.session())
        : null;
  }

  private static Registered registered(
      InstanceKey key, boolean created, @Nullable Session session, long modified, long revision) {
    return new Registered(
        key,
        created,
        session == null ? null : session.id(),
        session == null ? null : session.ttlMillis(),
        modified,
        revision);
  }

  /** Ends the lease of an instance that was replaced or removed. */
  private void endOwnSession(@Nullable Node node, State state) {
    Session session = node == null ? null : sessionOf(node, state);
    if (session != null && node != null && Lifetime.isOwn(node)) {
      endQuietly(session.id());
    }
  }

  /** Nobody waits: a session that owns nothing harms nobody, and silence ends it as well. */
  @SuppressWarnings("FutureReturnValueIgnored")
  private void endQuietly(long session) {
    ledger.submit(new Command.CloseSessions(List.of(), List.of(session)));
  }
}

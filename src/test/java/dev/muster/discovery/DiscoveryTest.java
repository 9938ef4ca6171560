package dev.muster.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.coordination.SessionException;
import dev.muster.coordination.Sessions;
import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Refusal;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.discovery.Discovery.Registered;
import dev.muster.duty.MemoryHeartbeats;
import dev.muster.ledger.LocalLedger;
import dev.muster.ledger.RefusedException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
  private static final InstanceKey KEY = new InstanceKey("shop", "cart", "cart-1");
  private static final Registration REGISTRATION = Registration.of("10.0.0.1", 8080);
  private static final Registration CHANGED = Registration.of("10.0.0.2", 8080);
  private static final Registration PERSISTENT = REGISTRATION.with(new Presence.Persistent());

  private final LocalLedger local = new LocalLedger();
  private final InterleavedLedger ledger = new InterleavedLedger(local);
  private final MemoryHeartbeats heartbeats = new MemoryHeartbeats();
  private final Sessions sessions = new Sessions(ledger, heartbeats);
  private final Discovery discovery = new Discovery(ledger, sessions, heartbeats);

  /** Another node of the cluster, as far as the service can tell. */
  private final Discovery other =
      new Discovery(local, new Sessions(local, heartbeats), new MemoryHeartbeats());

  @BeforeEach
  void createNamespace() {
    Change ensure = new Change.Ensure(Path.of("/services/shop"), Life.persistent());
    assertTrue(
        get(local.submit(new Command.Transact(List.of(), List.of(ensure)))) instanceof Reply.Done);
  }

  @AfterEach
  void close() {
    local.close();
  }

  // ---- with a lease

  @Test
  void registersUnderASessionOfItsOwn() {
    Registered registered = get(discovery.register(KEY, REGISTRATION));

    assertTrue(registered.created());
    Node node = node();
    assertEquals(new Life.Ephemeral(registered.session()), node.stat().life());
    assertEquals(15_000, state().sessions().get(registered.session()).ttlMillis());
    assertEquals(
        "{\"address\":\"10.0.0.1\",\"port\":8080,\"weight\":1,\"tags\":[]," + "\"metadata\":{}}",
        node.data().utf8());
    assertEquals(node.stat().modifiedRevision(), registered.modifiedRevision());
    assertEquals(Life.container(), state().tree().find(KEY.servicePath()).stat().life());
  }

  @Test
  void opensTheSessionAndCreatesTheNodeInOneGo() {
    CompletableFuture<Registered> future = discovery.register(KEY, REGISTRATION);

    assertEquals(
        2, ledger.submitted().size(), "the second command does not wait for the first's reply");
    get(future);
  }

  @Test
  void changesNothingWhenItIsRepeated() {
    Registered first = get(discovery.register(KEY, REGISTRATION));
    State before = state();
    Registered second = get(discovery.register(KEY, REGISTRATION));

    assertFalse(second.created());
    assertEquals(first.session(), second.session());
    assertEquals(first.modifiedRevision(), second.modifiedRevision());
    assertSame(before.tree(), state().tree());
    assertEquals(before.revision(), state().revision());
    assertEquals(List.of(first.session()), heartbeats.heard());
  }

  @Test
  void keepsItsSessionWhenOnlyTheContentChanges() {
    Registered first = get(discovery.register(KEY, REGISTRATION));
    long created = node().stat().createdRevision();
    Registered second = get(discovery.register(KEY, CHANGED));

    assertFalse(second.created());
    assertEquals(first.session(), second.session());
    assertEquals(created, node().stat().createdRevision());
    assertTrue(second.modifiedRevision() > first.modifiedRevision());
    assertTrue(node().data().utf8().contains("10.0.0.2"));
    assertEquals(List.of(first.session()), heartbeats.heard());
  }

  @Test
  void replacesTheSessionWhenTheTtlChanges() {
    Registered first = get(discovery.register(KEY, REGISTRATION));
    Registered second = get(discovery.register(KEY, REGISTRATION.with(new Presence.Lease(60_000))));

    assertFalse(second.created());
    assertNotEquals(first.session(), second.session());
    assertEquals(new Life.Ephemeral(second.session()), node().stat().life());
    assertEquals(
        List.of(second.session()),
        List.copyOf(state().sessions().keySet()),
        "the old session is closed, and takes nothing with it");
  }

  @Test
  void isGoneWithItsSessionAndRegistersAnew() {
    Registered first = get(discovery.register(KEY, REGISTRATION));
    end(first.session());
    assertNull(node());

    Registered second = get(discovery.register(KEY, REGISTRATION));
    assertTrue(second.created());
    assertNotEquals(first.session(), second.session());
    assertNotNull(node());
  }

  @Test
  void refusesAnUnknownNamespace() {
    assertEquals(
        DiscoveryException.Reason.UNKNOWN_NAMESPACE,
        refused(discovery.register(new InstanceKey("nowhere", "cart", "1"), REGISTRATION)));
    assertTrue(ledger.submitted().isEmpty());
  }

  @Test
  void registersInANamespaceThatThisNodeHasNotHeardOfYet() {
    ledger.lag();
    Change ensure = new Change.Ensure(Path.of("/services/new"), Life.persistent());
    get(local.submit(new Command.Transact(List.of(), List.of(ensure))));

    assertTrue(
        get(discovery.register(new InstanceKey("new", "cart", "1"), REGISTRATION)).created());
  }

  @Test
  void saysThatTheDataBudgetIsSpentAndLeavesNoSession() {
    get(local.submit(new Command.SetDataBudget(Limits.DATA_BUDGET_BYTES_MIN)));
    long room = Limits.DATA_BUDGET_BYTES_MIN - state().tree().root().subtreeBytes();
    Bytes ballast =
        Bytes.wrap(new byte[(int) room - Limits.NODE_OVERHEAD_BYTES - "ballast".length()]);
    Change fill = Change.Create.persistent(Path.of("/ballast"), ballast);
    assertTrue(
        get(local.submit(new Command.Transact(List.of(), List.of(fill)))) instanceof Reply.Done);

    RefusedException refused = (RefusedException) failure(discovery.register(KEY, REGISTRATION));
    assertEquals(Refusal.DATA_BUDGET, refused.refused().why());
    assertTrue(state().sessions().isEmpty());
  }

  // ---- races

  @Test
  void twoRegistrationsAtOnceLeaveOneInstanceAndOneSession() {
    ledger.beforeNextCommand(() -> get(other.register(KEY, REGISTRATION)));
    Registered registered = get(discovery.register(KEY, CHANGED));

    assertTrue(node().data().utf8().contains("10.0.0.2"), "the last one wins");
    assertFalse(registered.created(), "the other one created it");
    assertEquals(List.of(registered.session()), List.copyOf(state().sessions().keySet()));
  }

  @Test
  void registersAnewWhenTheSessionDiesBetweenReadAndWrite() {
    Registered first = get(discovery.register(KEY, REGISTRATION));
    ledger.beforeNextCommand(() -> end(first.session()));
    Registered second = get(discovery.register(KEY, REGISTRATION));

    assertTrue(second.created());
    assertNotEquals(first.session(), second.session());
    assertEquals(new Life.Ephemeral(second.session()), node().stat().life());
  }

  @Test
  void registersAnewWhenTheSessionDiesBeforeAChange() {
    Registered first = get(discovery.register(KEY, REGISTRATION));
    ledger.beforeNextCommand(() -> end(first.session()));

    assertTrue(get(discovery.register(KEY, CHANGED)).created());
    assertTrue(node().data().utf8().contains("10.0.0.2"));
  }

  @Test
  void triesAgainWhenItsNewSessionDiesBeforeTheNodeIsThere() {
    ledger.beforeNextCommand(() -> {});
    ledger.beforeNextCommand(
        () -> state().sessions().keySet().forEach(this::end)); // between the two commands
    Registered registered = get(discovery.register(KEY, REGISTRATION));

    assertEquals(new Life.Ephemeral(registered.session()), node().stat().life());
    assertEquals(1, state().sessions().size());
  }

  @Test
  void aRepeatedRegistrationThatReadOldStateUndoesWhatAnotherChanged() {
    get(discovery.register(KEY, REGISTRATION));
    ledger.beforeNextCommand(() -> get(other.register(KEY, CHANGED)));
    get(discovery.register(KEY, REGISTRATION));

    assertTrue(
        node().data().utf8().contains("10.0.0.1"),
        "what looked unchanged to a node that lagged is written after all");
  }

  @Test
  void doesNotBringBackANamespaceThatIsDeletedMeanwhile() {
    ledger.beforeNextCommand(
        () ->
            get(
                local.submit(
                    new Command.Transact(
                        List.of(), List.of(new Change.DeleteSubtree(Path.of("/services/shop")))))));

    assertEquals(
        DiscoveryException.Reason.UNKNOWN_NAMESPACE,
        refused(discovery.register(KEY, REGISTRATION)));
    assertNull(state().tree().find(Path.of("/services/shop")));
    assertTrue(state().sessions().isEmpty());
  }

  @Test
  void givesUpWhenOthersAreAlwaysFaster() {
    get(discovery.register(KEY, REGISTRATION));
    for (int i = 0; i < 4 * DiscoveryLimits.ATTEMPTS_MAX; i++) {
      Registration rival =
          REGISTRATION.with(new Presence.Lease(DiscoveryLimits.TTL_MILLIS_MIN + i));
      ledger.beforeNextCommand(() -> get(other.register(KEY, rival)));
    }

    assertEquals(
        DiscoveryException.Reason.CONTENTION,
        refused(discovery.register(KEY, REGISTRATION.with(new Presence.Lease(90_000)))));
    assertEquals(1, state().sessions().size(), "none of the attempts leaves a session");
  }

  // ---- renew

  @Test
  void renewsALeaseWithoutTheLog() {
    Registered registered = get(discovery.register(KEY, REGISTRATION));
    long applied = state().applied();
    Discovery.Renewed renewed = get(discovery.renew(KEY));

    assertEquals(registered.session(), renewed.session());
    assertEquals(15_000, renewed.ttlMillis());
    assertEquals(List.of(registered.session()), heartbeats.heard());
    assertEquals(applied, state().applied());
  }

  @Test
  void refusesToRenewWhatIsNotRegistered() {
    assertEquals(DiscoveryException.Reason.UNKNOWN_INSTANCE, refused(discovery.renew(KEY)));
    assertTrue(heartbeats.heard().isEmpty());
  }

  @Test
  void renewsWhatAnotherNodeRegisteredAMomentAgo() {
    ledger.lag();
    Registered registered = get(other.register(KEY, REGISTRATION));

    assertEquals(registered.session(), get(discovery.renew(KEY)).session());
  }

  @Test
  void refusesToRenewWhatHasNoLease() {
    get(discovery.register(KEY, PERSISTENT));
    assertEquals(DiscoveryException.Reason.NO_LEASE, refused(discovery.renew(KEY)));
  }

  // ---- persistent, or bound to a session

  @Test
  void registersWithoutASession() {
    Registered registered = get(discovery.register(KEY, PERSISTENT));
    assertNull(registered.session());
    assertTrue(state().sessions().isEmpty());

    State before = state();
    get(discovery.register(KEY, PERSISTENT));
    assertSame(before.tree(), state().tree());
  }

  @Test
  void becomesPersistentAndLosesItsSession() {
    get(discovery.register(KEY, REGISTRATION));
    get(discovery.register(KEY, PERSISTENT));

    assertEquals(Life.persistent(), node().stat().life());
    assertTrue(state().sessions().isEmpty());
  }

  @Test
  void bindsToASessionAndLeavesItOpen() {
    Sessions.Opened opened = get(sessions.open(5_000, "test"));
    Registration bound = REGISTRATION.with(new Presence.Bound(opened.id(), opened.secret()));
    assertEquals(opened.id(), get(discovery.register(KEY, bound)).session());

    State before = state();
    get(discovery.register(KEY, bound));
    assertSame(before.tree(), state().tree());
    assertEquals(DiscoveryException.Reason.NO_LEASE, refused(discovery.renew(KEY)));

    get(discovery.deregister(KEY, null));
    assertNull(node());
    assertNotNull(state().sessions().get(opened.id()), "it is the client's own");
  }

  @Test
  void aLeaseOfItsOwnReplacesABoundSessionWithoutEndingIt() {
    Sessions.Opened opened = get(sessions.open(15_000, "test"));
    get(
        discovery.register(
            KEY, REGISTRATION.with(new Presence.Bound(opened.id(), opened.secret()))));
    Registered own = get(discovery.register(KEY, REGISTRATION));

    assertNotEquals(opened.id(), own.session());
    assertEquals(2, state().sessions().size());
    assertTrue(state().sessions().get(opened.id()).ephemerals().isEmpty());
  }

  @Test
  void bindsToNoSessionWithoutItsSecret() {
    Sessions.Opened opened = get(sessions.open(5_000, "test"));
    SessionException refused =
        (SessionException)
            failure(
                discovery.register(
                    KEY, REGISTRATION.with(new Presence.Bound(opened.id(), "00".repeat(16)))));

    assertEquals(SessionException.Reason.WRONG_SECRET, refused.reason());
    assertNull(node());
  }

  @Test
  void refusesASessionThatEndsBetweenReadAndWrite() {
    Sessions.Opened opened = get(sessions.open(5_000, "test"));
    ledger.beforeNextCommand(() -> end(opened.id()));
    SessionException refused =
        (SessionException)
            failure(
                discovery.register(
                    KEY, REGISTRATION.with(new Presence.Bound(opened.id(), opened.secret()))));

    assertEquals(SessionException.Reason.NO_SESSION, refused.reason());
    assertNull(node());
  }

  // ---- deregister

  @Test
  void deregistersAndEndsTheLease() {
    get(discovery.register(KEY, REGISTRATION));
    get(discovery.deregister(KEY, null));

    assertNull(node());
    assertTrue(state().sessions().isEmpty());
    assertEquals(
        DiscoveryException.Reason.UNKNOWN_INSTANCE, refused(discovery.deregister(KEY, null)));
  }

  @Test
  void deregistersOnlyTheRevisionDemanded() {
    Registered first = get(discovery.register(KEY, REGISTRATION));
    Registered second = get(discovery.register(KEY, CHANGED));
    DiscoveryException conflict =
        (DiscoveryException) failure(discovery.deregister(KEY, first.modifiedRevision()));

    assertEquals(DiscoveryException.Reason.REVISION_CONFLICT, conflict.reason());
    assertEquals(second.modifiedRevision(), conflict.actual());
    get(discovery.deregister(KEY, second.modifiedRevision()));
    assertNull(node());
  }

  @Test
  void deregistersTheInstanceThatWasReplacedMeanwhile() {
    get(discovery.register(KEY, REGISTRATION));
    ledger.beforeNextCommand(
        () -> get(other.register(KEY, REGISTRATION.with(new Presence.Lease(60_000)))));
    get(discovery.deregister(KEY, null));

    assertNull(node());
    assertTrue(state().sessions().isEmpty());
  }

  // ---- helpers

  private State state() {
    return local.local();
  }

  private Node node() {
    return state().tree().find(KEY.path());
  }

  private void end(long session) {
    get(local.submit(new Command.CloseSessions(List.of(), List.of(session))));
  }

  private static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static DiscoveryException.Reason refused(CompletableFuture<?> future) {
    return ((DiscoveryException) failure(future)).reason();
  }

  private static Throwable failure(CompletableFuture<?> future) {
    return assertThrows(ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS))
        .getCause();
  }
}

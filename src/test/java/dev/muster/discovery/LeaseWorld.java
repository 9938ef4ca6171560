package dev.muster.discovery;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.duty.SessionExpiry;
import dev.muster.duty.Tenure;
import dev.muster.ledger.LocalLedger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.pcollections.TreePMap;

/** Leases by a clock of the test's, on a log of its own. */
abstract class LeaseWorld {
  static final long TTL = 15_000;
  static final long STEP = 250;
  static final String SERVICE = "shop";
  static final Path PATH = InstanceKey.servicePath("default", SERVICE);

  long clock = 1_000_000;
  final LocalLedger ledger = new LocalLedger(() -> clock, Runnable::run);
  final Verdicts verdicts = new Verdicts(ledger, () -> clock);
  Leases leases = new Leases(ledger, verdicts, () -> clock);
  SessionExpiry expiry = new SessionExpiry(ledger, leases);
  final Set<Long> alive = new TreeSet<>();
  long now;
  int terms;

  LeaseWorld() {
    done(
        new Command.Transact(
            List.of(),
            List.of(
                new Change.Ensure(Path.of("/services"), Life.persistent()),
                new Change.Ensure(Path.of("/services/default"), Life.persistent()),
                new Change.Ensure(PATH, Life.container()))));
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  void done(Command command) {
    Reply reply = ledger.submitElsewhere(command);
    assertTrue(reply instanceof Reply.Done, () -> command + ": " + reply);
  }

  /** A new leader, who knows nothing. */
  void lead() {
    lead(() -> {});
  }

  /**
   * @param between the beginnings of the two duties, which are in the order of the product
   */
  void lead(Runnable between) {
    leases = new Leases(ledger, verdicts, () -> clock);
    expiry = new SessionExpiry(ledger, leases);
    State state = ledger.local();
    Node last = state.tree().find(Tenure.PATH);
    done(
        new Command.Transact(
            List.of(),
            List.of(
                new Change.Ensure(Tenure.PATH.parent(), Life.persistent()),
                new Change.Put(
                    Tenure.PATH, Bytes.utf8("leader " + terms++), Change.attributes(Map.of())))));
    assertTrue(last == null || terms > 1);
    Tenure tenure = new Tenure(ledger.local().tree().find(Tenure.PATH).stat().modifiedRevision());
    now = 0;
    leases.begin(tenure);
    between.run();
    expiry.begin(tenure);
    between.run();
    tick();
  }

  void tick() {
    leases.tick(now);
    expiry.tick(now);
  }

  /** Time passes, and whoever is alive is heard of. */
  void run(long millis) {
    for (long end = now + millis; now < end; ) {
      now += STEP;
      clock += STEP;
      if (now % 5_000 == 0) {
        alive.forEach(expiry::heard);
      }
      tick();
    }
  }

  void register(long from, long to, String graceSeconds) {
    for (long id = from; id <= to; id++) {
      register(id, "lease", "own", graceSeconds);
    }
  }

  void register(long id, String attribute, String value, String graceSeconds) {
    String grace = graceSeconds.isEmpty() ? "" : ",\"graceSeconds\":" + graceSeconds;
    register(PATH.child("i" + id), id, attribute, value, grace);
  }

  /**
   * An instance whose life is that of a session of its own, which lives until it is told to die.
   */
  void register(Path node, long session, String attribute, String value, String fields) {
    done(new Command.OpenSession(session, TTL, "test", Bytes.EMPTY));
    done(
        new Command.Transact(
            List.of(),
            List.of(
                new Change.Ensure(node.parent(), Life.container()),
                new Change.Create(
                    node,
                    Bytes.utf8("{\"address\":\"10.0.0.1\",\"port\":1" + fields + "}"),
                    TreePMap.singleton(attribute, value),
                    new Life.Ephemeral(session),
                    false))));
    alive.add(session);
  }

  /** What was silent is started anew, with a session of its own, a hundred further on. */
  void restart(long id) {
    done(new Command.CloseSessions(List.of(), List.of(id)));
    register(PATH.child("i" + id), id + 100, "lease", "own", "");
  }

  void die(long from, long to) {
    for (long id = from; id <= to; id++) {
      alive.remove(id);
    }
  }

  Node node(long id) {
    return ledger.local().tree().find(PATH.child("i" + id));
  }

  Health health(long id) {
    return InstanceStatus.health(node(id));
  }

  long kept() {
    return instances().filter(InstanceStatus::isKept).count();
  }

  long served() {
    return instances().filter(node -> InstanceStatus.isServed(node, Health.PASSING)).count();
  }

  Stream<Node> instances() {
    return InstanceKey.instances(ledger.local().tree().find(PATH)).values().stream();
  }

  Node guard() {
    return ledger.local().tree().find(Protection.pathOf(PATH));
  }

  void set(Path service, String settings) {
    done(
        new Command.Transact(
            List.of(),
            List.of(
                new Change.Put(
                    service.child(ServiceSettings.NODE),
                    Bytes.utf8(settings),
                    Change.attributes(Map.of())))));
  }
}

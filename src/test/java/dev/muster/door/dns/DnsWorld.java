package dev.muster.door.dns;

import dev.muster.coordination.Sessions;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.discovery.Discovery;
import dev.muster.discovery.Draining;
import dev.muster.discovery.Health;
import dev.muster.discovery.Instance;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.InstanceStatus;
import dev.muster.discovery.Port;
import dev.muster.discovery.Presence;
import dev.muster.discovery.Registration;
import dev.muster.discovery.Verdicts;
import dev.muster.discovery.check.AddressPolicy;
import dev.muster.duty.MemoryHeartbeats;
import dev.muster.ledger.LocalLedger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Instances for the tests of this door. */
final class DnsWorld implements AutoCloseable {
  static final String NAMESPACE = "shop";

  final LocalLedger ledger = new LocalLedger();
  private final MemoryHeartbeats heartbeats = new MemoryHeartbeats();
  private final Discovery discovery =
      new Discovery(
          ledger, new Sessions(ledger, heartbeats), heartbeats, AddressPolicy.NONE, () -> 0);
  private final Verdicts verdicts = new Verdicts(ledger, () -> 0);
  private final Draining draining = new Draining(ledger, verdicts, () -> 0);

  DnsWorld() {
    namespace(NAMESPACE);
  }

  void namespace(String name) {
    Change ensure = new Change.Ensure(InstanceKey.namespacePath(name), Life.persistent());
    Reply reply = get(ledger.submit(new Command.Transact(List.of(), List.of(ensure))));
    if (!(reply instanceof Reply.Done)) {
      throw new AssertionError(reply);
    }
  }

  State state() {
    return ledger.local();
  }

  static Instance at(String address, int port) {
    return Instance.of(address, port);
  }

  static Instance tagged(Instance instance, String... tags) {
    return new Instance(
        instance.address(),
        instance.port(),
        instance.ports(),
        instance.weight(),
        instance.zone(),
        instance.region(),
        instance.version(),
        new TreeSet<>(Arrays.asList(tags)),
        instance.metadata());
  }

  static Instance in(Instance instance, String zone) {
    return new Instance(
        instance.address(),
        instance.port(),
        instance.ports(),
        instance.weight(),
        zone,
        instance.region(),
        instance.version(),
        instance.tags(),
        instance.metadata());
  }

  static Instance with(Instance instance, Port... ports) {
    return new Instance(
        instance.address(),
        instance.port(),
        List.of(ports),
        instance.weight(),
        instance.zone(),
        instance.region(),
        instance.version(),
        instance.tags(),
        instance.metadata());
  }

  static Instance telling(Instance instance, String version, Map<String, String> metadata) {
    return new Instance(
        instance.address(),
        instance.port(),
        instance.ports(),
        instance.weight(),
        instance.zone(),
        instance.region(),
        version,
        instance.tags(),
        new TreeMap<>(metadata));
  }

  void put(String service, String id, Instance instance) {
    put(NAMESPACE, service, id, instance);
  }

  void put(String namespace, String service, String id, Instance instance) {
    get(
        discovery.register(
            new InstanceKey(namespace, service, id),
            new Registration(instance, new Presence.Persistent())));
  }

  void drain(String service, String id) {
    get(draining.begin(new InstanceKey(NAMESPACE, service, id)));
  }

  void find(String service, String id, Health health) {
    InstanceKey key = new InstanceKey(NAMESPACE, service, id);
    get(
        verdicts.report(
            new Verdicts.Finding(key, created(key.path()), InstanceStatus.LEASE, health, "test")));
  }

  void keep(String service, String id) {
    InstanceKey key = new InstanceKey(NAMESPACE, service, id);
    get(
        verdicts.update(
            key, created(key.path()), status -> status.withKept(InstanceStatus.Kept.SERVICE)));
  }

  private long created(Path path) {
    return state().tree().find(path).stat().createdRevision();
  }

  static <T> T get(Future<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    ledger.close();
  }
}

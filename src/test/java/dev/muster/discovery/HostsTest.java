package dev.muster.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.ledger.LocalLedger;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

/** Maintenances that are interrupted, and that begin and end at once. */
class HostsTest {
  private static final Path CART = InstanceKey.servicePath("default", "cart");
  private static final String HOST = "10.0.0.1";

  private final LocalLedger log = new LocalLedger(() -> 1_000, Runnable::run);
  private final InterleavedLedger ledger = new InterleavedLedger(log);
  private final Hosts hosts = new Hosts(ledger, new Verdicts(ledger, () -> 1_000), Runnable::run);
  private final Hosts others = new Hosts(log, new Verdicts(log, () -> 1_000), Runnable::run);

  @BeforeEach
  void register() {
    write(
        new Change.Ensure(Path.of("/muster"), Life.persistent()),
        new Change.Ensure(InstanceKey.SERVICES, Life.persistent()),
        new Change.Ensure(CART.parent(), Life.persistent()),
        new Change.Ensure(CART, Life.container()));
    for (int i = 0; i < 1_200; i++) {
      write(
          new Change.Create(
              CART.child("i" + i),
              Bytes.utf8("{\"address\":\"" + HOST + "\",\"port\":1}"),
              TreePMap.empty(),
              Life.persistent(),
              false));
    }
  }

  @AfterEach
  void close() {
    log.close();
  }

  private void write(Change... changes) {
    assertInstanceOf(
        Reply.Done.class, log.submitElsewhere(new Command.Transact(List.of(), List.of(changes))));
  }

  private long out() {
    return InstanceKey.instances(log.local().tree().find(CART)).values().stream()
        .filter(InstanceStatus::isOut)
        .count();
  }

  @Test
  void moreThanAPortionIsTold() {
    assertEquals(1_200, hosts.begin(HOST, "disk").join().instances());
    assertEquals(1_200, out());
    assertEquals(1_200, hosts.end(HOST).join().instances());
    assertEquals(0, out());
  }

  @Test
  void anEndThatDidNotGetToAllIsRepeated() {
    hosts.begin(HOST, "disk").join();
    write(new Change.Delete(Hosts.ALL.child(HOST))); // and then its node was killed
    assertEquals(1_200, hosts.end(HOST).join().instances());
    assertEquals(0, out());
    CompletionException unknown =
        assertThrows(CompletionException.class, () -> hosts.end(HOST).join());
    assertTrue(unknown.getCause() instanceof DiscoveryException);
  }

  @Test
  void whatBeginsWhileItEndsIsOut() {
    hosts.begin(HOST, "disk").join();
    ledger.beforeNextCommand(() -> {}); // the end itself
    ledger.beforeNextCommand(() -> others.begin(HOST, "disk again").join());
    hosts.end(HOST).join();
    assertEquals(1_200, out());
  }

  @Test
  void whatEndsWhileItBeginsIsNotOut() {
    ledger.beforeNextCommand(() -> {}); // the beginning itself
    ledger.beforeNextCommand(() -> others.end(HOST).join());
    hosts.begin(HOST, "disk").join();
    assertEquals(0, out());
  }
}

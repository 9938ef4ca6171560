package dev.muster.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.muster.coordination.Sessions;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Guard;
import dev.muster.core.Life;
import dev.muster.core.Limits;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.discovery.Verdicts.Finding;
import dev.muster.discovery.Verdicts.Outcome;
import dev.muster.discovery.check.AddressPolicy;
import dev.muster.duty.MemoryHeartbeats;
import dev.muster.ledger.LocalLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerdictsTest {
  private static final InstanceKey KEY = new InstanceKey("shop", "cart", "cart-1");
  private static final String WEB = InstanceStatus.CHECK + "web";
  private static final long NOW = 77;

  private final LocalLedger local = new LocalLedger();
  private final InterleavedLedger ledger = new InterleavedLedger(local);
  private final MemoryHeartbeats heartbeats = new MemoryHeartbeats();
  private final Discovery discovery =
      new Discovery(
          local, new Sessions(local, heartbeats), heartbeats, AddressPolicy.NONE, () -> 0);
  private final Verdicts verdicts = new Verdicts(ledger, () -> NOW);
  private final Verdicts others = new Verdicts(local, () -> NOW);

  @BeforeEach
  void register() throws Exception {
    Change ensure = new Change.Ensure(Path.of("/services/shop"), Life.persistent());
    get(local.submit(new Command.Transact(List.of(), List.of(ensure))));
    get(discovery.register(KEY, Registration.of("10.0.0.1", 8080)));
  }

  @AfterEach
  void close() {
    local.close();
  }

  @Test
  void aFindingIsWrittenOnce() throws Exception {
    assertEquals(Outcome.WRITTEN, get(verdicts.report(finding(WEB, Health.CRITICAL))));
    assertEquals(Health.CRITICAL, InstanceStatus.health(node()));
    assertEquals("own", node().attributes().get("lease"), "the rest stays");
    long revision = local.local().revision();
    assertEquals(Outcome.UNCHANGED, get(verdicts.report(finding(WEB, Health.CRITICAL))));
    assertEquals(revision, local.local().revision());
  }

  @Test
  void ofTwoAtOnceNeitherIsLost() throws Exception {
    ledger.beforeNextCommand(
        () -> others.report(finding(InstanceStatus.HEARTBEAT, Health.WARNING)).join());
    assertEquals(Outcome.WRITTEN, get(verdicts.report(finding(WEB, Health.CRITICAL))));
    InstanceStatus status = InstanceStatus.of(node());
    assertEquals(Health.CRITICAL, status.health(WEB));
    assertEquals(Health.WARNING, status.health(InstanceStatus.HEARTBEAT));
  }

  @Test
  void whatWasFoundOutAboutAnotherProcessIsDropped() throws Exception {
    Finding finding = finding(WEB, Health.CRITICAL);
    ledger.beforeNextCommand(
        () -> {
          discovery.deregister(KEY, null).join();
          discovery.register(KEY, Registration.of("10.0.0.1", 8080)).join();
        });
    assertEquals(Outcome.GONE, get(verdicts.report(finding)));
    assertEquals(Health.PASSING, InstanceStatus.health(node()));
    assertEquals(Outcome.GONE, get(verdicts.report(finding)));
  }

  @Test
  void registeringAsSomethingElseKeepsWhatIsKnownAndTakesBackWhatWasSaid() throws Exception {
    long created = created(KEY);
    String silence = LeaseVerdicts.LAPSED + "15 s";
    get(verdicts.report(new Finding(KEY, created, InstanceStatus.LEASE, Health.CRITICAL, silence)));
    get(verdicts.report(finding(InstanceStatus.HEARTBEAT, Health.WARNING)));
    get(discovery.register(KEY, Registration.of("10.0.0.2", 8080)));
    InstanceStatus status = InstanceStatus.of(node());
    assertEquals(Health.CRITICAL, status.health(InstanceStatus.LEASE));
    assertEquals(Health.PASSING, status.health(InstanceStatus.HEARTBEAT));
  }

  @Test
  void manyAreWrittenTogether() throws Exception {
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      InstanceKey key = new InstanceKey("shop", "cart", "cart-x" + i);
      get(discovery.register(key, Registration.of("10.0.0.1", 8080)));
      findings.add(
          new Finding(key, created(key), InstanceStatus.HEARTBEAT, Health.CRITICAL, "silent"));
    }
    long before = local.local().revision();
    int changes = get(verdicts.reportAll(List.of(), List.of(), findings, null));
    assertEquals(300, changes);
    long transactions = local.local().revision() - before;
    assertEquals(
        (300 + Limits.TRANSACTION_CHANGES_MAX - 1) / Limits.TRANSACTION_CHANGES_MAX, transactions);
    findings.forEach(
        finding ->
            assertEquals(
                Health.CRITICAL, InstanceStatus.health(find(finding.key())), finding.toString()));
    assertEquals(0, get(verdicts.reportAll(List.of(), List.of(), findings, null)));
  }

  @Test
  void aFenceThatFallsStopsAll() throws Exception {
    Guard fence = new Guard.Exists(Path.of("/nowhere"));
    int changes =
        get(
            verdicts.reportAll(
                List.of(fence), List.of(), List.of(finding(WEB, Health.CRITICAL)), null));
    assertEquals(0, changes);
    assertEquals(Health.PASSING, InstanceStatus.health(node()));
  }

  private Finding finding(String component, Health health) {
    return new Finding(KEY, created(KEY), component, health, "because");
  }

  private long created(InstanceKey key) {
    return find(key).stat().createdRevision();
  }

  private Node node() {
    return find(KEY);
  }

  private Node find(InstanceKey key) {
    Node node = local.local().tree().find(key.path());
    assertNotNull(node, key.toString());
    return node;
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(5, TimeUnit.SECONDS);
  }
}

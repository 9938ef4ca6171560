package dev.muster.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Node;
import dev.muster.core.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Zones that fall silent as a whole. Cart and pay have as many instances in the zones east and
 * west, of which the sessions are numbered: cart 1 to 5 and pay 11 to 15 are in east, others in
 * west.
 */
class ZoneGuardTest extends LeaseWorld {
  private static final Path CART = InstanceKey.servicePath("default", "cart");
  private static final Path PAY = InstanceKey.servicePath("default", "pay");
  private static final Path EAST = Zones.PROTECTED.child("east");

  /** More of each in west, so that no service loses half of itself. */
  private void registerBoth() {
    register(CART, 1, 5, "east");
    register(PAY, 11, 15, "east");
    register(CART, 101, 106, "west");
    register(PAY, 111, 116, "west");
  }

  private void register(Path service, long from, long to, String zone) {
    for (long id = from; id <= to; id++) {
      register(service.child("i" + id), id, "lease", "own", zoneAndTags(zone));
    }
  }

  private static String zoneAndTags(String zone) {
    return ",\"weight\":1,\"zone\":\""
        + zone
        + "\",\"tags\":[],\"metadata\":{},\"graceSeconds\":20";
  }

  private Stream<Node> instancesOf(Path service) {
    Node node = ledger.local().tree().find(service);
    return node == null ? Stream.of() : InstanceKey.instances(node).values().stream();
  }

  private long served(Path service) {
    return instancesOf(service).filter(n -> InstanceStatus.isServed(n, Health.PASSING)).count();
  }

  private long keptBy(InstanceStatus.Kept kept) {
    return Stream.of(CART, PAY)
        .flatMap(this::instancesOf)
        .filter(node -> InstanceStatus.of(node).kept() == kept)
        .count();
  }

  private Node guardOf(Path domain) {
    return ledger.local().tree().find(domain);
  }

  @Test
  void aZoneThatFallsSilentIsServedOn() {
    registerBoth();
    lead();
    run(10_000);
    die(1, 15);
    run(TTL + 3_000);
    assertEquals(11, served(CART));
    assertEquals(11, served(PAY));
    assertEquals(10, keptBy(InstanceStatus.Kept.ZONE));
    assertEquals(1, leases.protectedZones());
    assertEquals(0, leases.protectedServices());
    Protection protection = Protection.decode(guardOf(EAST).data());
    assertEquals(10, protection.lost());
    assertEquals(10, protection.of());
    run(10 * TTL);
    assertEquals(11, served(CART));
  }

  @Test
  void theMarkComesInTheSameRevisionAsTheProtection() {
    registerBoth();
    lead();
    run(10_000);
    die(1, 15);
    run(TTL + 3_000);
    long revision = guardOf(EAST).stat().createdRevision();
    assertEquals(
        10,
        Stream.of(CART, PAY)
            .flatMap(this::instancesOf)
            .filter(node -> node.stat().modifiedRevision() == revision)
            .count());
  }

  @Test
  void fourOfFiveAreNotTheZone() {
    registerBoth();
    lead();
    run(10_000);
    die(1, 4);
    die(11, 14);
    run(4 * TTL);
    assertNull(guardOf(EAST));
    assertEquals(7, served(CART));
    assertEquals(7, served(PAY));
  }

  @Test
  void oneServiceIsNotTheZone() {
    register(CART, 1, 10, "east");
    register(CART, 101, 120, "west");
    lead();
    run(10_000);
    die(1, 10);
    run(4 * TTL);
    assertNull(guardOf(EAST));
    assertEquals(20, served(CART));
  }

  @Test
  void aZoneOfAFewIsNotProtected() {
    register(CART, 1, 2, "east");
    register(PAY, 11, 12, "east");
    register(CART, 101, 106, "west");
    register(PAY, 111, 116, "west");
    lead();
    run(10_000);
    die(1, 12);
    run(4 * TTL);
    assertNull(guardOf(EAST));
    assertEquals(6, served(CART));
  }

  @Test
  void servicesThatWantNoProtectionTakeNoPart() {
    Path batch = InstanceKey.servicePath("default", "batch");
    registerBoth();
    register(batch, 21, 40, "east");
    set(batch, "{\"protectionThreshold\":1}");
    lead();
    run(10_000);
    die(1, 15);
    run(TTL + 3_000);
    assertEquals(10, keptBy(InstanceStatus.Kept.ZONE), "the living ones of batch do not count");
    die(21, 40);
    run(4 * TTL);
    assertEquals(0, instancesOf(batch).count());
    assertEquals(11, served(CART));
  }

  @Test
  void itsInstancesHaveTheirGraceWhenItHasLastedForTooLong() {
    registerBoth();
    lead();
    run(10_000);
    die(1, 15);
    run(3 * TTL);
    run(DiscoveryLimits.ZONE_PROTECTION_MILLIS - 2 * TTL + 3_000);
    assertNull(guardOf(EAST));
    assertEquals(11, instancesOf(CART).count());
    assertEquals(6, served(CART));
    run(30_000);
    assertEquals(6, instancesOf(CART).count());
    assertNull(guardOf(EAST), "it does not begin again");
  }

  @Test
  void somebodyMayEndIt() {
    registerBoth();
    lead();
    run(10_000);
    die(1, 15);
    run(3 * TTL);
    done(new Command.Transact(List.of(), List.of(new Change.Delete(EAST))));
    run(3_000);
    assertEquals(0, keptBy(InstanceStatus.Kept.ZONE));
    assertEquals(6, served(PAY));
    assertEquals(0, leases.protectedZones());
  }

  @Test
  void whoComesBackIsServedThroughout() {
    registerBoth();
    lead();
    run(10_000);
    die(1, 15);
    run(5 * TTL);
    for (long id : List.of(1L, 2L, 3L, 4L, 5L, 11L, 12L, 13L, 14L, 15L)) {
      alive.add(id);
      run(1_000);
      assertEquals(22, served(CART) + served(PAY), "after " + id);
    }
    run(2 * TTL);
    assertEquals(22, served(CART) + served(PAY));
    assertEquals(0, keptBy(InstanceStatus.Kept.ZONE));
    assertNull(guardOf(EAST));
  }

  @Test
  void aNewLeaderGoesOnWithIt() {
    registerBoth();
    lead();
    run(10_000);
    die(1, 15);
    run(2 * TTL);
    lead();
    run(10 * TTL);
    assertEquals(10, keptBy(InstanceStatus.Kept.ZONE));
    assertEquals(22, served(CART) + served(PAY));
    assertNotNull(guardOf(EAST));
    for (long id = 1; id <= 15; id++) {
      alive.add(id);
    }
    run(TTL + 10_000);
    assertNull(guardOf(EAST));
    assertEquals(0, keptBy(InstanceStatus.Kept.ZONE));
  }

  @Test
  void whatOneProtectionKeepsNoMoreMayBeKeptByTheOther() {
    register(CART, 1, 5, "east");
    register(PAY, 11, 15, "east");
    register(CART, 101, 102, "west");
    register(PAY, 111, 116, "west");
    lead();
    run(10_000);
    die(1, 15);
    run(3 * TTL);
    assertEquals(5, keptBy(InstanceStatus.Kept.SERVICE));
    assertEquals(5, keptBy(InstanceStatus.Kept.ZONE));
    done(new Command.Transact(List.of(), List.of(new Change.Delete(Protection.pathOf(CART)))));
    run(5_000);
    assertEquals(10, keptBy(InstanceStatus.Kept.ZONE));
    assertEquals(7, served(CART));
  }

  @Test
  void zonesAreCountedAnewWhereSomethingChanged() {
    registerBoth();
    ZoneCensus census = new ZoneCensus();
    assertEquals(new ZoneCensus.Count(10, 10, 10, 0, 0), census.of("east", ledger.local()));
    set(CART, "{\"protectionThreshold\":1}");
    register(PAY, 16, 16, "east");
    assertEquals(new ZoneCensus.Count(11, 11, 6, 0, 0), census.of("east", ledger.local()));
    assertEquals(List.of("east", "west"), List.copyOf(census.all(ledger.local()).keySet()));
    assertEquals(ZoneCensus.Count.NONE, census.of("north", ledger.local()));
  }
}

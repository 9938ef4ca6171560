package dev.muster.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.cluster.Fleet.Member;
import dev.muster.cluster.Fleet.Service;
import dev.muster.cluster.ServiceWatcher.Seen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand instances that heartbeat at three real processes, and thousands that cease to: who
 * lives is listed and passes without a break, whatever happens to the leader; who is silent is gone
 * in time.
 */
class DiscoveryIT {
  private static final Fleet.Size TEN_THOUSAND = new Fleet.Size(2, 10, 500, 15, 15, 5);
  private static final Fleet.Size TOGETHER = new Fleet.Size(2, 20, 500, 0, 10, 0);

  /** Longer than the ttl: whoever hears with the paused one's clock finds all of them silent. */
  private static final Duration PAUSE = Duration.ofSeconds(20);

  /**
   * How late the last one may go, beside its ttl and its grace. A heartbeat waits for 0.2 s until
   * it is carried to the leader, and counts from the end of the leader's tick, 0.5 s later at most;
   * ticks are 0.25 s apart, each decision waits for one, and 2,000 are marked and then removed by a
   * dozen commands: that is 2 s. The rest is for a machine that is busy with other things: time in
   * which the leader could not listen does not count.
   */
  private static final Duration REMOVED_WITHIN = Duration.ofSeconds(10);

  /** As above, for ten times as many. */
  private static final Duration ALL_REMOVED_WITHIN = Duration.ofSeconds(30);

  private static final Duration TOLD_WITHIN = Duration.ofSeconds(30);
  private static final int SHOWN = 20;
  private static final int WRITERS = 4;

  private final Path logs = Path.of("target", "cluster-logs", "DiscoveryIT-" + System.nanoTime());
  private final MusterClient client = new MusterClient(Duration.ofSeconds(10));
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private final List<ServiceWatcher> watchers = new ArrayList<>();

  @TempDir Path data;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : toClose) {
      each.close();
    }
  }

  @Test
  void noneThatLivesIsRemovedAndAllThatFallSilentAre() throws Exception {
    MusterCluster cluster = start();
    Fleet fleet = fleet(TEN_THOUSAND, cluster).prepare("").start();
    watch(fleet, cluster);

    long killed = System.nanoTime();
    MusterProcess first = cluster.leader();
    first.kill();
    cluster.leader();
    first.start().awaitReady();
    fleet.awaitHeardAfter(killed + TEN_THOUSAND.ttl().toNanos());
    assertNothingHappened(fleet, cluster, Set.of());

    pause(cluster.leader());
    fleet.awaitHeardAfter(System.nanoTime() + TEN_THOUSAND.ttl().toNanos());
    assertNothingHappened(fleet, cluster, Set.of());

    // A fifth of each service, so that none is protected.
    Set<Member> silent = new HashSet<>(fleet.silence(member -> member.number % 5 == 0));
    assertEquals(2_000, silent.size());
    long since = System.nanoTime();
    awaitRemoved(silent);
    System.out.printf(
        "%s: %d gone %.1f s after the last heartbeat%n",
        TEN_THOUSAND, silent.size(), seconds(since));
    assertNothingHappened(fleet, cluster, silent);
  }

  @Test
  void leasesThatEndTogetherDoNotKeepWritesFromBeingAcknowledged() throws Exception {
    MusterCluster cluster = start();
    Fleet fleet = fleet(TOGETHER, cluster).prepare("{\"protectionThreshold\": 1.0}").start();
    try (SteadyWrites writes = new SteadyWrites(cluster.uris(), WRITERS)) {
      writes.awaitSome();
      Await.until(
          TOLD_WITHIN,
          () -> "all nodes know of all leases",
          () -> cluster.uris().stream().allMatch(node -> sessions(node) == TOGETHER.total()));
      fleet.silenceTogether();
      long silent = System.nanoTime();
      Await.until(
          TOGETHER.ttl().plus(ALL_REMOVED_WITHIN),
          () -> "all leases are over",
          () -> cluster.uris().stream().allMatch(node -> sessions(node) == 0));
      System.out.printf("%s: gone %.1f s after the last heartbeat%n", TOGETHER, seconds(silent));
      writes.awaitSome();
      assertEquals(List.of(), writes.refused());
    }
    assertEquals(1, cluster.digests().size(), "the replicas differ");
    for (URI node : cluster.uris()) {
      for (Service service : fleet.services()) {
        assertEquals(Map.of(), list(node, service), () -> service + " of " + node);
      }
    }
  }

  private MusterCluster start() {
    MusterCluster cluster =
        new MusterCluster(3, data, logs).jvm("-Xmx256m", "-XX:TieredStopAtLevel=1");
    toClose.add(cluster);
    return cluster.start();
  }

  private Fleet fleet(Fleet.Size size, MusterCluster cluster) {
    Fleet fleet = new Fleet(size, cluster.uris());
    toClose.add(0, fleet); // before the cluster
    return fleet;
  }

  private void watch(Fleet fleet, MusterCluster cluster) {
    long registered = fleet.members().stream().mapToLong(Member::revision).max().orElseThrow();
    for (Service service : fleet.services()) {
      ServiceWatcher watcher =
          new ServiceWatcher(service, cluster.uris(), watchers.size(), registered);
      watchers.add(watcher);
      toClose.add(0, watcher);
      Thread thread = new Thread(watcher, "watcher-" + service.name());
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void pause(MusterProcess node) {
    long end = System.nanoTime() + PAUSE.toNanos();
    node.pause();
    try {
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
    } finally {
      node.resume();
    }
  }

  private int sessions(URI node) {
    try {
      return client.get(node, "/api/v1/cluster").expect(200).json().path("sessions").asInt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until all of them are gone; none of them may be so before its time. */
  private void awaitRemoved(Set<Member> silent) {
    Map<String, Member> byName =
        silent.stream().collect(Collectors.toMap(DiscoveryIT::name, Function.identity()));
    Duration lives = TEN_THOUSAND.ttl().plus(TEN_THOUSAND.grace());
    Await.until(
        lives.plus(REMOVED_WITHIN),
        () -> "all of " + silent.size() + " are gone; " + removed().size() + " are",
        () -> removed().keySet().containsAll(byName.keySet()));
    List<String> early = new ArrayList<>();
    removed()
        .forEach(
            (name, nanos) -> {
              Member member = byName.get(name);
              if (member != null && nanos - member.sentNanos() < lives.toNanos()) {
                early.add(name + " after " + (nanos - member.sentNanos()) / 1e9 + " s");
              }
            });
    assertEquals(List.of(), shown(early), "removed before ttl and grace were over");
  }

  /** When which instance was told to be gone. */
  private Map<String, Long> removed() {
    return watchers.stream()
        .flatMap(watcher -> watcher.seen().stream())
        .filter(seen -> seen.what().equals("deleted"))
        .collect(Collectors.toMap(DiscoveryIT::name, Seen::nanos, Math::min));
  }

  /** All but these are as they were when they registered: listed by every node, never touched. */
  private void assertNothingHappened(Fleet fleet, MusterCluster cluster, Set<Member> gone)
      throws IOException {
    assertEquals(List.of(), shown(fleet.late()), "did not heartbeat in time, so nothing is proven");
    awaitTold(cluster);
    Set<String> expected = gone.stream().map(DiscoveryIT::name).collect(Collectors.toSet());
    List<String> touched =
        watchers.stream()
            .flatMap(watcher -> watcher.seen().stream())
            .filter(seen -> !expected.contains(name(seen)))
            .map(Seen::toString)
            .toList();
    assertEquals(List.of(), shown(touched), "watchers were told of instances that live");
    assertEquals(List.of(), shown(fleet.lost()), "were told that they are not registered");
    assertEquals(1, cluster.digests().size(), "the replicas differ");
    Map<Service, Map<String, Long>> registered =
        fleet.members().stream()
            .filter(member -> !gone.contains(member))
            .collect(
                Collectors.groupingBy(
                    member -> member.service,
                    Collectors.toMap(
                        member -> member.id, Member::revision, Long::max, TreeMap::new)));
    for (URI node : cluster.uris()) {
      for (Service service : fleet.services()) {
        assertEquals(registered.get(service), list(node, service), () -> service + " of " + node);
      }
    }
  }

  /** Changes each service in a way that all who follow are told; then nothing before is missing. */
  private void awaitTold(MusterCluster cluster) throws IOException {
    for (ServiceWatcher watcher : watchers) {
      String settings = "{\"description\": \"%d\"}".formatted(System.nanoTime());
      long revision =
          client
              .put(
                  cluster.uris().get(0),
                  watcher.service().path(),
                  settings,
                  "Content-Type",
                  "application/json")
              .expect(200, 201)
              .revision();
      assertTrue(revision > 0);
      Await.until(
          TOLD_WITHIN,
          () -> watcher.service() + " is told of " + revision,
          () -> watcher.heard() >= revision);
    }
  }

  /** The passing instances of a service with the revisions that changed them last, as listed. */
  private Map<String, Long> list(URI node, Service service) throws IOException {
    Map<String, Long> revisions = new TreeMap<>();
    JsonNode list =
        client.get(node, service.path() + "/instances?health=passing").expect(200).json();
    assertTrue(list.path("next").isMissingNode(), "all of a service fit into one answer");
    assertTrue(list.path("protected").isMissingNode(), () -> service + " is protected");
    list.path("instances")
        .forEach(
            instance ->
                revisions.put(instance.path("id").asText(), instance.path("revision").asLong()));
    return revisions;
  }

  private static double seconds(long sinceNanos) {
    return (System.nanoTime() - sinceNanos) / 1e9;
  }

  private static String name(Member member) {
    return member.service.path() + "/" + member.id;
  }

  private static String name(Seen seen) {
    return seen.service().path() + "/" + seen.id();
  }

  private static List<String> shown(List<String> violations) {
    return violations.stream().limit(SHOWN).toList();
  }
}

package dev.muster.duty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Life;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.ledger.LedgerListener;
import dev.muster.raft.Await;
import dev.muster.raft.LoopbackMembers;
import dev.muster.raft.RaftConfig;
import dev.muster.raft.RaftLedger;
import dev.muster.raft.log.LogOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions and the lives of nodes on three nodes with real logs and sockets, in one process. */
@Timeout(90)
class DutiesClusterTest {
  private static final long TTL_MILLIS = 2_000;

  @TempDir java.nio.file.Path directory;
  private final Map<String, Member> members = new ConcurrentHashMap<>();
  private final List<String> halts = new CopyOnWriteArrayList<>();
  private final Set<Long> alive = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService client = Executors.newSingleThreadScheduledExecutor();

  private static final class Member {
    final RaftLedger ledger;
    final HeartbeatRelay heartbeats;
    final Duties duties;

    Member(RaftLedger ledger) {
      this.ledger = ledger;
      SessionExpiry expiry = new SessionExpiry(ledger);
      this.heartbeats = new HeartbeatRelay(ledger, ledger.peers(), expiry);
      this.duties =
          new Duties(
              ledger,
              List.of(expiry, new NodeReaper(ledger, path -> false, System::currentTimeMillis)));
      heartbeats.start();
      duties.start();
    }

    void close() {
      duties.close();
      heartbeats.close();
      ledger.close();
    }
  }

  @AfterEach
  void close() {
    client.shutdownNow();
    members.values().forEach(Member::close);
  }

  @Test
  void whoIsHeardOfLivesAndWhoIsSilentEndsAlsoWhenTheLeaderLeaves() throws Exception {
    startThree();
    String leader = leader();
    Member follower =
        members.values().stream()
            .filter(member -> !member.ledger.status().isLeader())
            .findFirst()
            .orElseThrow();
    alive.add(1L);
    heartbeatThrough(follower);
    for (long id = 1; id <= 3; id++) {
      assertDone(
          follower, new Command.OpenSession(id, id == 3 ? 6_000 : TTL_MILLIS, "test", Bytes.EMPTY));
      assertDone(follower, create("/e" + id, new Life.Ephemeral(id)));
    }
    assertDone(follower, create("/ttl", new Life.Ttl(1_000)));
    Await.until(
        "the silent session ends", () -> !follower.ledger.local().sessions().containsKey(2L));
    Await.until("the ttl node ends", () -> !exists(follower, "/ttl"));
    assertTrue(exists(follower, "/e1") && !exists(follower, "/e2") && exists(follower, "/e3"));

    members.remove(leader).close();
    Await.until(
        "the session silent since before ends under the next leader",
        () -> !follower.ledger.local().sessions().containsKey(3L));
    assertTrue(!leader.equals(leader()));
    assertTrue(exists(follower, "/e1"));
    alive.clear();
    Await.until(
        "the last one ends when it falls silent",
        () -> follower.ledger.local().sessions().isEmpty());
    assertEquals(List.of(), halts);
  }

  private void heartbeatThrough(Member member) {
    var unused =
        client.scheduleAtFixedRate(
            () -> alive.forEach(member.heartbeats::heard), 0, 200, TimeUnit.MILLISECONDS);
  }

  private String leader() {
    return members.values().iterator().next().ledger.status().leader();
  }

  private static boolean exists(Member member, String path) {
    return member.ledger.local().tree().find(Path.of(path)) != null;
  }

  private static Command create(String path, Life life) {
    return new Command.Transact(
        List.of(),
        List.of(
            new Change.Create(
                Path.of(path), Bytes.EMPTY, Change.attributes(Map.of()), life, false)));
  }

  private static void assertDone(Member member, Command command) throws Exception {
    assertInstanceOf(Reply.Done.class, member.ledger.submit(command).get(30, TimeUnit.SECONDS));
  }

  private void startThree() throws Exception {
    LoopbackMembers.start(LoopbackMembers.three(directory).values(), this::start);
    Await.until(
        "a leader is known to all",
        () ->
            members.values().stream().allMatch(member -> member.ledger.status().leader() != null));
  }

  private void start(RaftConfig config) {
    try {
      members.put(
          config.raftId(),
          new Member(
              RaftLedger.start(
                  config,
                  LogOptions.defaults(),
                  Duration.ofSeconds(10),
                  LedgerListener.NONE,
                  (reason, message, cause) ->
                      halts.add(reason + " " + config.raftId() + ": " + message))));
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }
}

package dev.muster.subscriber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.ledger.LedgerListener;
import dev.muster.raft.Await;
import dev.muster.raft.LoopbackMembers;
import dev.muster.raft.RaftConfig;
import dev.muster.raft.RaftLedger;
import dev.muster.raft.log.LogOptions;
import dev.muster.subscriber.ClusterSubscribers.Claim;
import dev.muster.subscriber.ClusterSubscribers.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pcollections.TreePMap;

/** Proofs on three nodes with real logs and sockets, in one process. */
@Timeout(90)
class RealClusterTest {
  private static final Path SERVICE = Path.of("/services/shop/cart");
  private static final List<String> NAMES = List.of("n1", "n2", "n3");

  @TempDir java.nio.file.Path directory;
  private final Map<String, Member> members = new ConcurrentHashMap<>();

  private static final class Member {
    final RaftLedger ledger;
    final Subscribers own;
    final ClusterSubscribers all;

    Member(RaftLedger ledger) {
      this.ledger = ledger;
      this.own = new Subscribers(ledger, ledger.peers().self(), Member::millis);
      this.all = new ClusterSubscribers(ledger, ledger.peers(), own, Member::millis);
      own.start();
      all.listen();
    }

    static long millis() {
      return System.nanoTime() / 1_000_000;
    }

    Seat polls(String client, long known) {
      return own.follow(SERVICE, new Identity(client, "10.0.0.1", "test"), Kind.POLL, "", known);
    }

    CompletableFuture<Result> prove(long since, long revision, long waitMillis) {
      return all.prove(new Claim(SERVICE, since, revision), waitMillis, () -> false);
    }

    void close() {
      own.close();
      ledger.close();
    }
  }

  @AfterEach
  void close() {
    members.values().forEach(Member::close);
  }

  private static long write(Member member) throws Exception {
    Reply reply =
        member
            .ledger
            .submit(
                new Command.Transact(
                    List.of(),
                    List.of(new Change.Put(Path.of("/x"), Bytes.EMPTY, TreePMap.empty()))))
            .get(30, TimeUnit.SECONDS);
    return ((Reply.Done) reply).revision();
  }

  @Test
  void itIsProvenByAllNodesAndNotWithoutOneOfThem() throws Exception {
    startThree();
    Member asked = members.get("n1");
    Await.until(
        "all know where they began",
        () -> {
          try {
            long since = write(asked);
            return asked.prove(since, since, 0).get().isProven();
          } catch (Exception notYet) {
            return false;
          }
        });
    long since = write(asked);
    List<Seat> seats = new ArrayList<>();
    for (String name : NAMES) {
      seats.add(members.get(name).polls("at-" + name, since));
    }
    long revision = write(asked);
    CompletableFuture<Result> proof = asked.prove(since, revision, 50_000);
    Result open = asked.prove(since, revision, 0).get(30, TimeUnit.SECONDS);
    assertEquals(3, open.unconfirmedTotal());
    assertEquals(
        Set.copyOf(NAMES), Set.copyOf(open.unconfirmed().stream().map(Standing::node).toList()));
    assertFalse(proof.isDone());
    seats.forEach(Seat::leave);
    for (String name : NAMES) {
      members.get(name).polls("at-" + name, revision);
    }
    assertTrue(proof.get(30, TimeUnit.SECONDS).isProven());

    members.remove("n3").close();
    Result without = asked.prove(since, revision, 0).get(30, TimeUnit.SECONDS);
    assertFalse(without.isProven());
    assertEquals(Set.of("n3"), without.silentNodes());
    assertEquals(0, without.unconfirmedTotal());
  }

  private void startThree() throws Exception {
    LoopbackMembers.start(LoopbackMembers.three(directory).values(), this::start);
    Await.until(
        "a leader is known to all, and all to each other",
        () ->
            members.values().stream()
                .allMatch(
                    member ->
                        member.ledger.status().leader() != null
                            && member.ledger.peers().up().size() == NAMES.size()));
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
                  (reason, message, cause) -> {
                    throw new AssertionError(message, cause);
                  })));
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }
}

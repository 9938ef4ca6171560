package dev.muster.raft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.codec.SnapshotCodec;
import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.core.State;
import dev.muster.ledger.LedgerListener;
import dev.muster.ledger.Peers;
import dev.muster.ledger.UnavailableException;
import dev.muster.raft.log.LogOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jgroups.Message;
import org.jgroups.stack.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole ledger, with real logs and real sockets, in one process. */
@Timeout(90)
class RaftLedgerTest {
  @TempDir java.nio.file.Path directory;

  private final Map<String, RaftLedger> nodes = new LinkedHashMap<>();
  private final List<String> halts = new CopyOnWriteArrayList<>();
  private Duration timeout = Duration.ofSeconds(10);

  @AfterEach
  void close() {
    nodes.values().forEach(RaftLedger::close);
  }

  @Test
  void aSingleNodeRemembersEverything() throws Exception {
    RaftConfig config = RaftConfig.single("n1", directory.resolve("n1"));
    RaftLedger before = start(config);
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      replies.add(before.submit(put("/k" + i, "value " + i)));
    }
    for (CompletableFuture<Reply> reply : replies) {
      assertInstanceOf(Reply.Done.class, get(reply));
    }
    State last = before.local();
    before.close();

    RaftLedger after = start(config);
    State restored = get(after.fresh());
    assertEquals(last.revision(), restored.revision());
    assertEquals("value 499", value(restored, "/k499"));
    assertInstanceOf(Reply.Done.class, get(after.submit(put("/k0", "again"))));
  }

  @Test
  void aSnapshotAndTheLogAfterItMakeTheSameState() throws Exception {
    RaftConfig config = RaftConfig.single("n1", directory.resolve("n1"));
    RaftLedger before = start(config);
    for (int i = 0; i < 100; i++) {
      get(before.submit(put("/k" + i, "value")));
    }
    get(before.requestSnapshot());
    get(before.submit(put("/after", "the snapshot")));
    State last = before.local();
    before.close();

    State restored = get(start(config).fresh());
    assertEquals("the snapshot", value(restored, "/after"));
    assertEquals(last.revision(), restored.revision());
    assertEquals(last.tree(), restored.tree());
  }

  @Test
  void aNodeDoesNotStartWithOtherMembersThanBefore() throws Exception {
    java.nio.file.Path own = directory.resolve("n1");
    RaftLedger before = start(RaftConfig.single("n1", own));
    get(before.submit(put("/k", "value")));
    before.close();
    RaftConfig others =
        new RaftConfig(
            "n1",
            List.of("n1", "n2", "n3"),
            "127.0.0.1",
            0,
            List.of("127.0.0.1:1"),
            own,
            RaftConfig.SNAPSHOT_LOG_BYTES);
    IllegalStateException refused = assertThrows(IllegalStateException.class, () -> start(others));
    assertTrue(refused.getMessage().contains("belong to a cluster of n1"), refused.getMessage());
    assertEquals("value", value(get(start(RaftConfig.single("n1", own)).fresh()), "/k"));
  }

  @Test
  void aSecondNodeInTheSameDirectoryIsRefusedAndLeavesItAlone() throws Exception {
    java.nio.file.Path own = directory.resolve("n1");
    RaftLedger first = start(RaftConfig.single("n1", own));
    String incarnation = java.nio.file.Files.readString(own.resolve("incarnation"));
    assertThrows(IllegalStateException.class, () -> start(RaftConfig.single("n1", own)));
    assertEquals(incarnation, java.nio.file.Files.readString(own.resolve("incarnation")));
    assertInstanceOf(Reply.Done.class, get(first.submit(put("/k", "value"))));
  }

  @Test
  void everyNodeTakesCommandsAndAllHoldTheSame() throws Exception {
    startThree();
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      for (RaftLedger node : nodes.values()) {
        replies.add(node.submit(put("/k" + i, node.status().node())));
      }
    }
    for (CompletableFuture<Reply> reply : replies) {
      assertInstanceOf(Reply.Done.class, get(reply));
    }
    RaftLedger one = nodes.get("n1");
    long revision = get(one.fresh()).revision();
    await(
        "equal states",
        () ->
            nodes.values().stream().map(RaftLedger::local).map(State::applied).distinct().count()
                == 1);
    for (RaftLedger node : nodes.values()) {
      assertEquals(revision, node.local().revision());
      assertArrayEquals(SnapshotCodec.digest(one.local()), SnapshotCodec.digest(node.local()));
    }
    assertEquals(List.of(), halts);
  }

  @Test
  void aReadAfterAnAcknowledgedWriteElsewhereSeesIt() throws Exception {
    startThree();
    for (int i = 0; i < 50; i++) {
      RaftLedger writer = nodes.get("n" + (1 + i % 3));
      RaftLedger reader = nodes.get("n" + (1 + (i + 1) % 3));
      get(writer.submit(put("/k", "value " + i)));
      assertEquals("value " + i, value(get(reader.fresh()), "/k"));
    }
  }

  @Test
  void whenTheLeaderLeavesTheOthersGoOn() throws Exception {
    startThree();
    get(nodes.get("n1").submit(put("/k", "before")));
    String leader = nodes.get("n1").status().leader();
    nodes.remove(leader).close();
    for (RaftLedger node : nodes.values()) {
      assertInstanceOf(Reply.Done.class, get(node.submit(put("/k", node.status().node()))));
    }
  }

  @Test
  void aNodeThatDiffersHaltsAndSyncsAgain() throws Exception {
    Map<String, RaftConfig> configs = startThree();
    get(nodes.get("n1").submit(put("/k", "value")));
    RaftLedger follower =
        nodes.values().stream().filter(node -> !node.status().isLeader()).findFirst().orElseThrow();
    String name = follower.status().node();
    // What a bug in apply would leave behind: a state that is not what the log says.
    State right = follower.local();
    follower
        .liveState()
        .restore(
            new State(
                right.applied(),
                right.revision(),
                right.timeMillis(),
                right.tree(),
                right.sessions(),
                right.proposers(),
                right.settings(),
                ~right.chain()));
    await(
        "a halt",
        () -> {
          var unused = submitQuietly(nodes.get("n1"), put("/k", "more"));
          return !halts.isEmpty();
        });
    assertTrue(halts.get(0).startsWith("DIVERGED " + name), halts.get(0));

    nodes.remove(name).close();
    RaftLedger again = start(configs.get(name));
    long revision = get(nodes.values().iterator().next().fresh()).revision();
    assertTrue(get(again.at(revision)).revision() >= revision);
    try (var aside = java.nio.file.Files.list(directory)) {
      assertTrue(
          aside.anyMatch(path -> path.getFileName().toString().startsWith(name + ".diverged-")));
    }
  }

  @Test
  void nodesAskEachOther() throws Exception {
    startThree();
    for (RaftLedger node : nodes.values()) {
      Peers peers = node.peers();
      peers.onQuestion(
          Peers.Topic.SUBSCRIBERS,
          question ->
              CompletableFuture.completedFuture(
                  (peers.self() + " hears " + question.length).getBytes(UTF_8)));
    }
    Peers asker = nodes.get("n1").peers();
    await("in touch", () -> asker.up().equals(Set.of("n1", "n2", "n3")));
    byte[] large = new byte[Peers.QUESTION_BYTES_MAX];
    for (String node : asker.up()) {
      byte[] answer = get(asker.ask(node, Peers.Topic.SUBSCRIBERS, large, Duration.ofSeconds(30)));
      assertEquals(node + " hears 65536", new String(answer, UTF_8));
    }
    nodes.remove("n3").close();
    await("n3 is missed", () -> asker.up().equals(Set.of("n1", "n2")));
  }

  /** Whether the command was done. */
  private static boolean submitQuietly(RaftLedger node, Command command) {
    return node.submit(command).exceptionally(unavailable -> null).join() instanceof Reply.Done;
  }

  private Map<String, RaftConfig> startThree() throws Exception {
    Map<String, RaftConfig> configs = LoopbackMembers.three(directory);
    LoopbackMembers.start(configs.values(), this::start);
    await(
        "a leader known to all",
        () -> nodes.values().stream().allMatch(node -> node.status().leader() != null));
    return configs;
  }

  @Test
  void aSendThatBlocksDoesNotStopTimeOuts() throws Exception {
    timeout = Duration.ofSeconds(1);
    startThree();
    RaftLedger follower =
        nodes.values().stream().filter(node -> !node.status().isLeader()).findFirst().orElseThrow();
    await("write", () -> submitQuietly(follower, put("/k", "value")));
    // At the top: Raft's own messages go below it.
    BlockingSends blocking = new BlockingSends();
    follower.stack().channel().getProtocolStack().insertProtocolAtTop(blocking);
    try {
      assertTrue(blocking.checkpoint.await(30, TimeUnit.SECONDS), "no checkpoint was sent");
      CompletableFuture<Reply> hangs = follower.submit(put("/k", "value"));
      ExecutionException failure = assertThrows(ExecutionException.class, () -> get(hangs));
      assertInstanceOf(UnavailableException.class, failure.getCause());
    } finally {
      blocking.open.countDown();
    }
  }

  /** Whoever sends a message of the nodes' own waits. */
  private static final class BlockingSends extends Protocol {
    final CountDownLatch checkpoint = new CountDownLatch(1);
    final CountDownLatch open = new CountDownLatch(1);

    @Override
    public Object down(Message message) {
      byte[] content = message.getArray();
      if (content != null && content[message.getOffset()] == ChannelPeers.CHECKPOINT) {
        checkpoint.countDown();
      }
      try {
        open.await();
      } catch (InterruptedException end) {
        Thread.currentThread().interrupt();
      }
      return down_prot.down(message);
    }
  }

  private RaftLedger start(RaftConfig config) {
    try {
      RaftLedger node =
          RaftLedger.start(
              config,
              LogOptions.defaults(),
              timeout,
              LedgerListener.NONE,
              (reason, message, cause) ->
                  halts.add(reason + " " + config.raftId() + ": " + message));
      synchronized (nodes) {
        nodes.put(config.raftId(), node);
      }
      return node;
    } catch (RuntimeException refused) {
      throw refused;
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static Command put(String path, String value) {
    return new Command.Transact(
        List.of(),
        List.of(new Change.Put(Path.of(path), Bytes.utf8(value), Change.attributes(Map.of()))));
  }

  private static String value(State state, String path) {
    Node node = state.tree().find(Path.of(path));
    return node == null ? "absent" : node.data().utf8();
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "no " + what + " in 30 s");
      Thread.sleep(10);
    }
  }
}

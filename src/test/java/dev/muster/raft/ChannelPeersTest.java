package dev.muster.raft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.ledger.Peers;
import dev.muster.ledger.UnansweredException;
import dev.muster.ledger.UnansweredException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.JChannel;
import org.jgroups.protocols.SHARED_LOOPBACK;
import org.jgroups.protocols.SHARED_LOOPBACK_PING;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChannelPeersTest {
  private record Received(Address sender, List<Byte> content) {}

  private final Map<String, JChannel> channels = new ConcurrentHashMap<>();
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final Address somebody = UUID.randomUUID();

  @AfterEach
  void close() {
    channels.values().forEach(JChannel::close);
  }

  private ChannelPeers peers() {
    return peers("n1");
  }

  private ChannelPeers peers(String name) {
    ChannelPeers peers = new ChannelPeers(tasks::add, name, this::nameOf);
    peers.on(ChannelPeers.PROPOSE, (sender, content) -> received.add(message(sender, content)));
    return peers;
  }

  private @Nullable String nameOf(Address address) {
    return channels.entrySet().stream()
        .filter(each -> address.equals(each.getValue().getAddress()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  /** A member of a cluster in memory. */
  private ChannelPeers connected(String name) throws Exception {
    JChannel channel =
        new JChannel(
                new SHARED_LOOPBACK(),
                new SHARED_LOOPBACK_PING(),
                new NAKACK2(),
                new UNICAST3(),
                new GMS())
            .name(name);
    ChannelPeers peers = peers(name);
    peers.channel(channel);
    channels.put(name, channel);
    channel.connect("peers");
    return peers;
  }

  private static Received message(Address sender, byte... content) {
    List<Byte> bytes = new ArrayList<>();
    for (byte each : content) {
      bytes.add(each);
    }
    return new Received(sender, bytes);
  }

  private static BytesMessage from(Address sender, int... bytes) {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    BytesMessage message = new BytesMessage(null, content);
    message.setSrc(sender);
    return message;
  }

  @Test
  void withoutAChannelNothingCanBeSent() {
    ChannelPeers peers = peers();
    assertFalse(peers.send(somebody, ChannelPeers.PROPOSE, new byte[1]));
    peers.sendToOthers(List.of(somebody), ChannelPeers.PROPOSE, new byte[1]);
    peers.leader(new RaftListener.Leader("n2", somebody));
    assertFalse(peers.toLeader(Peers.Topic.HEARTBEATS, new byte[1]));
    assertNull(tasks.poll());
  }

  @Test
  void aClosedChannelCannotSend() throws Exception {
    ChannelPeers peers = connected("a");
    channels.get("a").close();
    assertFalse(peers.send(somebody, ChannelPeers.PROPOSE, new byte[1]));
  }

  @Test
  void whatANodeSendsItselfIsHandledByTheExecutor() throws Exception {
    ChannelPeers peers = connected("a");
    Address own = channels.get("a").getAddress();
    assertTrue(peers.send(own, ChannelPeers.PROPOSE, new byte[] {5, 6}));
    assertNull(received.poll(), "not on the sender's thread");
    tasks.remove().run();
    assertEquals(message(own, (byte) 5, (byte) 6), received.remove());
    peers.sendToOthers(List.of(own), ChannelPeers.PROPOSE, new byte[1]);
    assertNull(tasks.poll(), "it is none of the others");
  }

  @Test
  void messagesReachTheOthersAndTheLeader() throws Exception {
    ChannelPeers a = connected("a");
    ChannelPeers b = connected("b");
    Address to = channels.get("b").getAddress();
    Address from = channels.get("a").getAddress();
    a.sendToOthers(List.of(from, to), ChannelPeers.PROPOSE, new byte[] {7});
    assertEquals(message(from, (byte) 7), received.poll(30, TimeUnit.SECONDS));

    BlockingQueue<byte[]> heartbeats = new LinkedBlockingQueue<>();
    b.onMessage(Peers.Topic.HEARTBEATS, heartbeats::add);
    assertFalse(a.toLeader(Peers.Topic.HEARTBEATS, new byte[] {8}), "nobody leads");
    a.leader(new RaftListener.Leader("b", to));
    assertTrue(a.toLeader(Peers.Topic.HEARTBEATS, new byte[] {8}));
    assertArrayEquals(new byte[] {8}, heartbeats.poll(30, TimeUnit.SECONDS));
    a.leader(null);
    assertFalse(a.toLeader(Peers.Topic.HEARTBEATS, new byte[] {8}));
  }

  @Test
  void whatIsUnknownOrEmptyIsPassedOver() {
    ChannelPeers peers = peers();
    peers.receive(from(somebody, 99, 1));
    peers.receive(from(somebody));
    EmptyMessage empty = new EmptyMessage(null);
    empty.setSrc(somebody);
    peers.receive(empty);
    assertNull(received.poll());
    peers.receive(from(somebody, ChannelPeers.PROPOSE));
    assertEquals(message(somebody), received.remove());
  }

  @Test
  void whatIsMalformedIsPassedOver() {
    List<Halt.Reason> halts = new ArrayList<>();
    DivergenceGuard guard =
        new DivergenceGuard(
            "n1", List.of("n1", "n2"), () -> null, (reason, message, cause) -> halts.add(reason));
    ChannelPeers peers = peers();
    new Checkpoints(guard, peers, List::of, address -> "n2").listen();
    peers.receive(from(somebody, ChannelPeers.CHECKPOINT, 1, 2, 3));
    peers.receive(from(somebody, ChannelPeers.CHECKPOINT_ASKED, 1, 2, 3));
    assertEquals(List.of(), halts);
    peers.receive(from(somebody, ChannelPeers.PROPOSE, 4));
    assertEquals(message(somebody, (byte) 4), received.remove());
  }

  // ---- questions

  private static final Duration LONG = Duration.ofSeconds(50);

  /** Runs what depends on answers, until there is one. */
  private byte[] answer(CompletableFuture<byte[]> answer) throws Exception {
    while (!answer.isDone()) {
      Runnable task = tasks.poll(10, TimeUnit.MILLISECONDS);
      if (task != null) {
        task.run();
      }
    }
    return answer.get();
  }

  private Reason refused(CompletableFuture<byte[]> answer) {
    ExecutionException failed = assertThrows(ExecutionException.class, () -> answer(answer));
    return assertInstanceOf(UnansweredException.class, failed.getCause()).reason();
  }

  private static CompletableFuture<byte[]> reversed(byte[] question) {
    byte[] reversed = new byte[question.length];
    for (int i = 0; i < question.length; i++) {
      reversed[i] = question[question.length - 1 - i];
    }
    return CompletableFuture.completedFuture(reversed);
  }

  /** Until both know of each other. */
  private void inTouch(ChannelPeers... peers) throws Exception {
    for (ChannelPeers each : peers) {
      for (long end = System.nanoTime() + LONG.toNanos(); each.up().size() < peers.length; ) {
        assertTrue(System.nanoTime() < end, "they are not in touch: " + each.up());
        Thread.sleep(5);
      }
    }
  }

  @Test
  void aQuestionIsAnsweredByTheNodeThatIsAsked() throws Exception {
    ChannelPeers a = connected("a");
    ChannelPeers b = connected("b");
    inTouch(a, b);
    assertEquals(Set.of("a", "b"), a.up());
    b.onQuestion(Peers.Topic.SUBSCRIBERS, ChannelPeersTest::reversed);
    a.onQuestion(Peers.Topic.SUBSCRIBERS, own -> CompletableFuture.completedFuture(new byte[] {9}));
    byte[] question = {1, 2, 3};
    assertArrayEquals(
        new byte[] {3, 2, 1}, answer(a.ask("b", Peers.Topic.SUBSCRIBERS, question, LONG)));
    assertArrayEquals(
        new byte[] {9}, answer(a.ask("a", Peers.Topic.SUBSCRIBERS, question, LONG)), "oneself");
  }

  @Test
  void whoDoesNotUnderstandOrFailsSaysSo() throws Exception {
    ChannelPeers a = connected("a");
    ChannelPeers b = connected("b");
    inTouch(a, b);
    assertEquals(
        Reason.NOT_UNDERSTOOD,
        refused(a.ask("b", Peers.Topic.SUBSCRIBERS, new byte[1], LONG)),
        "an older version");
    b.onQuestion(
        Peers.Topic.SUBSCRIBERS,
        question -> {
          throw new IllegalStateException("on purpose");
        });
    assertEquals(Reason.FAILED, refused(a.ask("b", Peers.Topic.SUBSCRIBERS, new byte[1], LONG)));
    b.onQuestion(
        Peers.Topic.SUBSCRIBERS,
        question -> CompletableFuture.completedFuture(new byte[Peers.ANSWER_BYTES_MAX + 1]));
    assertEquals(Reason.TOO_LARGE, refused(a.ask("b", Peers.Topic.SUBSCRIBERS, new byte[1], LONG)));
    assertEquals(
        Reason.TOO_LARGE,
        refused(a.ask("b", Peers.Topic.SUBSCRIBERS, new byte[Peers.QUESTION_BYTES_MAX + 1], LONG)));
  }

  @Test
  void whoIsSilentOrGoesEndsTheQuestion() throws Exception {
    ChannelPeers a = connected("a");
    ChannelPeers b = connected("b");
    inTouch(a, b);
    b.onQuestion(Peers.Topic.SUBSCRIBERS, question -> new CompletableFuture<>());
    assertEquals(
        Reason.TIMEOUT,
        refused(a.ask("b", Peers.Topic.SUBSCRIBERS, new byte[1], Duration.ofMillis(20))));
    assertEquals(Reason.NOT_THERE, refused(a.ask("c", Peers.Topic.SUBSCRIBERS, new byte[1], LONG)));
    CompletableFuture<byte[]> open = a.ask("b", Peers.Topic.SUBSCRIBERS, new byte[1], LONG);
    channels.get("b").close();
    assertEquals(Reason.NOT_THERE, refused(open), "before its time is up");
  }

  @Test
  void moreQuestionsThanItMayIsBusy() throws Exception {
    ChannelPeers a = connected("a");
    ChannelPeers b = connected("b");
    inTouch(a, b);
    b.onQuestion(Peers.Topic.SUBSCRIBERS, question -> new CompletableFuture<>());
    for (int i = 0; i < Peers.QUESTIONS_MAX; i++) {
      var unused = a.ask("b", Peers.Topic.SUBSCRIBERS, new byte[1], LONG);
    }
    assertEquals(Reason.BUSY, refused(a.ask("b", Peers.Topic.SUBSCRIBERS, new byte[1], LONG)));
    ChannelPeers c = connected("c");
    inTouch(a, b, c);
    assertEquals(
        Reason.BUSY,
        refused(c.ask("b", Peers.Topic.SUBSCRIBERS, new byte[1], LONG)),
        "the one that is asked");
  }

  @Test
  void aQuestionInAFormatOfTheFutureIsNotUnderstood() throws Exception {
    ChannelPeers a = connected("a");
    ChannelPeers b = connected("b");
    inTouch(a, b);
    BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();
    a.on(ChannelPeers.ANSWER, (sender, content) -> answers.add(content));
    byte[] question = {2, 0, 0, 0, 0, 0, 0, 0, 7, 17, 1};
    assertTrue(a.send(channels.get("b").getAddress(), ChannelPeers.QUESTION, question));
    assertArrayEquals(
        new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 7, 1}, answers.poll(30, TimeUnit.SECONDS));
  }
}

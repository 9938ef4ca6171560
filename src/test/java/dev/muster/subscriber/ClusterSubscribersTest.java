package dev.muster.subscriber;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Path;
import dev.muster.core.Reply;
import dev.muster.ledger.LocalLedger;
import dev.muster.ledger.MemoryPeers;
import dev.muster.ledger.Peers;
import dev.muster.subscriber.ClusterSubscribers.Claim;
import dev.muster.subscriber.ClusterSubscribers.Confirmation;
import dev.muster.subscriber.ClusterSubscribers.Result;
import dev.muster.subscriber.SubscriberWire.Question;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pcollections.TreePMap;

/** Three nodes that share a ledger; the first is asked. */
@Timeout(60)
class ClusterSubscribersTest {
  private static final Path SERVICE = Path.of("/services/shop/cart");
  private static final long LONG = 50_000;

  private final LocalLedger ledger = new LocalLedger();
  private final AtomicLong clock = new AtomicLong(1_000);
  private final MemoryPeers peers = new MemoryPeers("local");
  private final MemoryPeers secondPeers = peers.join("n2");
  private final List<Subscribers> all = new ArrayList<>();
  private Subscribers first;
  private Subscribers second;
  private ClusterSubscribers cluster;
  private long since;

  @BeforeEach
  void start() throws Exception {
    first = node("local", peers);
    second = node("n2", secondPeers);
    cluster = new ClusterSubscribers(ledger, peers, first, () -> System.nanoTime() / 1_000_000);
    since = change();
  }

  private Subscribers node(String name, MemoryPeers its) {
    Subscribers node = new Subscribers(ledger, name, clock::get);
    node.start();
    all.add(node);
    new ClusterSubscribers(ledger, its, node, clock::get).listen();
    return node;
  }

  @AfterEach
  void close() {
    all.forEach(Subscribers::close);
    ledger.close();
  }

  /** The next revision. */
  private long change() throws Exception {
    Reply reply =
        ledger
            .submit(
                new Command.Transact(
                    List.of(),
                    List.of(new Change.Put(Path.of("/x"), Bytes.EMPTY, TreePMap.empty()))))
            .get();
    return ((Reply.Done) reply).revision();
  }

  private static Identity named(String client) {
    return new Identity(client, "10.0.0.1", "test");
  }

  private static Identity nobody() {
    return new Identity(null, "10.0.0.9", "curl");
  }

  private Seat poll(Subscribers node, Identity identity, @Nullable Long known) {
    return node.follow(SERVICE, identity, Kind.POLL, "", known);
  }

  /** A poll from its beginning to its end. */
  private void poll(Subscribers node, Identity identity, @Nullable Long known, long told) {
    Seat seat = poll(node, identity, known);
    seat.told(told);
    seat.leave();
  }

  private CompletableFuture<Result> prove(long revision, long waitMillis) {
    return cluster.prove(new Claim(SERVICE, since, revision), waitMillis, () -> false);
  }

  private Result now(long revision) throws Exception {
    return prove(revision, 0).get(30, TimeUnit.SECONDS);
  }

  private static List<String> names(Result result) {
    return result.unconfirmed().stream()
        .map(each -> String.valueOf(each.identity().client()))
        .sorted()
        .toList();
  }

  @Test
  void itIsProvenOnceAllHaveConfirmedOnAllNodes() throws Exception {
    Seat a = poll(first, named("a"), since);
    Seat b = poll(second, named("b"), since);
    long drained = change();
    assertEquals(List.of("a", "b"), names(now(drained)));
    CompletableFuture<Result> proof = prove(drained, LONG);
    for (Seat each : List.of(a, b)) {
      each.told(drained);
      each.leave();
    }
    assertEquals(List.of("a", "b"), names(now(drained)), "told is not confirmed");
    poll(first, named("a"), drained);
    assertFalse(proof.isDone());
    poll(second, named("b"), drained);
    assertTrue(proof.get(30, TimeUnit.SECONDS).isProven());
  }

  @Test
  void whoHangsIsNamedAndWhoIsGoneIsForgotten() throws Exception {
    poll(first, named("a"), since);
    Seat hangs = poll(second, named("hangs"), since);
    long drained = change();
    poll(first, named("a"), drained);
    Result result = prove(drained, 20).get(30, TimeUnit.SECONDS);
    assertFalse(result.isProven());
    assertEquals(List.of("hangs"), names(result));
    Standing standing = result.unconfirmed().get(0);
    assertEquals("n2", standing.node());
    assertEquals(since, standing.confirmed());
    assertEquals(1, result.unconfirmedTotal());

    hangs.leave(); // its process was killed, and the connection broke
    clock.addAndGet(SubscriberLimits.REMEMBERED_MILLIS - 1);
    all.forEach(Subscribers::tick);
    assertEquals(List.of("hangs"), names(now(drained)), "it may come back");
    clock.incrementAndGet();
    all.forEach(Subscribers::tick);
    assertTrue(now(drained).isProven());
  }

  @Test
  void whoMovesToAnotherNodeIsTheSame() throws Exception {
    poll(first, named("a"), since, since);
    long drained = change();
    CompletableFuture<Result> proof = prove(drained, LONG);
    clock.incrementAndGet();
    poll(second, named("a"), since, drained);
    assertFalse(proof.isDone());
    poll(second, named("a"), drained);
    assertTrue(proof.get(30, TimeUnit.SECONDS).isProven());
    assertEquals(1, cluster.list(SERVICE, 10).get().some().size(), "it is listed once");
    assertEquals(1, cluster.list(SERVICE, 10).get().total());
  }

  @Test
  void whoReadsAnewElsewhereHasNotConfirmed() throws Exception {
    poll(first, named("a"), null, since);
    long drained = change();
    clock.incrementAndGet();
    poll(second, named("a"), null, drained); // who knows whether the answer came through
    assertEquals(List.of("a"), names(now(drained)));
  }

  @Test
  void whoSaysNotWhatItHasConfirmsNothingByAskingAgain() throws Exception {
    poll(first, named("a"), null, since);
    long drained = change();
    for (int i = 0; i < 3; i++) {
      poll(first, named("a"), null, drained); // each may be asked as the last answer was lost
      assertEquals(-1, now(drained).unconfirmed().get(0).confirmed());
    }
    assertEquals(Confirmation.DONE, cluster.confirm(SERVICE, "a", drained).get());
    assertTrue(now(drained).isProven());
  }

  @Test
  void whoBeginsAfterwardsIsNotWaitedFor() throws Exception {
    long drained = change();
    poll(first, named("new"), null, drained);
    assertTrue(now(drained).isProven());
    Seat reading = poll(first, named("reading"), null);
    assertEquals(List.of("reading"), names(now(drained)), "its answer may be made of an old state");
    reading.leave();
    assertTrue(now(drained).isProven(), "it was told of nothing");
  }

  @Test
  void eachViewOfAClientCounts() throws Exception {
    first.follow(SERVICE, named("a"), Kind.POLL, "health=passing", since);
    first.follow(SERVICE, named("a"), Kind.POLL, "", since);
    long drained = change();
    first.follow(SERVICE, named("a"), Kind.POLL, "", drained);
    assertEquals("health=passing", now(drained).unconfirmed().get(0).query());
  }

  @Test
  void longViewsThatBeginAlikeAreNotOne() throws Exception {
    String begin = "client=" + "c".repeat(SubscriberLimits.TEXT_LENGTH_MAX) + "&where=zone%3D";
    first.follow(SERVICE, named("a"), Kind.POLL, begin + "a", since);
    first.follow(SERVICE, named("a"), Kind.POLL, begin + "b", since);
    long drained = change();
    first.follow(SERVICE, named("a"), Kind.POLL, begin + "b", drained);
    assertEquals(1, now(drained).unconfirmedTotal());
    String query = now(drained).unconfirmed().get(0).query();
    assertEquals(SubscriberLimits.TEXT_LENGTH_MAX, query.length());
    first.follow(SERVICE, named("a"), Kind.POLL, begin + "a", drained);
    assertTrue(now(drained).isProven());
  }

  @Test
  void longAgentsThatBeginAlikeAreNotOne() throws Exception {
    String begin = "x".repeat(SubscriberLimits.TEXT_LENGTH_MAX);
    Identity one = new Identity(null, "10.0.0.9", begin + "1");
    Identity other = new Identity(null, "10.0.0.9", begin + "2");
    assertEquals(one, new Identity(null, one.address(), one.agent()), "as another node reads it");
    poll(first, one, since, since);
    long drained = change();
    poll(first, other, drained, drained);
    assertEquals(
        List.of(one), now(drained).unconfirmed().stream().map(Standing::identity).toList());
  }

  @Test
  void clientsWithoutANameAreCounted() throws Exception {
    List<Seat> three = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      three.add(poll(first, nobody(), since));
    }
    assertEquals(3, first.size());
    long drained = change();
    for (Seat each : three) {
      each.told(drained);
      each.leave();
    }
    assertEquals(3, now(drained).unconfirmedTotal());
    for (int i = 0; i < 5; i++) {
      poll(first, nobody(), drained, drained); // one of them again and again
      assertEquals(2, now(drained).unconfirmedTotal());
    }
    poll(first, nobody(), drained); // it waits, so that the next is another
    poll(first, nobody(), since); // its answer was lost
    assertEquals(2, now(drained).unconfirmedTotal());
    poll(first, nobody(), drained);
    assertEquals(1, now(drained).unconfirmedTotal());
    assertEquals(3, first.size());
  }

  @Test
  void aNodeThatDoesNotAnswerProvesNothing() throws Exception {
    secondPeers.hang(true);
    Result result = now(change());
    assertFalse(result.isProven());
    assertEquals(Set.of("n2"), result.silentNodes());
    assertEquals(List.of(), result.unconfirmed());
    secondPeers.hang(false);
    assertTrue(now(since).isProven());
  }

  @Test
  void aNodeThatHasJustBegunDoesNotKnowWhomItToldBefore() throws Exception {
    long drained = change();
    all.remove(second);
    second.close();
    second = node("n2", secondPeers); // again
    Result result = now(drained);
    assertEquals(Set.of("n2"), result.silentNodes());
    clock.addAndGet(SubscriberLimits.REMEMBERED_MILLIS);
    assertTrue(now(drained).isProven());
  }

  @Test
  void whatItWasToldOfOnlySinceItBeganItKnows() throws Exception {
    since = change();
    long drained = change();
    assertTrue(now(drained).isProven());
  }

  @Test
  void aStreamConfirmsOnItsOwnAccount() throws Exception {
    Seat stream = second.follow(SERVICE, named("s"), Kind.STREAM, "", null);
    stream.told(since);
    Seat anonymous = second.follow(SERVICE, nobody(), Kind.STREAM, "", null);
    anonymous.told(since);
    long drained = change();
    stream.told(drained);
    anonymous.told(drained);
    assertEquals(List.of("null", "s"), names(now(drained)));
    assertEquals(Confirmation.DONE, cluster.confirm(SERVICE, "s", drained).get());
    assertEquals(Confirmation.UNKNOWN, cluster.confirm(SERVICE, "unknown", drained).get());
    assertEquals(List.of("null"), names(now(drained)), "nobody can confirm for it");
    anonymous.leave();
    clock.addAndGet(SubscriberLimits.REMEMBERED_MILLIS);
    all.forEach(Subscribers::tick);
    assertTrue(now(drained).isProven());
  }

  @Test
  void aRevisionThatIsNotThereYetIsNotConfirmed() throws Exception {
    first.follow(SERVICE, named("here"), Kind.STREAM, "", null).told(since);
    second.follow(SERVICE, named("there"), Kind.STREAM, "", null).told(since);
    assertEquals(Confirmation.AHEAD, cluster.confirm(SERVICE, "here", Long.MAX_VALUE).get());
    // A node that does not look itself passes it on.
    peers
        .ask(
            "n2",
            Peers.Topic.SUBSCRIBERS,
            SubscriberWire.encode(new Question.Confirmed(SERVICE, "there", since + 1)),
            Duration.ofSeconds(30))
        .get();
    long drained = change();
    assertEquals(List.of("here", "there"), names(now(drained)));
    assertEquals(Confirmation.AHEAD, cluster.confirm(SERVICE, "here", drained + 1).get());
  }

  @Test
  void aNodeThatLagsBehindBelievesInWhatIsThereElsewhere() throws Exception {
    first.follow(SERVICE, named("s"), Kind.STREAM, "", null).told(since);
    ledger.holdBack();
    ledger.submitElsewhere(
        new Command.Transact(
            List.of(), List.of(new Change.Put(Path.of("/y"), Bytes.EMPTY, TreePMap.empty()))));
    CompletableFuture<Confirmation> confirmed = cluster.confirm(SERVICE, "s", since + 1);
    assertFalse(confirmed.isDone(), "it looks whether there is such a revision");
    ledger.catchUp();
    assertEquals(Confirmation.DONE, confirmed.get(30, TimeUnit.SECONDS));
    assertTrue(now(since + 1).isProven());
  }

  @Test
  void whetherSomebodyIsKnownIsNotDeniedWhileANodeIsSilent() throws Exception {
    first.follow(SERVICE, named("here"), Kind.STREAM, "", null).told(since);
    second.follow(SERVICE, named("there"), Kind.STREAM, "", null).told(since);
    long drained = change();
    secondPeers.hang(true);
    assertEquals(Confirmation.DONE, cluster.confirm(SERVICE, "here", drained).get());
    assertEquals(Confirmation.UNSURE, cluster.confirm(SERVICE, "there", drained).get());
    secondPeers.hang(false);
    assertEquals(List.of("there"), names(now(drained)));
    assertEquals(Confirmation.DONE, cluster.confirm(SERVICE, "there", drained).get());
    assertTrue(now(drained).isProven());
  }

  @Test
  void aClientConfirmsAllItsViewsAndNoOthers() throws Exception {
    first.follow(SERVICE, named("s"), Kind.STREAM, "", null).told(since);
    first.follow(SERVICE, named("s"), Kind.STREAM, "health=passing", null).told(since);
    first.follow(SERVICE, named("other"), Kind.STREAM, "", null).told(since);
    long drained = change();
    assertEquals(Confirmation.DONE, cluster.confirm(SERVICE, "s", drained).get());
    assertEquals(List.of("other"), names(now(drained)));
  }

  @Test
  void whoeverThereIsNoRoomForMakesAProofImpossible() throws Exception {
    List<Seat> seats = new ArrayList<>();
    for (int i = 0; i <= SubscriberLimits.PER_PATH_MAX; i++) {
      seats.add(poll(first, named("c" + i), since + 1));
    }
    long drained = change();
    Result result = now(drained);
    assertFalse(result.isProven());
    assertEquals(0, result.unconfirmedTotal());
    assertEquals(1, result.notKept());
    assertTrue(
        cluster
            .prove(new Claim(Path.of("/services/shop/other"), since, drained), 0, () -> false)
            .get()
            .isProven(),
        "another path has room");
    seats.get(seats.size() - 1).leave();
    clock.addAndGet(SubscriberLimits.REMEMBERED_MILLIS);
    assertTrue(now(drained).isProven());
  }

  @Test
  void aNodeThatLagsBehindCatchesUpFirst() throws Exception {
    ledger.holdBack();
    var written =
        ledger.submit(
            new Command.Transact(
                List.of(), List.of(new Change.Put(Path.of("/y"), Bytes.EMPTY, TreePMap.empty()))));
    CompletableFuture<Result> proof = prove(since + 1, LONG);
    poll(first, named("late"), null, since); // told of what it still has
    ledger.catchUp();
    assertEquals(since + 1, ((Reply.Done) written.get()).revision());
    assertEquals(List.of("late"), names(now(since + 1)));
    assertFalse(proof.isDone());
    poll(first, named("late"), since + 1);
    assertTrue(proof.get(30, TimeUnit.SECONDS).isProven());
  }

  @Test
  void nothingIsLeftOfThoseWhoAreForgotten() {
    poll(first, named("a"), since, since);
    poll(first, nobody(), since, since);
    poll(first, nobody(), null, since);
    assertEquals(3, first.size());
    clock.addAndGet(SubscriberLimits.REMEMBERED_MILLIS);
    first.tick();
    assertEquals(0, first.size());
  }
}

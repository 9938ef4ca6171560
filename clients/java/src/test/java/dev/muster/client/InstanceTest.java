package dev.muster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.client.Registration.State;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What instances say of themselves, what is known of them, and which of them are asked for. */
@Timeout(60)
class InstanceTest extends ServedTest {
  private static final Instance CART =
      Instance.of("cart-1", "10.0.0.1", 8080)
          .withPort("grpc", 9090, "grpc")
          .withPort("admin", 9091, "")
          .withZone("eu-1a")
          .withRegion("eu-1")
          .withVersion("2.1 \"beta\"")
          .withGrace(Duration.ofSeconds(60));

  private static FakeServer.Told told(int status) {
    return FakeServer.json(status, 12, "{\"session\":\"7b\"}").with("Muster-Lease-Seconds", "15");
  }

  private static FakeServer.Told heldBack() {
    return FakeServer.json(200, 12, "{\"session\":\"7b\",\"heldBackSeconds\":60}")
        .with("Muster-Lease-Seconds", "15");
  }

  private Registration register(int status) {
    server.tell(told(status));
    return client.register("cart", CART);
  }

  /** Lets the time until the next heartbeat pass: a third of 15 s, less half of the jitter. */
  private void untilTheNextBeat() throws InterruptedException {
    pass(4_750);
  }

  private void pass(long millis) throws InterruptedException {
    Await.until("a beat is due in " + millis, () -> timer.delays().contains(millis));
    timer.advance(millis);
  }

  private static String list(String instance) {
    return "{\"service\":\"cart\",\"instances\":[" + instance + "]}";
  }

  private Instance read(String instance) {
    server.tell(FakeServer.json(200, 12, list(instance)));
    return client.instances("cart").instances().get(0);
  }

  // ---- what they say of themselves

  @Test
  void allThatAnInstanceSaysIsSentAndReadBack() {
    register(201);
    String body = server.asked().get(0).body();
    assertEquals(
        "{\"address\":\"10.0.0.1\",\"port\":8080,\"ports\":[{\"name\":\"grpc\",\"port\":9090,"
            + "\"protocol\":\"grpc\"},{\"name\":\"admin\",\"port\":9091}],\"weight\":1,"
            + "\"zone\":\"eu-1a\",\"region\":\"eu-1\",\"version\":\"2.1 \\\"beta\\\"\","
            + "\"ttlSeconds\":15,\"graceSeconds\":60,\"tags\":[],\"metadata\":{}}",
        body);
    assertEquals(CART, read("{\"id\":\"cart-1\",\"health\":\"passing\"," + body.substring(1)));
  }

  @Test
  void portsHaveNames() {
    assertEquals(OptionalInt.of(9091), CART.port("admin"));
    assertEquals(OptionalInt.empty(), CART.port("https"));
  }

  // ---- what is known of them

  private static String standing(String standing) {
    return "{\"id\":\"a\"," + standing + "\"address\":\"10.0.0.1\",\"port\":8080}";
  }

  @Test
  void whatTheServersKnowOfItIsTold() {
    Instance plain = Instance.of("a", "10.0.0.1", 8080).withTtl(Duration.ZERO);
    Instance kept =
        read(
            standing(
                "\"health\":\"critical\",\"kept\":true,\"draining\":true,"
                    + "\"drainingSinceMillis\":1788000000000,\"maintenance\":\"new disk\","));
    assertEquals(new Standing(Health.CRITICAL, true, true, "new disk"), kept.standing());
    assertEquals(plain, kept.withoutStanding());
    assertEquals(Health.WARNING, read(standing("\"health\":\"warning\",")).standing().health());
  }

  @Test
  void serversThatTellNothingListWhatPasses() {
    assertEquals(Standing.PASSING, read(standing("")).standing());
  }

  @Test
  void aHealthThatIsNotKnownYetIsNotTakenForAGoodOne() {
    assertEquals(Health.CRITICAL, read(standing("\"health\":\"fine\",")).standing().health());
  }

  // ---- how they say that they do

  @Test
  void aReportIsSentAtOnceAndOnlyWhenItIsNew() throws Exception {
    Registration registration = register(201);
    server.always(told(200));
    registration.report(Health.WARNING, "queue is 80 % full");
    pass(0);
    assertTrue(server.asked(1).path().endsWith("/cart-1/lease"));
    assertEquals("{\"status\":\"warn\",\"output\":\"queue is 80 % full\"}", server.asked(1).body());
    assertEquals("application/json", server.asked(1).header("Content-Type"));

    Await.until("heard", () -> timer.delays().contains(4_750L));
    registration.report(Health.WARNING, "queue is 90 % full");
    assertFalse(timer.delays().contains(0L), "the same again is no news");
    untilTheNextBeat();
    assertEquals("", server.asked(2).body());

    Await.until("heard", () -> timer.delays().contains(4_750L));
    registration.report(Health.PASSING, "");
    pass(0);
    assertEquals("{\"status\":\"pass\"}", server.asked(3).body());
  }

  @Test
  void aReportThatIsNotBelievedYetIsRepeatedWithTheHeartbeats() throws Exception {
    Registration registration = register(201);
    server.tell(told(200), heldBack(), heldBack(), told(200), told(200));
    registration.report(Health.CRITICAL, "no database");
    pass(0);
    Await.until("heard", () -> timer.delays().contains(4_750L));
    registration.report(Health.PASSING, "");
    pass(0);
    for (int i = 2; i <= 4; i++) {
      assertEquals("{\"status\":\"pass\"}", server.asked(i).body(), "beat " + i);
      untilTheNextBeat();
    }
    assertEquals("", server.asked(5).body());
  }

  @Test
  void aReportWaitsForTheAnswerThatIsUnderWay() throws Exception {
    Registration registration = register(201);
    untilTheNextBeat();
    server.asked(1);
    registration.report(Health.CRITICAL, "no database");
    assertFalse(timer.delays().contains(0L));
    server.tell(told(200));
    pass(0);
    assertEquals("{\"status\":\"fail\",\"output\":\"no database\"}", server.asked(2).body());
  }

  @Test
  void aReportThatComesAtTheMomentOfTheHeartbeatBeginsNoSecondChain() throws Exception {
    Timer late = // it is always too late to cancel
        new Timer() {
          @Override
          public long nowMillis() {
            return timer.nowMillis();
          }

          @Override
          public Task after(long delayMillis, Runnable task) {
            timer.after(delayMillis, task);
            return () -> {};
          }
        };
    server.tell(told(201));
    try (Muster other =
        Muster.builder().server(server.uri()).with(late, new FixedRandom(0.5)).build()) {
      Registration registration = other.register("cart", CART);
      server.always(told(200));
      registration.report(Health.CRITICAL, "no database");
      pass(0);
      server.asked(1);
      Await.until(
          "heard", () -> timer.delays().stream().filter(delay -> delay == 4_750).count() == 2);
      timer.advance(4_750); // what was to be cancelled, and what took its place
      server.asked(2);
      Await.until(
          "heard", () -> timer.delays().stream().filter(delay -> delay == 4_750).count() == 1);
      timer.advance(4_750);
      server.asked(3);
      Await.until("heard", () -> timer.delays().contains(4_750L));
      assertEquals(4, server.asked().size());
    }
  }

  @Test
  void aReportThatDidNotGetThroughIsRepeated() throws Exception {
    Registration registration = register(201);
    registration.report(Health.CRITICAL, "no database");
    server.tell(FakeServer.problem(503, "unavailable", ""), told(200));
    pass(0);
    Await.until(
        "said again",
        () -> {
          timer.advance(100);
          return server.asked().size() > 2;
        });
    assertEquals(server.asked(1).body(), server.asked(2).body());
  }

  @Test
  void serversThatHaveForgottenAreToldAgain() throws Exception {
    Registration registration = register(201);
    server.tell(told(200), FakeServer.problem(404, "unknown-instance", ""), told(201), told(200));
    registration.report(Health.CRITICAL, "no database");
    pass(0);
    untilTheNextBeat();
    pass(0);
    assertTrue(server.asked(3).path().endsWith("/cart-1"));
    pass(0);
    assertEquals("{\"status\":\"fail\",\"output\":\"no database\"}", server.asked(4).body());
    Await.until("registered", () -> registration.state() == State.REGISTERED);
  }

  @Test
  void whatAnEarlierProcessSaidIsTakenBack() throws Exception {
    register(200); // it was there already
    server.always(told(200));
    untilTheNextBeat();
    assertEquals("{\"status\":\"pass\"}", server.asked(1).body());
    untilTheNextBeat();
    assertEquals("", server.asked(2).body());
  }

  @Test
  void onlyTheBeginningOfALongOutputIsSent() {
    assertEquals("a".repeat(512), Texts.cut("a".repeat(513), 512));
    assertEquals("ü".repeat(2), Texts.cut("ü".repeat(3), 5));
    assertEquals("a", Texts.cut("a\uD83D\uDE00", 4));
    assertEquals("a\uD83D\uDE00", Texts.cut("a\uD83D\uDE00", 5));
  }

  // ---- which of them are asked for

  private String query(Selection selection) {
    server.tell(FakeServer.json(200, 12, list("")));
    int before = server.asked().size();
    assertEquals(List.of(), client.instances("cart", selection).instances());
    String path = server.asked().get(before).path();
    return path.substring(path.indexOf('?') + 1);
  }

  @Test
  void aSelectionIsAQuery() {
    assertEquals("health=passing&limit=1000", query(Selection.passing()));
    assertEquals("limit=1000", query(Selection.all()));
    assertEquals(
        "health=warning&tag=v2%2Ccanary&limit=1000",
        query(Selection.passingOrWarning().withTags("v2", "canary")));
    assertEquals(
        "where=version%20in%20%282.0%2C%202.1%29%2C%20%21tag.canary&port=grpc&limit=1000",
        query(Selection.all().where("version in (2.0, 2.1), !tag.canary").withPort("grpc")));
    assertEquals(
        "health=passing&zone=eu-1a&spillBelow=3&subset=20&client=a&limit=1000",
        query(Selection.passing().near("eu-1a", "").spillBelow(3).subset(20, "a")));
  }

  @Test
  void thoseWhoWatchDifferentSelectionsAreToldOfTheirOwn() throws Exception {
    ServiceWatch near =
        client.watch("cart", Selection.passing().near("eu-1a", "eu-1"), instances -> {});
    ServiceWatch all = client.watch("cart", Selection.all(), instances -> {});
    server.tellWhoever(
        asked -> asked.path().contains("zone=eu-1a&region=eu-1"),
        FakeServer.json(200, 12, list(standing(""))));
    server.tellWhoever(asked -> !asked.path().contains("zone"), FakeServer.json(200, 12, list("")));
    Await.until("near", () -> near.instances().instances().size() == 1);
    Await.until("all", () -> !all.instances().isStale());
    assertEquals(List.of(), all.instances().instances());
  }
}

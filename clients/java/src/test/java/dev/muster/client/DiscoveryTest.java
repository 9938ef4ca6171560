package dev.muster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.client.Registration.State;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Heartbeats, registrations that are forgotten or taken over, and lists that outlast outages. */
@Timeout(60)
class DiscoveryTest extends ServedTest {
  private static final String INSTANCE =
      "{\"id\":\"cart-1\",\"revision\":12,\"session\":\"7b\",\"ttlSeconds\":15}";
  private static final Instance CART = Instance.of("cart-1", "10.0.0.1", 8080);

  private static FakeServer.Told registered(long revision) {
    return FakeServer.json(201, revision, INSTANCE).with("Muster-Lease-Seconds", "15");
  }

  private static FakeServer.Told unknown() {
    return FakeServer.problem(404, "unknown-instance", "");
  }

  private Registration register() {
    server.tell(registered(12));
    return client.register("cart", CART);
  }

  /** Lets the time until the next heartbeat pass: a third of 15 s, less half of the jitter. */
  private void untilTheNextBeat() throws InterruptedException {
    Await.until("the heartbeat waits", () -> timer.delays().contains(4_750L));
    timer.advance(4_750);
  }

  @Test
  void registersAndRenewsAfterAThirdOfTheLease() throws Exception {
    Registration registration = register();
    assertEquals(State.REGISTERED, registration.state());
    assertEquals("PUT", server.asked(0).method());
    assertEquals("/api/v1/namespaces/shop/services/cart/instances/cart-1", server.asked(0).path());
    assertEquals(
        "{\"address\":\"10.0.0.1\",\"port\":8080,\"weight\":1,\"ttlSeconds\":15,"
            + "\"tags\":[],\"metadata\":{}}",
        server.asked(0).body());

    server.always(registered(12));
    untilTheNextBeat();
    assertTrue(server.asked(1).path().endsWith("/cart-1/lease"));
    untilTheNextBeat();
    assertTrue(server.asked(2).path().endsWith("/cart-1/lease"));
  }

  @Test
  void registersAgainWhenItWasForgotten() throws Exception {
    Registration registration = register();
    server.tell(unknown(), registered(30));
    untilTheNextBeat();
    server.asked(1);
    Await.until("it is to register", () -> timer.delays().contains(0L));
    timer.advance(0);

    assertTrue(server.asked(2).path().endsWith("/cart-1"));
    Await.until("registered again", () -> registration.state() == State.REGISTERED);
  }

  @Test
  void anOutageLongerThanTheLeaseIsOutlasted() throws Exception {
    Registration registration = register();
    server.always(FakeServer.hangUp());
    untilTheNextBeat();
    for (int i = 1; i < 30; i++) {
      int tries = i;
      Await.until("try " + tries, () -> server.asked().size() > tries);
      Await.until("a pause", () -> timer.delays().stream().anyMatch(delay -> delay < 5_000));
      timer.advance(5_000);
    }
    assertEquals(State.PENDING, registration.state());

    server.tell(unknown()).always(registered(60));
    Await.until(
        "registered again",
        () -> {
          timer.advance(1_000);
          return registration.state() == State.REGISTERED;
        });
  }

  @Test
  void oneThatWasTakenOverKeepsQuiet() throws Exception {
    Registration registration = register();
    server.tell(
        FakeServer.json(200, 33, "{\"session\":\"another\"}").with("Muster-Lease-Seconds", "15"));
    untilTheNextBeat();
    Await.until("it sees that", () -> registration.state() == State.REPLACED);

    registration.close();
    assertEquals(2, server.asked().size());
  }

  @Test
  void closingDeregistersWhatIsItsOwn() throws Exception {
    Registration registration = register();
    server.tell(FakeServer.json(200, 20, "{}"));
    registration.close();

    assertEquals("DELETE", server.asked(1).method());
    assertEquals("\"12\"", server.asked(1).header("If-Match"));
    assertEquals(State.CLOSED, registration.state());
  }

  @Test
  void whatSomebodyElseHasChangedOfItIsStillItsOwn() throws Exception {
    Registration registration = register();
    server.tell(FakeServer.json(200, 20, INSTANCE).with("Muster-Lease-Seconds", "15"));
    untilTheNextBeat();
    Await.until("renewed", () -> timer.delays().contains(4_750L));
    server.tell(FakeServer.json(200, 21, "{}"));
    registration.close();
    assertEquals("\"20\"", server.asked(2).header("If-Match"));
  }

  @Test
  void evenIfItWasChangedSinceTheLastBeat() throws Exception {
    Registration registration = register();
    server.tell(
        FakeServer.problem(412, "revision-conflict", ",\"actual\":20"),
        FakeServer.json(200, 20, INSTANCE),
        FakeServer.json(200, 21, "{}"));
    registration.close();
    assertTrue(server.asked(2).path().endsWith("/cart-1?consistency=linearizable"));
    assertEquals("DELETE", server.asked(3).method());
    assertEquals("\"20\"", server.asked(3).header("If-Match"));
  }

  @Test
  void whatIsAnothersByNowIsNotDeregistered() throws Exception {
    Registration registration = register();
    server.tell(
        FakeServer.problem(412, "revision-conflict", ",\"actual\":20"),
        FakeServer.json(200, 20, "{\"session\":\"another\"}"));
    registration.close();
    assertEquals(3, server.asked().size());
  }

  @Test
  void theDeregistrationWaitsForARegistrationThatIsUnderWay() throws Exception {
    CompletableFuture<Registration> registering =
        CompletableFuture.supplyAsync(() -> client.register("cart", CART));
    server.asked(0);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(client::close);
    Await.until("it closes", () -> timer.delays().contains(Limits.CLOSE_TIMEOUT_MILLIS_DEFAULT));
    assertEquals(1, server.asked().size());

    server.tell(registered(12));
    assertEquals("DELETE", server.asked(1).method());
    server.tell(FakeServer.json(200, 20, "{}"));
    closing.get();
    registering.get();
  }

  @Test
  void closingTakesNoLongerThanItMay() throws Exception {
    register();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(client::close);
    assertEquals("DELETE", server.asked(1).method());
    Await.until(
        "closed",
        () -> {
          timer.advance(Limits.CLOSE_TIMEOUT_MILLIS_DEFAULT);
          return closing.isDone();
        });
    closing.get();
  }

  @Test
  void aRefusalIsToldAndNotTriedAgain() {
    server.tell(FakeServer.problem(400, "invalid-field", ",\"field\":\"port\""));
    MusterException refusal =
        assertThrows(MusterException.class, () -> client.register("cart", CART));
    assertEquals("invalid-field", refusal.code());
    timer.advance(60_000);
    assertEquals(1, server.asked().size());
  }

  @Test
  void whileNobodyAnswersARegistrationIsPendingAndGoesOn() throws Exception {
    server.always(FakeServer.problem(503, "unavailable", ""));
    CompletableFuture<Registration> registering =
        CompletableFuture.supplyAsync(() -> client.register("cart", CART));
    server.asked(0);
    Await.until(
        "it returns",
        () -> {
          timer.advance(1_000);
          return registering.isDone();
        });
    Registration registration = registering.get();
    assertEquals(State.PENDING, registration.state());

    server.always(registered(12));
    Await.until(
        "registered",
        () -> {
          timer.advance(1_000);
          return registration.state() == State.REGISTERED;
        });
  }

  private static String list(String... ids) {
    StringBuilder json = new StringBuilder("{\"service\":\"cart\",\"instances\":[");
    for (int i = 0; i < ids.length; i++) {
      json.append(i == 0 ? "" : ",")
          .append("{\"id\":\"" + ids[i] + "\",\"health\":\"passing\",\"address\":\"10.0.0.1\"")
          .append(
              ",\"port\":8080,\"weight\":3,\"tags\":[\"v2\"],\"metadata\":{\"zone\":\"\\u0061\"}")
          .append(",\"ttlSeconds\":15}");
    }
    return json + "]}";
  }

  @Test
  void instancesAreReadWithAllTheirFields() throws Exception {
    server.tell(FakeServer.json(200, 12, list("cart-1")));
    ServiceInstances instances = client.instances("cart");
    assertEquals(
        List.of(CART.withWeight(3).withTags("v2").withMetadata("zone", "a")),
        instances.instances());
    assertEquals(12, instances.revision());
    assertTrue(server.asked(0).path().contains("instances?health=passing"));
  }

  @Test
  void allPagesAreReadAndOfOneRevision() throws Exception {
    String withNext = list("a").substring(0, list("a").length() - 1) + ",\"next\":\"c1\"}";
    server.tell(
        FakeServer.json(200, 12, withNext),
        FakeServer.json(200, 13, list("c")), // it has changed meanwhile
        FakeServer.json(200, 13, withNext),
        FakeServer.json(200, 13, list("b", "c")));

    ServiceInstances instances = client.instances("cart");

    assertEquals(List.of("a", "b", "c"), instances.instances().stream().map(Instance::id).toList());
    assertEquals(13, instances.revision());
    assertTrue(server.asked(3).path().endsWith("&cursor=c1"));
  }

  @Test
  void aWatchOutlastsOutagesAndSaysSo() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    server.tell(FakeServer.json(200, 12, list("a")), FakeServer.problem(503, "unavailable", ""));
    ServiceWatch watch =
        client.watch(
            "cart",
            new ServiceListener() {
              @Override
              public void changed(ServiceInstances instances) {
                told.add("changed to " + instances.instances().size());
              }

              @Override
              public void staleness(ServiceInstances instances) {
                told.add(instances.isStale() ? "stale" : "fresh");
              }
            });
    Await.until("stale", () -> told.size() == 2);
    assertTrue(watch.instances().isStale());
    assertEquals("a", watch.instances().instances().get(0).id());

    server.tell(FakeServer.json(200, 20, list("a", "b")));
    timer.advance(100);
    Await.until("fresh", () -> told.size() == 3);
    assertEquals(List.of("changed to 1", "stale", "changed to 2"), told);
    watch.close();
  }

  @Test
  void whatLooksTheSameUnderANewTagIsNoNews() throws Exception {
    List<ServiceInstances> told = new CopyOnWriteArrayList<>();
    server.tell(FakeServer.json(200, 12, list("a")), FakeServer.unchanged(17, 18));
    ServiceWatch watch = client.watch("cart", told::add);

    // Not before: time that passes while an answer is under way is time that it took.
    Await.until("the newer tag is known", () -> watch.instances().revision() == 17);
    Await.until(
        "it asks again",
        () -> {
          timer.advance(Limits.IDLE_POLL_MILLIS_MIN);
          return server.asked().size() > 2;
        });
    // Another one that is not passing has changed: the next question confirms that it was seen.
    assertEquals("\"17\"", server.asked(2).header("If-None-Match"));
    assertEquals(List.of("a"), told.stream().map(each -> each.instances().get(0).id()).toList());
    assertEquals(17, watch.instances().revision());
    watch.close();
  }

  @Test
  void theBalancerFollowsTheWeights() {
    List<Instance> instances =
        List.of(
            CART.withWeight(1),
            Instance.of("cart-2", "10.0.0.2", 8080).withWeight(0),
            Instance.of("cart-3", "10.0.0.3", 8080).withWeight(3));
    ServiceInstances cart = new ServiceInstances("cart", instances, 1, false);
    java.util.Random random = new java.util.Random(7);
    int[] picked = new int[2];
    for (int i = 0; i < 4_000; i++) {
      picked[cart.pick(random).orElseThrow().id().equals("cart-1") ? 0 : 1]++;
      assertTrue(!cart.pick(random).orElseThrow().id().equals("cart-2"));
    }
    assertTrue(picked[0] > 900 && picked[0] < 1_100, picked[0] + " of 4000");
    assertTrue(new ServiceInstances("cart", List.of(), 0, false).pick(random).isEmpty());
  }
}

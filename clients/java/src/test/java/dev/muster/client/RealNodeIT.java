package dev.muster.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.client.Registration.State;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real node that is killed and comes back, and what the README's examples do with it. */
class RealNodeIT {
  @TempDir private Path directory;
  private MusterNode node;

  @BeforeEach
  void start() throws Exception {
    node = new MusterNode(directory.resolve("node")).start();
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  private Muster client(URI... more) {
    MusterBuilder builder =
        Muster.builder()
            .server(node.uri())
            .namespace("shop")
            .cacheDirectory(directory.resolve("cache"))
            .operationTimeout(Duration.ofSeconds(30));
    for (URI server : more) {
      builder.server(server);
    }
    return builder.build();
  }

  @Test
  void publishAndListenThroughACrash() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    ConfigListener listener =
        new ConfigListener() {
          @Override
          public void changed(Config config) {
            told.add(config.text() + (config.isStale() ? " (stale)" : ""));
          }

          @Override
          public void deleted(String item, long revision, boolean isStale) {
            told.add("deleted");
          }

          @Override
          public void staleness(Config config) {
            told.add(config.isStale() ? "stale" : "fresh");
          }
        };
    try (Muster client = client()) {
      client.createNamespace();
      Written first =
          client.put(
              "checkout/app.properties", "retries=3", "text/plain", Precondition.createOnly());
      assertEquals(Written.Result.CREATED, first.result());
      client.listen("checkout/app.properties", listener);
      Await.until("told", () -> told.equals(List.of("retries=3")));

      Config config = client.get("checkout/app.properties");
      assertEquals(3, config.settings().getInt("retries", 1));
      assertFalse(config.isStale());
      assertEquals(first.revision(), config.revision());

      MusterException conflict =
          assertThrows(
              MusterException.class,
              () ->
                  client.put(
                      "checkout/app.properties",
                      "retries=4",
                      "text/plain",
                      Precondition.ifRevision(first.revision() - 1)));
      assertEquals(MusterException.REVISION_CONFLICT, conflict.code());
      assertEquals(first.revision(), conflict.actual().getAsLong());

      node.kill();
      Await.until("told that nobody answers", () -> told.contains("stale"));
      assertTrue(client.get("checkout/app.properties").isStale());
      try (Muster second = client()) {
        Config cached = second.get("checkout/app.properties"); // as after a start in an outage
        assertEquals("retries=3", cached.text());
        assertEquals(Config.Source.CACHE, cached.source());
      }

      node.start();
      Await.until("told that it is back", () -> told.contains("fresh"));
      client.put(
          "checkout/app.properties",
          "retries=5",
          "text/plain",
          Precondition.ifRevision(first.revision()));
      Await.until("told of the change", () -> told.contains("retries=5"));
      assertEquals(List.of("retries=3", "stale", "fresh", "retries=5"), told);

      client.delete("checkout/app.properties", Precondition.none());
      Await.until("told of the deletion", () -> told.contains("deleted"));
      assertTrue(client.find("checkout/app.properties", Consistency.LINEARIZABLE).isEmpty());
      assertEquals(
          MusterException.UNKNOWN_ITEM,
          assertThrows(MusterException.class, () -> client.get("checkout/app.properties")).code());
    }
  }

  @Test
  void aThousandItemsAreFollowedThroughACrash() throws Exception {
    byte[] large = new byte[Limits.CONTENT_BYTES_MAX]; // six of them are more than one answer
    new Random(1).nextBytes(large);
    Map<String, Config> told = new ConcurrentHashMap<>();
    Set<String> absent = ConcurrentHashMap.newKeySet();
    try (Muster client = client()) {
      client.createNamespace();
      for (int i = 0; i < 6; i++) {
        client.put("large/" + i, large, "image/x-" + i, Precondition.none());
      }
      List<Subscription> odd = new ArrayList<>();
      List<String> items = new ArrayList<>();
      for (int i = 0; i < Limits.FOLLOWED_MAX - 2; i++) {
        items.add((i < 6 ? "large/" : "small/ü\"") + i);
      }
      odd.add(client.listen("a//b", config -> {}));
      for (String item : items) {
        client.listen(item, follower(told, absent));
      }
      odd.add(client.listen("a/../b", config -> {}));
      Await.until("all are told", () -> told.size() + absent.size() == items.size());
      Await.until(
          "the odd ones are refused", () -> odd.stream().allMatch(s -> s.failure().isPresent()));
      odd.forEach(s -> assertEquals(400, s.failure().orElseThrow().status()));
      for (int i = 0; i < 6; i++) {
        Config read = client.get("large/" + i);
        Config heard = told.get("large/" + i);
        assertArrayEquals(large, heard.bytes());
        assertEquals(read.contentType(), heard.contentType());
        assertEquals(read.etag(), heard.etag());
      }

      node.kill();
      Await.until("stale", () -> told.values().stream().allMatch(Config::isStale));
      node.start();
      Written last = null;
      for (int i = 6; i < items.size(); i += 41) {
        last = client.put(items.get(i), "now " + i, "text/plain", Precondition.none());
      }
      for (int i = 6; i < items.size(); i += 41) {
        String item = items.get(i);
        int number = i;
        Await.until(
            item + " is told",
            () -> told.containsKey(item) && told.get(item).text().equals("now " + number));
      }
      assertEquals(
          last.revision(), told.values().stream().mapToLong(Config::revision).max().orElse(0));
      Await.until("fresh", () -> told.values().stream().noneMatch(Config::isStale));
    }
  }

  private static ConfigListener follower(Map<String, Config> told, Set<String> absent) {
    return new ConfigListener() {
      @Override
      public void changed(Config config) {
        Config before = told.put(config.item(), config);
        if (before != null && before.asOfRevision() > config.asOfRevision()) {
          throw new AssertionError(before + " was followed by " + config);
        }
      }

      @Override
      public void absent(String item, long revision, boolean isStale) {
        absent.add(item);
      }

      @Override
      public void staleness(Config config) {
        told.put(config.item(), config);
      }
    };
  }

  @Test
  void anItemOfANamespaceThatIsToComeIsTold() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    try (Muster client = client()) {
      client.listen("a", config -> told.add(config.text()));
      client.createNamespace();
      client.put("a", "x", "text/plain", Precondition.none());
      Await.until("told", () -> told.equals(List.of("x")));
    }
  }

  @Test
  void aServerThatIsNotThereIsNoObstacle() {
    try (Muster client = client(URI.create("http://127.0.0.1:1"))) {
      client.createNamespace();
      for (int i = 0; i < 10; i++) {
        client.put("odd names/ü+%2F;" + i, "x", "text/plain", Precondition.none());
        assertEquals("x", client.get("odd names/ü+%2F;" + i).text());
      }
    }
  }

  @Test
  void aNamespaceThatDoesNotExistIsTold() {
    try (Muster client = client()) {
      MusterException unknown = assertThrows(MusterException.class, () -> client.get("a"));
      assertEquals("unknown-namespace", unknown.code());
    }
  }

  @Test
  void registerAndDiscoverThroughACrash() throws Exception {
    Instance cart = Instance.of("cart-1", "10.0.0.1", 8080).withTtl(Duration.ofSeconds(2));
    try (Muster provider = client();
        Muster consumer = client()) {
      provider.createNamespace();
      List<Integer> sizes = new CopyOnWriteArrayList<>();
      ServiceWatch watch =
          consumer.watch("cart", instances -> sizes.add(instances.instances().size()));
      Await.until("an empty list", () -> sizes.equals(List.of(0)));

      Registration registration = provider.register("cart", cart);
      assertEquals(State.REGISTERED, registration.state());
      Await.until("discovered", () -> sizes.equals(List.of(0, 1)));
      assertEquals(List.of(cart), consumer.instances("cart").instances());
      assertEquals(cart, watch.instances().pick(new Random()).orElseThrow());

      node.kill();
      Await.until("the watch knows", () -> watch.instances().isStale());
      assertEquals(List.of(cart), watch.instances().instances());
      Await.until("the lease is over", () -> registration.state() == State.PENDING);

      node.start();
      Await.until("kept again", () -> registration.state() == State.REGISTERED);
      Await.until("the watch knows", () -> !watch.instances().isStale());

      // As an operator might; the client notices with its next heartbeat.
      new Operator(node.uri()).deregister("shop", "cart", "cart-1");
      Await.until("gone and back", () -> sizes.size() >= 4);
      assertEquals(List.of(cart), consumer.instances("cart").instances());

      registration.close();
      Await.until("deregistered", () -> watch.instances().instances().isEmpty());
    }
  }

  @Test
  void closingTheClientDeregisters() throws Exception {
    try (Muster consumer = client()) {
      consumer.createNamespace();
      Muster provider = client();
      provider.register("cart", Instance.of("cart-1", "10.0.0.1", 8080));
      assertEquals(1, consumer.instances("cart").instances().size());
      provider.close();
      assertTrue(consumer.instances("cart").instances().isEmpty());
    }
  }

  @Test
  void closingDeregistersWhatAnOperatorHasJustChanged() throws Exception {
    Instance cart = Instance.of("cart-1", "10.0.0.1", 8080);
    try (Muster consumer = client()) {
      consumer.createNamespace();
      Muster provider = client();
      provider.register("cart", cart);
      new Operator(node.uri())
          .put("shop", "cart", "cart-1", "{\"address\":\"10.0.0.1\",\"port\":8080,\"weight\":5}");
      assertEquals(List.of(cart.withWeight(5)), consumer.instances("cart").instances());
      provider.close(); // before the next heartbeat, which would have told it
      assertTrue(consumer.instances("cart").instances().isEmpty());
    }
  }

  @Test
  void whatAnInstanceSaysIsFoundAndSelected() throws Exception {
    Instance near =
        Instance.of("near", "10.0.0.1", 8080)
            .withPort("grpc", 9090, "grpc")
            .withZone("eu-1a")
            .withRegion("eu-1")
            .withVersion("2.1")
            .withTags("canary", "new")
            .withMetadata("team", "shop & co")
            .withGrace(Duration.ofSeconds(60));
    Instance far = Instance.of("far", "10.0.0.2", 8080).withZone("us-1a").withVersion("2.0");
    try (Muster provider = client();
        Muster consumer = client()) {
      provider.createNamespace();
      Registration nearby = provider.register("cart", near);
      provider.register("cart", far);

      assertEquals(List.of(far, near), consumer.instances("cart").instances());
      Selection nearest = Selection.passing().near("eu-1a", "eu-1");
      assertEquals(List.of(near, far), consumer.instances("cart", nearest).instances());
      for (Selection one :
          List.of(
              nearest.spillBelow(1),
              Selection.passing().withTags("new", "canary"),
              Selection.passing().withPort("grpc"),
              Selection.passing().where("team=\"shop & co\", version in (2.1)"))) {
        assertEquals(List.of(near), consumer.instances("cart", one).instances(), one.toString());
      }
      assertEquals(
          1, consumer.instances("cart", Selection.all().subset(1, "x")).instances().size());
      MusterException refused =
          assertThrows(
              MusterException.class,
              () -> consumer.instances("cart", Selection.all().where("a in b")));
      assertEquals(400, refused.status());

      ServiceWatch fit = consumer.watch("cart");
      Selection warned = Selection.passingOrWarning();
      ServiceWatch working = consumer.watch("cart", warned, instances -> {});
      ServiceWatch everything = consumer.watch("cart", Selection.all(), instances -> {});
      nearby.report(Health.WARNING, "queue is 80 % full");
      Await.until("not fit", () -> fit.instances().instances().equals(List.of(far)));
      Await.until("warned", () -> health(working, "near") == Health.WARNING);
      nearby.report(Health.CRITICAL, "no database");
      Await.until("critical", () -> health(everything, "near") == Health.CRITICAL);
      Await.until("not served", () -> working.instances().instances().equals(List.of(far)));
      nearby.report(Health.PASSING, "");
      Await.until("fit again", () -> fit.instances().instances().equals(List.of(far, near)));
    }
  }

  private static Health health(ServiceWatch watch, String id) {
    return watch.instances().instances().stream()
        .filter(instance -> instance.id().equals(id))
        .map(instance -> instance.standing().health())
        .findFirst()
        .orElse(null);
  }

  /** Somebody with curl. */
  private record Operator(URI server) {
    void deregister(String namespace, String service, String id) throws Exception {
      send(request(namespace, service, id).DELETE());
    }

    void put(String namespace, String service, String id, String json) throws Exception {
      send(
          request(namespace, service, id)
              .header("Content-Type", "application/json")
              .PUT(HttpRequest.BodyPublishers.ofString(json)));
    }

    private HttpRequest.Builder request(String namespace, String service, String id) {
      return HttpRequest.newBuilder(
          server.resolve(
              "/api/v1/namespaces/" + namespace + "/services/" + service + "/instances/" + id));
    }

    private static void send(HttpRequest.Builder request) throws Exception {
      var answer =
          HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
      assertEquals(200, answer.statusCode(), answer.body());
    }
  }
}

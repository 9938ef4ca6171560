package dev.muster.quarkus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.client.Await;
import dev.muster.client.Instance;
import dev.muster.client.Muster;
import dev.muster.client.Precondition;
import dev.muster.client.Registration;
import dev.muster.client.ServiceWatch;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.stork.Stork;
import io.smallrye.stork.api.Service;
import io.smallrye.stork.api.ServiceInstance;
import io.smallrye.stork.api.ServiceRegistrar.RegistrarOptions;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A program in its whole life with a node: configured, changed, registered, found, left alone. */
@QuarkusTest
@QuarkusTestResource(value = RealNode.class, restrictToAnnotatedClass = true)
class AppIT {
  private static final Duration ANSWER = Duration.ofSeconds(30);

  @Inject Shop shop;

  @BeforeAll
  static void stork() {
    Stork.initialize();
  }

  @AfterAll
  static void noStork() {
    Stork.shutdown();
  }

  @Test
  void configuredRegisteredFoundAndLeftAlone() throws Exception {
    URI server = ConfigProvider.getConfig().getValue("muster.url", URI.class);
    long node = ConfigProvider.getConfig().getValue("test.node.process", Long.class);
    assertEquals("hello", shop.greeting());
    assertEquals(3, shop.retries());

    try (Muster other = Muster.builder().server(server).namespace("shop").build()) {
      publish(other, "shop: {greeting: hello, retries: 5}");
      Await.until("the change is seen", () -> shop.retries() == 5);

      Service cart = Stork.getInstance().getService("cart");
      assertEquals(List.of(), found(cart));
      ServiceWatch elsewhere = other.watch("cart");
      cart.getServiceRegistrar()
          .registerServiceInstance(
              new RegistrarOptions(
                  "cart", "10.0.0.1", 8080, List.of("canary"), Map.of("zone", "a")))
          .await()
          .atMost(ANSWER);
      Instance registered =
          Instance.of("10.0.0.1-8080", "10.0.0.1", 8080)
              .withPort("grpc", 9090, "grpc")
              .withZone("eu-1a")
              .withRegion("eu-1")
              .withVersion("2.1")
              .withTags("canary", "new")
              .withMetadata("zone", "a")
              .withTtl(Duration.ofSeconds(5));
      Await.until(
          "another client knows",
          () -> elsewhere.instances().instances().equals(List.of(registered)));
      Await.until("Stork knows", () -> found(cart).size() == 1);
      ServiceInstance first = found(cart).get(0);
      assertEquals("10.0.0.1", first.getHost());
      assertEquals(8080, first.getPort());
      assertEquals("a", first.getLabels().get("zone"));
      assertEquals("canary,new", first.getLabels().get("muster-tags"));
      assertEquals("eu-1a", first.getLabels().get("muster-zone"));
      assertEquals("eu-1", first.getLabels().get("muster-region"));
      assertEquals("2.1", first.getLabels().get("muster-version"));
      assertEquals("grpc:9090/grpc", first.getLabels().get("muster-ports"));

      Registration second =
          other.register("cart", Instance.of("second", "10.0.0.2", 8080).withWeight(7));
      other.register("cart", Instance.of("idle", "10.0.0.3", 8080).withWeight(0));
      Await.until("Stork knows of the other's", () -> found(cart).size() == 2);
      List<ServiceInstance> rpc = found(Stork.getInstance().getService("rpc"));
      assertEquals(
          List.of(9090), rpc.stream().map(ServiceInstance::getPort).toList(), "asked for by name");
      assertTrue(
          found(cart).stream().anyMatch(instance -> instance.getId() == first.getId()),
          "what stays has its id");
      second.close();
      Await.until("gone", () -> found(cart).size() == 1);

      ProcessHandle.of(node).orElseThrow().destroyForcibly();
      Await.until("nobody answers", () -> elsewhere.instances().isStale());
      assertEquals(5, shop.retries());
      assertEquals(5, ConfigProvider.getConfig().getValue("shop.retries", Integer.class));
      assertEquals(first.getId(), found(cart).get(0).getId());
      assertEquals(
          "10.0.0.1", cart.selectInstance().await().atMost(ANSWER).getHost(), "still chosen");
    }
  }

  private static List<ServiceInstance> found(Service service) {
    return service.getInstances().await().atMost(ANSWER);
  }

  private static void publish(Muster operator, String yaml) {
    operator.put("checkout/application.yaml", yaml, "application/yaml", Precondition.none());
  }
}

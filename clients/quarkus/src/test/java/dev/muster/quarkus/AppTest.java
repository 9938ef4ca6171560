package dev.muster.quarkus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.muster.client.Await;
import dev.muster.client.Muster;
import dev.muster.client.Precondition;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = AppTest.Server.class, restrictToAnnotatedClass = true)
class AppTest {
  /** Serves what the program is configured with. */
  public static final class Server implements QuarkusTestResourceLifecycleManager {
    private final FakeMuster muster = new FakeMuster("shop");

    @Override
    public Map<String, String> start() {
      muster
          .put("checkout/application.yaml", "shop: {greeting: 'hello, ${shop.name}', retries: 3}")
          .put("checkout/application-test.yaml", "shop: {name: test}");
      try {
        return Map.of(
            "muster.url",
            muster.uri().toString(),
            "muster.namespace",
            "shop",
            "muster.app",
            "checkout",
            "muster.cache-directory",
            Files.createTempDirectory("muster-cache").toString());
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void stop() {
      muster.close();
    }
  }

  @Inject Shop shop;

  @Test
  void whatIsInjectedIsOfMusterAndLive() throws Exception {
    assertEquals("hello, test", shop.greeting());
    assertEquals(3, shop.retries());

    URI server = ConfigProvider.getConfig().getValue("muster.url", URI.class);
    try (Muster operator = Muster.builder().server(server).namespace("shop").build()) {
      operator.put(
          "checkout/application.yaml",
          "shop: {greeting: bye, retries: 5}",
          "application/yaml",
          Precondition.none());
    }
    Await.until("seen", () -> shop.retries() == 5);
    assertEquals("bye", ConfigProvider.getConfig().getValue("shop.greeting", String.class));
    assertEquals("hello, test", shop.greeting(), "injected once, when the bean was made");
  }
}

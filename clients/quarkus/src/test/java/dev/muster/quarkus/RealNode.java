package dev.muster.quarkus;

import dev.muster.client.Muster;
import dev.muster.client.MusterNode;
import dev.muster.client.Precondition;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A real node that is ready and has a configuration before the program of the test starts. The
 * program is told its process id, to kill it.
 */
public final class RealNode implements QuarkusTestResourceLifecycleManager {
  private MusterNode node;

  @Override
  public Map<String, String> start() {
    try {
      Path directory = Files.createTempDirectory("muster-quarkus-it");
      node = new MusterNode(directory).start();
      try (Muster operator = Muster.builder().server(node.uri()).namespace("shop").build()) {
        operator.createNamespace();
        operator.put(
            "checkout/application.yaml",
            "shop: {greeting: hello, retries: 3}",
            "application/yaml",
            Precondition.none());
      }
      return Map.of(
          "muster.url",
          node.uri().toString(),
          "muster.cache-directory",
          directory.resolve("cache").toString(),
          "stork.cart.service-discovery.type",
          "muster",
          "stork.cart.service-registrar.type",
          "muster",
          "stork.cart.service-registrar.ttl-seconds",
          "5",
          "test.node.process",
          Long.toString(node.pid()));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void stop() {
    try {
      if (node != null) {
        node.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

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
      return Map.ofEntries(
          Map.entry("muster.url", node.uri().toString()),
          Map.entry("muster.cache-directory", directory.resolve("cache").toString()),
          Map.entry("stork.cart.service-discovery.type", "muster"),
          Map.entry("stork.cart.service-registrar.type", "muster"),
          Map.entry("stork.cart.service-registrar.ttl-seconds", "5"),
          Map.entry("stork.cart.service-registrar.zone", "eu-1a"),
          Map.entry("stork.cart.service-registrar.region", "eu-1"),
          Map.entry("stork.cart.service-registrar.version", "2.1"),
          Map.entry("stork.cart.service-registrar.tags", "new,canary"),
          Map.entry("stork.cart.service-registrar.ports", "grpc:9090/grpc"),
          Map.entry("stork.rpc.service-discovery.type", "muster"),
          Map.entry("stork.rpc.service-discovery.service", "cart"),
          Map.entry("stork.rpc.service-discovery.port", "grpc"),
          Map.entry("stork.rpc.service-discovery.where", "version=2.1"),
          Map.entry("test.node.process", Long.toString(node.pid())));
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

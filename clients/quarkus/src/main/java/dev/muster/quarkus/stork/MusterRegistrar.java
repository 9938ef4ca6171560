package dev.muster.quarkus.stork;

import dev.muster.client.Instance;
import dev.muster.client.Port;
import dev.muster.quarkus.Registrations;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.stork.api.Metadata;
import io.smallrye.stork.api.Metadata.DefaultMetadataKey;
import io.smallrye.stork.api.ServiceRegistrar;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Registers this program's instances and keeps them registered, until they are deregistered or the
 * program ends. A program starts without Muster: what cannot be registered now will be later. Waits
 * on Mutiny's worker pool, never on the caller's thread. Thread-safe.
 */
final class MusterRegistrar implements ServiceRegistrar<DefaultMetadataKey> {
  private final Registrations registrations;
  private final Attributes attributes;

  /**
   * @param registrations under the names that the services have in Stork
   */
  MusterRegistrar(Registrations registrations, Attributes attributes) {
    this.registrations = registrations;
    this.attributes = attributes;
  }

  @Override
  public Uni<Void> registerServiceInstance(
      String serviceName, Metadata<DefaultMetadataKey> metadata, String ipAddress, int port) {
    checkAddressNotNull(ipAddress);
    Map<String, String> entries = new HashMap<>();
    metadata
        .getMetadata()
        .forEach((key, value) -> entries.put(key.getName(), String.valueOf(value)));
    return register(serviceName, ipAddress, port, List.of(), entries);
  }

  @Override
  public Uni<Void> registerServiceInstance(RegistrarOptions options) {
    checkRegistrarOptionsNotNull(options);
    checkAddressNotNull(options.ipAddress());
    return register(
        options.serviceName(),
        options.ipAddress(),
        options.defaultPort(),
        orElse(options.tags(), List.of()),
        orElse(options.metadata(), Map.of()));
  }

  private static <T> T orElse(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  private Uni<Void> register(
      String stork, String address, int port, List<String> tags, Map<String, String> metadata) {
    // The same place has the same id after a restart, and so replaces what it was before.
    String id =
        attributes
            .get(Attributes.INSTANCE_ID)
            .orElseGet(() -> (address + "-" + port).replaceAll("[^A-Za-z0-9._-]", "-"));
    Instance instance =
        Instance.of(id, address, port)
            .withWeight(Math.toIntExact(attributes.number(Attributes.WEIGHT, 1)))
            .withZone(attributes.get(Attributes.ZONE).orElse(""))
            .withRegion(attributes.get(Attributes.REGION).orElse(""))
            .withVersion(attributes.get(Attributes.VERSION).orElse(""))
            .withTtl(
                Duration.ofSeconds(
                    attributes.number(Attributes.TTL_SECONDS, Instance.TTL_SECONDS_DEFAULT)))
            .withGrace(
                Duration.ofSeconds(
                    attributes.number(Attributes.GRACE_SECONDS, Instance.GRACE_AS_TTL)))
            .withTags(
                Stream.concat(tags.stream(), attributes.list(Attributes.TAGS).stream())
                    .distinct()
                    .toArray(String[]::new));
    for (Port named : attributes.ports()) {
      instance = instance.withPort(named.name(), named.number(), named.protocol());
    }
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      instance = instance.withMetadata(entry.getKey(), entry.getValue());
    }
    Instance complete = instance;
    String service = attributes.get(Attributes.SERVICE).orElse(stork);
    return onWorker(() -> registrations.replace(stork, service, complete));
  }

  @Override
  public Uni<Void> deregisterServiceInstance(String serviceName) {
    return onWorker(() -> registrations.close(serviceName));
  }

  private static Uni<Void> onWorker(Runnable action) {
    return Uni.createFrom()
        .<Void>item(
            () -> {
              action.run();
              return null;
            })
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }
}

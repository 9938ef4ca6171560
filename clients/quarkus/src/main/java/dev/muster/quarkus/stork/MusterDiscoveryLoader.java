package dev.muster.quarkus.stork;

import io.smallrye.stork.api.ServiceDiscovery;
import io.smallrye.stork.api.config.ConfigWithType;
import io.smallrye.stork.api.config.ServiceConfig;
import io.smallrye.stork.spi.StorkInfrastructure;
import io.smallrye.stork.spi.internal.ServiceDiscoveryLoader;

/** Makes the discovery of services of the type {@code muster}. */
public final class MusterDiscoveryLoader implements ServiceDiscoveryLoader {
  /** For the service loader. */
  public MusterDiscoveryLoader() {}

  @Override
  public ServiceDiscovery createServiceDiscovery(
      ConfigWithType config,
      String serviceName,
      ServiceConfig serviceConfig,
      StorkInfrastructure infrastructure) {
    Attributes attributes =
        new Attributes("the service discovery of '" + serviceName + "'", config);
    return new MusterDiscovery(
        attributes.connection().client(),
        attributes.get(Attributes.SERVICE).orElse(serviceName),
        attributes.selection(),
        attributes.get(Attributes.PORT).orElse(""),
        attributes.get(Attributes.SECURE).map(Boolean::parseBoolean).orElse(false));
  }

  @Override
  public String type() {
    return Attributes.TYPE;
  }
}

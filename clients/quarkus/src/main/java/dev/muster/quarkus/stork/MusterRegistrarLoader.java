package dev.muster.quarkus.stork;

import io.smallrye.stork.api.Metadata.DefaultMetadataKey;
import io.smallrye.stork.api.ServiceRegistrar;
import io.smallrye.stork.api.config.ConfigWithType;
import io.smallrye.stork.spi.StorkInfrastructure;
import io.smallrye.stork.spi.internal.ServiceRegistrarLoader;

/** Makes registrars of the type {@code muster}. */
public final class MusterRegistrarLoader implements ServiceRegistrarLoader<DefaultMetadataKey> {
  /** For the service loader. */
  public MusterRegistrarLoader() {}

  @Override
  public ServiceRegistrar<DefaultMetadataKey> createServiceRegistrar(
      ConfigWithType config, String serviceName, StorkInfrastructure infrastructure) {
    Attributes attributes = new Attributes("the registrar of '" + serviceName + "'", config);
    return new MusterRegistrar(attributes.connection().registrations(), attributes);
  }

  @Override
  public String type() {
    return Attributes.TYPE;
  }
}

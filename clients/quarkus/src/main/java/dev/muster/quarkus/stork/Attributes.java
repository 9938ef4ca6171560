package dev.muster.quarkus.stork;

import dev.muster.quarkus.Connection;
import io.smallrye.stork.api.config.ConfigWithType;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * What a service's configuration in Stork says; what it does not say of the connection, the
 * program's does.
 */
record Attributes(String owner, ConfigWithType config) {
  static final String TYPE = "muster";
  static final String SERVICE = "service";
  static final String SECURE = "secure";
  static final String INSTANCE_ID = "instance-id";
  static final String TTL_SECONDS = "ttl-seconds";
  static final String WEIGHT = "weight";
  private static final String PROGRAM_PREFIX = "muster.";

  Optional<String> get(String name) {
    return Optional.ofNullable(config.parameters().get(name)).filter(value -> !value.isBlank());
  }

  long number(String name, long otherwise) {
    Optional<String> text = get(name);
    try {
      return text.map(String::strip).map(Long::parseLong).orElse(otherwise);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + name + "' of " + owner + " is a number, not '" + text.orElse("") + "'", e);
    }
  }

  /** That of {@code url}, {@code namespace} and {@code cache-directory}. */
  Connection connection() {
    Config program = ConfigProvider.getConfig();
    return Connection.of(
            key ->
                get(key.substring(PROGRAM_PREFIX.length()))
                    .or(() -> program.getOptionalValue(key, String.class)))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    owner
                        + " does not say where Muster is: set its 'url', or "
                        + Connection.URL
                        + " for the whole program"));
  }
}

package dev.muster.quarkus.stork;

import dev.muster.client.Port;
import dev.muster.client.Selection;
import dev.muster.quarkus.Connection;
import io.smallrye.stork.api.config.ConfigWithType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  static final String GRACE_SECONDS = "grace-seconds";
  static final String WEIGHT = "weight";
  static final String ZONE = "zone";
  static final String REGION = "region";
  static final String VERSION = "version";
  static final String TAGS = "tags";
  static final String PORTS = "ports";
  static final String PORT = "port";
  static final String WHERE = "where";
  static final String SPILL_BELOW = "spill-below";
  private static final Pattern PORT_TEXT = Pattern.compile("([^:/]+):(\\d{1,5})(?:/([^:/]+))?");
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

  /** Parts that are separated by commas. */
  List<String> list(String name) {
    return get(name).stream()
        .flatMap(text -> Arrays.stream(text.split(",", -1)))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  /** What {@link #PORTS} says: {@code grpc:9090/grpc, admin:9091}. */
  List<Port> ports() {
    return list(PORTS).stream().map(this::port).toList();
  }

  private Port port(String text) {
    Matcher port = PORT_TEXT.matcher(text);
    if (!port.matches()) {
      throw new IllegalArgumentException(
          "'"
              + PORTS
              + "' of "
              + owner
              + " are like grpc:9090/grpc, name and number and perhaps a protocol, not '"
              + text
              + "'");
    }
    String protocol = port.group(3);
    return new Port(
        port.group(1), Integer.parseInt(port.group(2)), protocol == null ? "" : protocol);
  }

  /** As {@link #ports()} reads it. */
  static String text(Port port) {
    return port.name()
        + ":"
        + port.number()
        + (port.protocol().isEmpty() ? "" : "/" + port.protocol());
  }

  /** The instances that a discovery asks for. */
  Selection selection() {
    Selection selection =
        Selection.passing()
            .withTags(list(TAGS).toArray(String[]::new))
            .where(get(WHERE).orElse(""))
            .withPort(get(PORT).orElse(""))
            .near(get(ZONE).orElse(""), get(REGION).orElse(""));
    long spillBelow = number(SPILL_BELOW, 0);
    return spillBelow == 0 ? selection : selection.spillBelow(Math.toIntExact(spillBelow));
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

package dev.muster.discovery;

import dev.muster.core.Limits;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One of the ports of an instance.
 *
 * @param name unique within the instance; as RFC 6335, section 5.1, names services, so that it can
 *     be asked for by DNS: {@code grpc}
 * @param protocol what is spoken there, such as {@code http}, {@code grpc}, {@code tcp}; absent if
 *     that is not said
 */
public record Port(String name, int number, @Nullable String protocol) {
  /** What a name looks like, whole; a regular expression of Java's and of JSON Schema's. */
  public static final String NAME_PATTERN = "^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$";

  /** What a protocol looks like, likewise. */
  public static final String PROTOCOL_PATTERN = "^[a-z][a-z0-9+.-]{0,31}$";

  private static final Pattern NAME = Pattern.compile(NAME_PATTERN);
  private static final Pattern PROTOCOL = Pattern.compile(PROTOCOL_PATTERN);

  /**
   * @throws InvalidInstanceException naming what is wrong within the ports of an instance
   * @throws dev.muster.core.LimitExceededException if it is no number of a port
   */
  public Port {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidInstanceException(
          "ports",
          "'"
              + name
              + "' names no port: 1 to 15 of a-z, 0-9 and inner hyphens, at least one letter");
    }
    Limits.between("instance.port", number, DiscoveryLimits.PORT_MIN, DiscoveryLimits.PORT_MAX, "");
    if (protocol != null && !PROTOCOL.matcher(protocol).matches()) {
      throw new InvalidInstanceException(
          "ports",
          "'"
              + protocol
              + "' is no protocol: such as http, grpc or tcp; 1 to 32 of a-z 0-9 + . - that start"
              + " with a letter");
    }
  }
}

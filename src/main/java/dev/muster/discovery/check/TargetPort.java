package dev.muster.discovery.check;

import dev.muster.discovery.InvalidInstanceException;
import java.util.Map;
import java.util.regex.Pattern;

/** Which port of an instance a check goes to. */
public sealed interface TargetPort {
  /** The one where the instance takes traffic. */
  record First() implements TargetPort {}

  /** A port that need not be one of those that the instance tells, such as that of its manager. */
  record Numbered(int port) implements TargetPort {
    public Numbered {
      Fields.between("port", port, 1, 65_535, "");
    }
  }

  /** One of the instance's ports, by its name. */
  record Named(String name) implements TargetPort {
    // As ports are named, see RFC 6335, section 5.1.
    private static final Pattern NAME =
        Pattern.compile("(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*");

    public Named {
      if (!NAME.matcher(name).matches()) {
        throw new InvalidInstanceException("port", "neither a number nor the name of a port");
      }
    }
  }

  /**
   * The number of the port.
   *
   * @param first where the instance takes traffic
   * @param named its ports that have names
   * @throws InvalidInstanceException if it has none of this name
   */
  default int of(int first, Map<String, Integer> named) {
    if (this instanceof Numbered number) {
      return number.port();
    }
    if (this instanceof Named wanted) {
      Integer port = named.get(wanted.name());
      if (port == null) {
        throw new InvalidInstanceException(
            "port", "the instance has no port that is named '" + wanted.name() + "'");
      }
      return port;
    }
    return first;
  }
}

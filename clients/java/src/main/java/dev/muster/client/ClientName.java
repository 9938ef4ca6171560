package dev.muster.client;

import java.security.SecureRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of clients, as servers take them. */
final class ClientName {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern VALID =
      Pattern.compile("[!-.0-~]{1," + Limits.CLIENT_NAME_LENGTH_MAX + "}");

  private ClientName() {}

  static String checked(String name) {
    if (!VALID.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the name of a client is 1 to "
              + Limits.CLIENT_NAME_LENGTH_MAX
              + " visible characters of ASCII, without space and slash");
    }
    return name;
  }

  /** One that no other client has: host, process, chance. */
  static String unique() {
    return unique(System.getenv("HOSTNAME"), System.getenv("COMPUTERNAME"));
  }

  /** The system is asked for no name of the host: that may take seconds where there is no DNS. */
  static String unique(@Nullable String... hosts) {
    String host = "java";
    for (String each : hosts) {
      if (each != null && !each.isBlank()) {
        host = each;
        break;
      }
    }
    String plain = host.replaceAll("[^A-Za-z0-9._-]", "-");
    return plain.substring(0, Math.min(plain.length(), Limits.CLIENT_NAME_LENGTH_MAX / 2))
        + "-"
        + ProcessHandle.current().pid()
        + "-"
        + Long.toHexString(RANDOM.nextLong());
  }
}

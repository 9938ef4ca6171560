package dev.muster.subscriber;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is.
 *
 * @param client the name that it gives itself, which no other has; absent for one without a name
 * @param address where it comes from
 * @param agent what it says that it is: its User-Agent, cut
 */
public record Identity(@Nullable String client, String address, String agent) {
  /** What a name may look like, for people. */
  public static final String NAME_RULE =
      "1 to "
          + SubscriberLimits.CLIENT_LENGTH_MAX
          + " visible characters of ASCII, without space and slash";

  private static final Pattern NAME =
      Pattern.compile("[!-.0-~]{1," + SubscriberLimits.CLIENT_LENGTH_MAX + "}");

  public Identity {
    if (client != null && !isName(client)) {
      throw new IllegalArgumentException("a client's name is " + NAME_RULE);
    }
    address = cut(address);
    agent = cut(agent);
  }

  public static boolean isName(String client) {
    return NAME.matcher(client).matches();
  }

  static String cut(String text) {
    return text.length() <= SubscriberLimits.TEXT_LENGTH_MAX
        ? text
        : text.substring(0, SubscriberLimits.TEXT_LENGTH_MAX);
  }
}

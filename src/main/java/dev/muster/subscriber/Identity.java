package dev.muster.subscriber;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is.
 *
 * @param client the name that it gives itself, which no other has; absent for one without a name
 * @param address where it comes from
 * @param agent what it says that it is: its User-Agent, shortened
 */
public record Identity(@Nullable String client, String address, String agent) {
  /** What a name may look like, for people. */
  public static final String NAME_RULE =
      "1 to "
          + SubscriberLimits.CLIENT_LENGTH_MAX
          + " visible characters of ASCII, without space and slash";

  private static final Pattern NAME =
      Pattern.compile("[!-.0-~]{1," + SubscriberLimits.CLIENT_LENGTH_MAX + "}");

  private static final int HASH_BYTES = 16;

  public Identity {
    if (client != null && !isName(client)) {
      throw new IllegalArgumentException("a client's name is " + NAME_RULE);
    }
    address = shortened(address);
    agent = shortened(agent);
  }

  public static boolean isName(String client) {
    return NAME.matcher(client).matches();
  }

  /**
   * A text that is told and kept, of at most {@link SubscriberLimits#TEXT_LENGTH_MAX} characters.
   * Of a longer one, its beginning and a hash of the whole: texts that only begin alike are not the
   * same, as two clients, or two views, that pass for one would confirm for each other.
   */
  static String shortened(String text) {
    if (text.length() <= SubscriberLimits.TEXT_LENGTH_MAX) {
      return text;
    }
    String hash = HexFormat.of().formatHex(sha256(text), 0, HASH_BYTES);
    return text.substring(0, SubscriberLimits.TEXT_LENGTH_MAX - 1 - hash.length()) + "#" + hash;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java platform has it
    }
  }
}

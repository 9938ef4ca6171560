package dev.muster.coordination;

import dev.muster.core.Bytes;
import dev.muster.core.Session;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What proves that a caller may use a session: 16 random bytes, told once, to the one who opened
 * it. In text: 32 hexadecimal digits.
 */
public final class SessionSecret {
  private static final int BYTES = 16;
  private static final HexFormat HEX = HexFormat.of();

  private SessionSecret() {}

  static Bytes random(SecureRandom random) {
    byte[] secret = new byte[BYTES];
    random.nextBytes(secret);
    return Bytes.wrap(secret);
  }

  static String format(Bytes secret) {
    return HEX.formatHex(secret.array());
  }

  /**
   * Whether this text is the session's secret. Takes as long for a wrong one as for the right one.
   */
  public static boolean matches(Session session, String text) {
    byte[] offered;
    try {
      offered = HEX.parseHex(text);
    } catch (IllegalArgumentException notHexadecimal) {
      offered = new byte[0];
    }
    return MessageDigest.isEqual(session.secret().array(), offered) && offered.length > 0;
  }
}

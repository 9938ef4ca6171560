package dev.muster.door.rest;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Content types as clients send them. */
final class MediaTypes {
  static final String DEFAULT = "application/octet-stream";

  private static final String TOKEN = "[A-Za-z0-9!#$&^_.+'*`|~%-]{1,127}";
  private static final Pattern TYPE =
      Pattern.compile(
          TOKEN
              + "/"
              + TOKEN
              + "(?:[ \\t]*;[ \\t]*"
              + TOKEN
              + "=(?:"
              + TOKEN
              + "|\"[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]{0,127}\")){0,8}");

  /** What curl sends of itself with every body; nobody who writes a content means it. */
  private static final String FORM = "application/x-www-form-urlencoded";

  private MediaTypes() {}

  /**
   * The type that a content is kept with: as sent, or {@link #DEFAULT} if none was, or that of a
   * form.
   *
   * @throws Problem {@link Code#UNSUPPORTED_MEDIA_TYPE}
   */
  static String ofContent(@Nullable String sent) {
    String type = check(sent == null ? DEFAULT : sent);
    int parameters = type.indexOf(';');
    String bare = parameters < 0 ? type : type.substring(0, parameters).trim();
    return bare.equalsIgnoreCase(FORM) ? DEFAULT : type;
  }

  /**
   * Checks a media type, and keeps it as it is.
   *
   * @throws Problem {@link Code#UNSUPPORTED_MEDIA_TYPE}
   */
  static String check(String type) {
    String trimmed = type.trim();
    if (trimmed.length() > 256 || trimmed.contains("*") || !TYPE.matcher(trimmed).matches()) {
      throw new Problem(
          Code.UNSUPPORTED_MEDIA_TYPE,
          "Content-Type is kept with the content and must be a media type of at most 256"
              + " characters, such as 'application/yaml' or 'text/plain; charset=utf-8'");
    }
    return trimmed;
  }
}

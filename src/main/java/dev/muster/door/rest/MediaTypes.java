package dev.muster.door.rest;

import dev.muster.config.Content;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Content types as clients send them. */
final class MediaTypes {
  static final String DEFAULT = Content.TYPE_DEFAULT;

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
    if (!Content.isType(trimmed)) {
      throw new Problem(
          Code.UNSUPPORTED_MEDIA_TYPE,
          "Content-Type is kept with the content and must be " + Content.TYPE_RULE);
    }
    return trimmed;
  }

  /**
   * Demands that a body is of one of some types, with UTF-8 if it has a charset.
   *
   * @param header in which the refusal lists the types, as {@code Accept-Patch}
   * @throws Problem {@link Code#UNSUPPORTED_MEDIA_TYPE}
   */
  static void demand(@Nullable String sent, String header, String... types) {
    if (sent == null || !isOneOf(sent, types)) {
      throw unsupported(sent, types).header(header, String.join(", ", types));
    }
  }

  /** As {@link #demand}; but a body without a type, or with that of a form, is taken for one. */
  static void demandUnlessDefault(@Nullable String sent, String... types) {
    if (!ofContent(sent).equals(DEFAULT) && !isOneOf(ofContent(sent), types)) {
      throw unsupported(sent, types);
    }
  }

  private static Problem unsupported(@Nullable String sent, String... types) {
    return new Problem(
        Code.UNSUPPORTED_MEDIA_TYPE,
        (sent == null ? "the body has no Content-Type" : "the body is '" + sent + "'")
            + "; here, send "
            + String.join(" or ", types));
  }

  private static boolean isOneOf(String sent, String... types) {
    String[] parts = sent.toLowerCase(Locale.ROOT).replace("\"", "").split(";", -1);
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].trim();
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        return false;
      }
    }
    return Arrays.asList(types).contains(parts[0].trim());
  }
}

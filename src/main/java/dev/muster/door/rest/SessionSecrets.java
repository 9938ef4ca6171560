package dev.muster.door.rest;

import dev.muster.coordination.SessionId;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Session ids and secrets in requests. */
final class SessionSecrets {
  static final String HEADER = "Muster-Session-Secret";

  private SessionSecrets() {}

  /** The secret that the request carries. */
  static String of(RoutingContext context) {
    String secret = Headers.single(context, HEADER);
    if (secret == null) {
      throw new Problem(
              Code.INVALID_SECRET,
              "the header "
                  + HEADER
                  + " is missing; it carries the secret that was shown when the session was opened")
          .with("header", HEADER);
    }
    return secret;
  }

  /** A session's id. What cannot be one names no session that exists. */
  static long id(@Nullable String text) {
    return SessionId.parse(text == null ? "" : text)
        .orElseThrow(
            () ->
                new Problem(
                    Code.UNKNOWN_SESSION,
                    "a session's id is 1 to 16 hexadecimal digits in lower case, as it was given"
                        + " when the session was opened"));
  }
}

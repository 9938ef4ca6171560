package dev.muster.door.rest;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.resteasy.reactive.common.util.MediaTypeHelper;
import org.jspecify.annotations.Nullable;

/** Request headers, read strictly. */
public final class Headers {
  private static final String WANTS_EVENTS = Headers.class.getName() + ".wantsEvents";

  public static final String MIN_REVISION = "Muster-Min-Revision";
  public static final String LAST_EVENT_ID = "Last-Event-ID";

  private Headers() {}

  /** The header's value; absent if it was not sent. Sent twice, it is refused. */
  public static @Nullable String single(RoutingContext context, CharSequence name) {
    String value = context.request().headers().get(name);
    if (value == null) {
      return null;
    }
    List<String> values = context.request().headers().getAll(name);
    if (values.size() > 1) {
      throw new Problem(Code.INVALID_HEADER, "the header " + name + " was sent more than once")
          .with("header", name.toString());
    }
    return value;
  }

  /** A revision in a header; -1 if it was not sent. */
  public static long revision(RoutingContext context, String name) {
    String value = single(context, name);
    if (value == null) {
      return -1;
    }
    long revision = Numbers.whole(value);
    if (revision < 0) {
      throw new Problem(
              Code.INVALID_HEADER,
              "the header " + name + " is a revision: a whole number from 0 on, plain digits")
          .with("header", name);
    }
    return revision;
  }

  /** The seconds of {@code Prefer: wait=N}, capped; 0 if it was not sent. */
  public static int waitSeconds(RoutingContext context) {
    String prefer = context.request().headers().get("Prefer");
    if (prefer == null) {
      return 0;
    }
    for (String preference :
        String.join(",", context.request().headers().getAll("Prefer")).split("[,;]", -1)) {
      String[] parts = preference.trim().toLowerCase(Locale.ROOT).split("=", 2);
      if (parts[0].trim().equals("wait")) {
        long seconds = parts.length == 2 ? Numbers.whole(parts[1].trim().replace("\"", "")) : -1;
        if (seconds < 0) {
          throw new Problem(
                  Code.INVALID_HEADER,
                  "'Prefer: wait=' takes a whole number of seconds, up to "
                      + RestLimits.WAIT_SECONDS_MAX)
              .with("header", "Prefer");
        }
        return (int) Math.min(seconds, RestLimits.WAIT_SECONDS_MAX);
      }
    }
    return 0; // other preferences may be ignored, says RFC 7240
  }

  /** A little less than asked for, at random, so that polls that began together do not end so. */
  static long jitteredMillis(int seconds) {
    double cut = ThreadLocalRandom.current().nextDouble() * RestLimits.WAIT_JITTER;
    return Math.max(1, (long) (seconds * 1_000L * (1 - cut)));
  }

  /**
   * Refuses an Accept that the framework cannot read: it would fail while it looks for how to
   * answer, and then again while it answers that.
   *
   * @throws Problem {@link Code#INVALID_HEADER}
   */
  static void checkAccept(HttpServerRequest request) {
    for (String accept : request.headers().getAll(HttpHeaderNames.ACCEPT)) {
      if (accept.equals("*/*")) {
        continue;
      }
      try {
        // A copy of two, as the weights of a single type are not looked at.
        List<MediaType> types = new ArrayList<>(MediaTypeHelper.parseHeader(accept));
        types.add(MediaType.WILDCARD_TYPE);
        MediaTypeHelper.sortByWeight(types);
      } catch (RuntimeException malformed) {
        throw new Problem(
                Code.INVALID_HEADER,
                "the header Accept is a list of media types, such as"
                    + " 'application/json, text/plain;q=0.5'")
            .with("header", "Accept");
      }
    }
  }

  /**
   * Keeps what Accept says from the framework, whose negotiation costs a tenth of a read and knows
   * no contents whose type is only known with them. An answer has the type that it has, as RFC 9110
   * (12.5.1) allows; only streams are asked for by Accept.
   */
  static void setAcceptAside(RoutingContext context) {
    MultiMap headers = context.request().headers();
    String accept = headers.get(HttpHeaderNames.ACCEPT);
    if (accept != null) {
      headers.remove(HttpHeaderNames.ACCEPT);
      // A stream has no end at which a HEAD of it would be answered: it gets that of the page.
      if (context.request().method() != HttpMethod.HEAD
          && accept.trim().toLowerCase(Locale.ROOT).startsWith("text/event-stream")) {
        context.put(WANTS_EVENTS, true);
      }
    }
  }

  /** Whether the client asks for server-sent events before anything else. */
  public static boolean wantsEvents(RoutingContext context) {
    return context.get(WANTS_EVENTS) != null;
  }
}

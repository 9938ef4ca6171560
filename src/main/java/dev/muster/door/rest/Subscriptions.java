package dev.muster.door.rest;

import dev.muster.core.Path;
import dev.muster.subscriber.Identity;
import dev.muster.subscriber.Kind;
import dev.muster.subscriber.Seat;
import dev.muster.subscriber.Subscribers;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells {@link Subscribers} of the requests by which clients follow something: what each says that
 * it has, and what it is told.
 */
@Singleton
public class Subscriptions {
  /** The name of a client, which no other has: it tells its requests from others', anywhere. */
  public static final String CLIENT = "Muster-Client";

  /** Query parameters that make no other view: how it is read, and from where. */
  private static final Set<String> NO_VIEW = Set.of(Query.CONSISTENCY, Query.FROM);

  private final Subscribers subscribers;

  Subscriptions(Subscribers subscribers) {
    this.subscribers = subscribers;
  }

  /**
   * A GET that may be one of a subscriber; before the state is looked at. One without a name, that
   * has nothing and waits for nothing, only looks; so does one for a later page.
   */
  Seat poll(RoutingContext context, Query query, Path path) {
    String client = client(context);
    List<Long> known = EntityTag.known(context);
    boolean follows =
        client != null || !known.isEmpty() || context.request().headers().contains("Prefer");
    return !follows || query.text(Query.CURSOR) != null
        ? Seat.NONE
        : follow(context, path, client, Kind.POLL, known.isEmpty() ? null : Collections.min(known));
  }

  /** A stream; before the state is looked at. */
  Seat stream(RoutingContext context, Path path, long from) {
    Seat seat = follow(context, path, client(context), Kind.STREAM, from < 0 ? null : from);
    context.addEndHandler(ended -> seat.leave());
    return seat;
  }

  private Seat follow(
      RoutingContext context, Path path, @Nullable String client, Kind kind, @Nullable Long known) {
    String address =
        context.request().remoteAddress() == null
            ? ""
            : String.valueOf(context.request().remoteAddress().hostAddress());
    String agent = context.request().getHeader(HttpHeaderNames.USER_AGENT);
    return subscribers.follow(
        path,
        new Identity(client, address, agent == null ? "" : agent),
        kind,
        view(context.request().query()),
        known);
  }

  private static String view(@Nullable String query) {
    return query == null || query.isEmpty()
        ? ""
        : Arrays.stream(query.split("&", -1))
            .filter(pair -> !NO_VIEW.contains(pair.replaceFirst("=.*", "")))
            .sorted()
            .collect(Collectors.joining("&"));
  }

  /**
   * The name that a client gives itself.
   *
   * @throws Problem {@link Code#INVALID_HEADER}
   */
  static @Nullable String client(RoutingContext context) {
    String client = Headers.single(context, CLIENT);
    if (client != null && !Identity.isName(client)) {
      throw new Problem(
              Code.INVALID_HEADER,
              "the header " + CLIENT + " is the name of a client: " + Identity.NAME_RULE)
          .with("header", CLIENT);
    }
    return client;
  }

  /** Has the subscriber counted as told of what it is answered, and its request as over then. */
  static Uni<Answer> counted(Seat seat, Uni<Answer> answer) {
    return seat == Seat.NONE
        ? answer
        : answer
            .onTermination()
            .invoke(
                (told, failure, cancelled) -> {
                  if (told != null && told.etag() >= 0) {
                    seat.told(told.etag());
                  }
                  seat.leave();
                });
  }
}

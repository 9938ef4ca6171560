package dev.muster.door.rest;

import dev.muster.coordination.Sessions;
import dev.muster.ledger.Ledger;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Set;

/** Begins the streams that keep sessions alive. */
@Singleton
public class LeaseStreams {
  /** What becomes of the session when the stream is closed. */
  static final String ON_CLOSE = "onClose";

  private final Ledger ledger;
  private final Sessions sessions;
  private final Watchers watchers;
  private final Vertx vertx;

  LeaseStreams(Ledger ledger, Sessions sessions, Watchers watchers, Vertx vertx) {
    this.ledger = ledger;
    this.sessions = sessions;
    this.watchers = watchers;
    this.vertx = vertx;
  }

  /** Whether the session is to end with the stream; else it does after its time to live. */
  static boolean endsOnClose(RoutingContext context) {
    Query query = Query.of(context, Set.of(ON_CLOSE));
    if (!Headers.wantsEvents(context)) {
      throw new Problem(
          Code.INVALID_HEADER,
          "this is a stream, for as long as which the lease is kept: ask for it with 'Accept:"
              + " text/event-stream'");
    }
    String what = query.text(ON_CLOSE);
    if (what == null || what.equals("expire")) {
      return false;
    }
    if (what.equals("end")) {
      return true;
    }
    throw Query.invalid(
        ON_CLOSE, "is 'expire' (default: the ttl begins), or 'end' for ending with the stream");
  }

  /** Answers with the stream, to a client whose right to it was looked at. */
  Answer answer(RoutingContext context, long session, long ttlMillis, boolean endsOnClose) {
    watchers.demandRoom(context);
    return Answer.of(200, ledger.local())
        .withHeader("Cache-Control", "no-store")
        .withHeader("X-Accel-Buffering", "no")
        .withStream(
            "text/event-stream",
            routing ->
                new LeaseStream(
                        routing,
                        vertx,
                        ledger,
                        sessions,
                        watchers,
                        new LeaseStream.Terms(session, ttlMillis, endsOnClose))
                    .begin());
  }
}

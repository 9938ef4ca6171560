package dev.muster.door.rest;

import dev.muster.coordination.SessionId;
import dev.muster.coordination.Sessions;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.UnavailableException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A stream that is itself the sign of life of a session: while it is open, this node says that it
 * has heard of it. Everything in it happens on its event loop.
 *
 * <p>It may be over for the client (who closed it, or whose connection broke), for the session
 * (which has ended), or for this node, which is about to stop: that is nothing that the client has
 * done, and ends no session. Nor does it if this node dies.
 */
final class LeaseStream {
  /** An end of the session is told to its stream within this. */
  static final long LOOK_MILLIS = 500;

  private static final Logger LOG = Logger.getLogger(LeaseStream.class);

  private final HttpServerResponse response;
  private final RoutingContext routing;
  private final Vertx vertx;
  private final Context loop;
  private final Ledger ledger;
  private final Sessions sessions;
  private final Watchers watchers;
  private final Terms terms;
  private final long hearMillis;
  private final long commentMillis;
  private Watchers.@Nullable Place place;
  private long timer = -1;
  private long heardAtMillis;
  private long writtenAtMillis;
  private long takenAtMillis;
  private boolean over;

  /**
   * What is kept, and how.
   *
   * @param endsOnClose whether the session is to end with the stream
   */
  record Terms(long session, long ttlMillis, boolean endsOnClose) {}

  LeaseStream(
      RoutingContext routing,
      Vertx vertx,
      Ledger ledger,
      Sessions sessions,
      Watchers watchers,
      Terms terms) {
    this.routing = routing;
    this.response = routing.response();
    this.vertx = vertx;
    this.loop = vertx.getOrCreateContext();
    this.ledger = ledger;
    this.sessions = sessions;
    this.watchers = watchers;
    this.terms = terms;
    this.hearMillis = terms.ttlMillis / 3;
    this.commentMillis = Math.min(RestLimits.STREAM_BOOKMARK_MILLIS, hearMillis);
  }

  void begin() {
    response.setChunked(true);
    response.closeHandler(closed -> closedByClient());
    response.exceptionHandler(broken -> closedByClient());
    if (response.closed()) {
      closedByClient();
      return;
    }
    Watchers.Place taken;
    try {
      taken = watchers.enter(routing);
    } catch (Problem full) {
      say(new StreamEvent("problem", Problems.json(full)));
      finish();
      return;
    }
    place = taken;
    takenAtMillis = nowMillis();
    timer = vertx.setPeriodic(Math.min(LOOK_MILLIS, commentMillis), fired -> look());
    say(
        new StreamEvent(
            "kept",
            Map.of(
                "session", SessionId.format(terms.session),
                "ttlSeconds", Seconds.ofMillis(terms.ttlMillis))));
    hear();
    taken.whenDraining(() -> loop.runOnContext(stopping -> stop()));
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }

  private void look() {
    if (over) {
      return;
    }
    long now = nowMillis();
    if (!ledger.local().sessions().containsKey(terms.session)) {
      say(new StreamEvent("ended", Map.of("session", SessionId.format(terms.session))));
      finish();
      return;
    }
    if (response.writeQueueFull()) {
      // Comments are tiny: whoever takes none of them for so long is not there any more.
      if (now - takenAtMillis > terms.ttlMillis) {
        closedByClient();
        response.reset();
      }
      return;
    }
    takenAtMillis = now;
    if (now - heardAtMillis >= hearMillis) {
      hear();
    }
    if (now - writtenAtMillis >= commentMillis) {
      write(":\n\n");
    }
  }

  /** While nobody leads, nobody can hear it; the next leader gives everybody a full ttl. */
  private void hear() {
    heardAtMillis = nowMillis();
    try {
      sessions.heard(terms.session);
    } catch (UnavailableException nobodyLeads) {
      heardAtMillis -= hearMillis; // the next look tries again
    }
  }

  /** This node stops; the client connects to another one, before the session's time is over. */
  private void stop() {
    if (!over) {
      say(new StreamEvent("moved", Map.of("session", SessionId.format(terms.session))));
      finish();
    }
  }

  private void closedByClient() {
    boolean ends = !over && terms.endsOnClose && !watchers.isDraining();
    end();
    if (ends) {
      var unused =
          sessions
              .end(terms.session)
              .whenComplete(
                  (closed, failed) -> {
                    if (failed != null) {
                      LOG.debugf(failed, "a session whose stream was closed ends by its ttl");
                    }
                  });
    }
  }

  private void say(StreamEvent event) {
    write("event: " + event.name() + "\ndata: " + event.data() + "\n\n");
  }

  private void write(String text) {
    writtenAtMillis = nowMillis();
    response.write(Buffer.buffer(text));
  }

  private void finish() {
    end();
    response.end();
  }

  private void end() {
    over = true;
    vertx.cancelTimer(timer);
    Watchers.Place taken = place;
    if (taken != null) {
      taken.leave();
    }
  }
}

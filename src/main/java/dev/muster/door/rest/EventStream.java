package dev.muster.door.rest;

import dev.muster.core.Event;
import dev.muster.core.State;
import dev.muster.ledger.Ledger;
import dev.muster.subscriber.Seat;
import dev.muster.watch.Changes;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream. It pulls: the next changes are asked for when the client has taken the last
 * ones, so a slow reader costs what one batch of references costs and no more. Everything in it
 * happens on its event loop.
 *
 * <p>An {@code id:} stands on the last event of its revision only: a client that resumes by it has
 * seen all of that revision, or sees all of it again.
 */
final class EventStream {
  private static final String COMMENT = ":\n\n";

  private final HttpServerResponse response;
  private final RoutingContext routing;
  private final Vertx vertx;
  private final Context loop;
  private final Ledger ledger;
  private final Look.At where;
  private final Function<Event, @Nullable StreamEvent> describe;
  private final Watchers watchers;
  private final Seat seat;
  private final Pace pace;
  private Watchers.@Nullable Place place;
  private long after;
  private long timer = -1;
  private long takenAtMillis = System.nanoTime() / 1_000_000;
  private boolean quiet = true;
  private boolean encoding;
  private boolean over;
  private List<Event> pending = List.of();
  private int next;
  private long upTo;
  private @Nullable CompletableFuture<Changes> changes;

  EventStream(
      RoutingContext routing,
      Vertx vertx,
      Ledger ledger,
      Look.At where,
      Function<Event, @Nullable StreamEvent> describe,
      long after,
      Watchers watchers,
      Seat seat,
      Pace pace) {
    this.seat = seat;
    this.pace = pace;
    this.routing = routing;
    this.response = routing.response();
    this.vertx = vertx;
    this.loop = vertx.getOrCreateContext();
    this.ledger = ledger;
    this.where = where;
    this.describe = describe;
    this.after = after;
    this.watchers = watchers;
  }

  /**
   * How long a stream is quiet, and how long its client may be.
   *
   * @param bookmarkMillis an idle stream tells how far it has seen this often
   * @param stallMillis a client that takes nothing for so long is disconnected
   */
  record Pace(long bookmarkMillis, long stallMillis) {
    static final Pace DEFAULT =
        new Pace(RestLimits.STREAM_BOOKMARK_MILLIS, RestLimits.STREAM_STALL_MILLIS);
  }

  /** Begins: with what was missed, if that is known; else with a bookmark of the beginning. */
  void begin() {
    response.setChunked(true);
    response.closeHandler(closed -> end());
    response.exceptionHandler(broken -> end());
    if (response.closed()) {
      return;
    }
    Watchers.Place taken;
    try {
      taken = watchers.enter(routing);
    } catch (Problem full) {
      fail(full);
      return;
    }
    place = taken;
    timer = vertx.setPeriodic(pace.bookmarkMillis, fired -> tick());
    CompletableFuture<Changes> first = ledger.changes(where.scope(), where.path(), after);
    // Whatever it is, it takes the head along: none of the first changes may be for this client.
    write(first.isDone() ? COMMENT : bookmark(after));
    seat.told(after);
    follow(first);
    taken.whenDraining(() -> loop.runOnContext(stopping -> stop()));
  }

  /** This node stops: says how far the client has seen, and ends; it resumes elsewhere. */
  private void stop() {
    if (!over) {
      if (next >= pending.size() && !encoding && !response.writeQueueFull()) {
        write(bookmark(after));
      }
      close();
    }
  }

  private void pull() {
    follow(ledger.changes(where.scope(), where.path(), after));
  }

  private void follow(CompletableFuture<Changes> future) {
    changes = future;
    var unused =
        future.whenComplete((what, error) -> loop.runOnContext(back -> take(future, what, error)));
  }

  private void take(
      CompletableFuture<Changes> from, @Nullable Changes what, @Nullable Throwable error) {
    if (over || from != changes) {
      return;
    }
    changes = null;
    if (what instanceof Changes.Batch batch) {
      pending = batch.events();
      next = 0;
      upTo = batch.upTo();
      send();
    } else if (what instanceof Changes.Compacted compacted) {
      write("event: reset\ndata: {\"oldest\":" + compacted.oldest() + "}\n\n");
      close();
    } else {
      fail(error == null ? new IllegalStateException("no changes") : error);
    }
  }

  /** Says what went wrong, and ends: the client connects again, and resumes. */
  private void fail(Throwable error) {
    String problem = new StreamEvent("problem", Problems.json(Problems.of(error))).data();
    write("event: problem\ndata: " + problem + "\n\n");
    close();
  }

  /** Sends pending events a revision at a time, until the client's buffer is full. */
  private void send() {
    try {
      sendPending();
    } catch (RuntimeException failed) {
      if (!over) {
        fail(failed);
      }
    }
  }

  private void sendPending() {
    while (next < pending.size()) {
      if (over) {
        return;
      }
      if (response.writeQueueFull()) {
        response.drainHandler(
            drained -> {
              takenAtMillis = System.nanoTime() / 1_000_000;
              response.drainHandler(null);
              send();
            });
        return;
      }
      List<Event> events = nextRevision();
      next += events.size();
      if (contentBytes(events) > Workers.AT_ONCE_BYTES_MAX) {
        encodeElsewhere(events);
        return;
      }
      write(encode(events));
    }
    pending = List.of();
    after = Math.max(after, upTo);
    seat.told(after);
    pull();
  }

  /** The events of the next revision. */
  private List<Event> nextRevision() {
    int end = next;
    while (end < pending.size() && pending.get(end).revision() == pending.get(next).revision()) {
      end++;
    }
    return pending.subList(next, end);
  }

  private static long contentBytes(List<Event> events) {
    return events.stream().mapToLong(event -> event.node().data().length()).sum();
  }

  /** Large contents may be in it: not on the event loop, which has others to serve. */
  private void encodeElsewhere(List<Event> events) {
    encoding = true;
    vertx
        .executeBlocking(() -> encode(events), false)
        .onComplete(
            done ->
                loop.runOnContext(
                    back -> {
                      encoding = false;
                      if (over) {
                        return;
                      }
                      if (done.failed()) {
                        fail(done.cause());
                        return;
                      }
                      write(done.result());
                      send();
                    }));
  }

  /** The events of a revision, as far as they are for this client; empty if none is. */
  private String encode(List<Event> events) {
    StringBuilder text = new StringBuilder();
    int lastStart = -1;
    for (Event each : events) {
      StreamEvent event = describe.apply(each);
      if (event != null) {
        lastStart = text.length();
        text.append("event: ").append(event.name()).append('\n');
        text.append("data: ").append(event.data()).append("\n\n");
      }
    }
    return lastStart < 0
        ? ""
        : text.insert(lastStart, "id: " + events.get(0).revision() + "\n").toString();
  }

  private void tick() {
    if (over) {
      return;
    }
    if (response.writeQueueFull()) {
      if (System.nanoTime() / 1_000_000 - takenAtMillis > pace.stallMillis) {
        disconnect();
      }
      return;
    }
    takenAtMillis = System.nanoTime() / 1_000_000;
    if (quiet) {
      State state = ledger.local();
      boolean seenAll =
          next >= pending.size()
              && !encoding
              && where.scope().lastTouched(state, where.path()) <= after;
      if (seenAll) {
        after = Math.max(after, state.revision());
        write(bookmark(after));
      } else {
        write(COMMENT);
      }
    }
    quiet = true;
  }

  /** At once: Vert.x' own close would wait until the client has taken what is on its way. */
  private void disconnect() {
    if (routing.request().version() != HttpVersion.HTTP_2
        && routing.request().connection() instanceof ConnectionBase connection) {
      // Not the channel: its close begins where Vert.x waits, too.
      var unused = connection.channelHandlerContext().close();
    } else {
      response.reset();
    }
  }

  private static String bookmark(long revision) {
    return "id: " + revision + "\nevent: bookmark\ndata: {\"revision\":" + revision + "}\n\n";
  }

  private void write(String text) {
    if (text.isEmpty()) {
      return;
    }
    quiet = false;
    response.write(Buffer.buffer(text));
  }

  private void close() {
    end();
    response.end();
  }

  private void end() {
    if (over) {
      return;
    }
    over = true;
    vertx.cancelTimer(timer);
    seat.leave();
    if (place != null) {
      place.leave();
    }
    pending = List.of();
    CompletableFuture<Changes> waiting = changes;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }
}

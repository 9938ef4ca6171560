package dev.muster.door.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Event;
import dev.muster.core.Path;
import dev.muster.ledger.LocalLedger;
import dev.muster.subscriber.Seat;
import dev.muster.watch.Scope;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to a stream while it is open, on a server with nothing else. */
@Timeout(60)
class EventStreamTest {
  private static final Path PATH = Path.of("/x");
  private static final long NEVER = 3_600_000;

  private final Vertx vertx = Vertx.vertx();
  private final LocalLedger ledger = new LocalLedger();
  private final Watchers watchers = new Watchers(new SimpleMeterRegistry());

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    ledger.close();
  }

  private Socket open(EventStream.Pace pace, Function<Event, StreamEvent> describe)
      throws Exception {
    return open(Scope.SUBTREE, pace, describe);
  }

  private Socket open(Scope scope, EventStream.Pace pace, Function<Event, StreamEvent> describe)
      throws Exception {
    Router router = Router.router(vertx);
    router
        .get()
        .handler(
            context ->
                new EventStream(
                        context,
                        vertx,
                        ledger,
                        new Look.At(scope, PATH),
                        describe,
                        ledger.local().revision(),
                        watchers,
                        Seat.NONE,
                        pace)
                    .begin());
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(30, TimeUnit.SECONDS);
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    socket.setSoTimeout(30_000);
    Http.write(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    return socket;
  }

  private static StreamEvent describe(Event event) {
    return new StreamEvent("put", Map.of("text", "x".repeat(10_000)));
  }

  private long put(Path path, String text) {
    ledger
        .submit(
            new Command.Transact(
                List.of(),
                List.of(new Change.Put(path, Bytes.utf8(text), Change.attributes(Map.of())))))
        .join();
    return ledger.local().revision();
  }

  @Test
  void anIdleStreamTellsHowFarItHasSeen() throws Exception {
    put(PATH, "x");
    long begin = ledger.local().revision();
    try (Socket socket = open(new EventStream.Pace(20, NEVER), EventStreamTest::describe)) {
      Http.readUntil(socket, "event: bookmark\ndata: {\"revision\":" + begin + "}\n\n");
      long elsewhere = put(Path.of("/y"), "y");
      Http.readUntil(
          socket,
          "id: " + elsewhere + "\nevent: bookmark\ndata: {\"revision\":" + elsewhere + "}\n\n");
    }
    Http.await("the stream has ended", () -> watchers.count() == 0);
  }

  @Test
  void whatChangesBelowANodeDoesNotKeepItsStreamFromTellingHowFarItHasSeen() throws Exception {
    put(PATH, "x");
    try (Socket socket =
        open(Scope.NODE, new EventStream.Pace(20, NEVER), EventStreamTest::describe)) {
      Http.readUntil(socket, "\n\n");
      long below = put(PATH.child("below"), "y");
      Http.readUntil(socket, "event: bookmark\ndata: {\"revision\":" + below + "}\n\n");
    }
  }

  @Test
  void whatIsForgottenMeanwhileResetsTheStream() throws Exception {
    try (Socket socket = open(new EventStream.Pace(NEVER, NEVER), EventStreamTest::describe)) {
      Http.readUntil(socket, "\n\n");
      ledger.holdBack();
      ledger.submitElsewhere(
          new Command.Transact(
              List.of(),
              List.of(new Change.Put(PATH, Bytes.utf8("x"), Change.attributes(Map.of())))));
      ledger.restoreFromSnapshot();
      String rest = rest(socket, "event: reset");
      assertTrue(rest.contains("data: {\"oldest\":" + ledger.local().revision() + "}\n\n"), rest);
      assertFalse(rest.contains("event: put"), rest);
    }
    assertEquals(0, watchers.count());
  }

  @Test
  void aFailureIsTold() throws Exception {
    try (Socket socket = open(new EventStream.Pace(NEVER, NEVER), EventStreamTest::describe)) {
      Http.readUntil(socket, "\n\n");
      ledger.close();
      String rest = rest(socket, "event: problem");
      assertTrue(rest.contains("\"status\":503,\"code\":\"unavailable\""), rest);
    }
    assertEquals(0, watchers.count());
  }

  @Test
  void aFaultOfOursIsToldToo() throws Exception {
    try (Socket socket =
        open(
            new EventStream.Pace(NEVER, NEVER),
            event -> {
              throw new IllegalStateException("a fault");
            })) {
      Http.readUntil(socket, "\n\n");
      put(PATH, "x");
      String rest = rest(socket, "event: problem");
      assertTrue(rest.contains("\"code\":\"internal-error\""), rest);
      assertFalse(rest.contains("a fault"), rest);
    }
  }

  @Test
  void aNodeThatStopsEndsTheStreamWithABookmark() throws Exception {
    try (Socket socket = open(new EventStream.Pace(NEVER, NEVER), EventStreamTest::describe)) {
      Http.readUntil(socket, "\n\n");
      long revision = put(PATH, "x");
      Http.readUntil(socket, "event: put");
      watchers.drain(true);
      String rest = rest(socket, "event: bookmark");
      assertTrue(rest.contains("data: {\"revision\":" + revision + "}\n\n"), rest);
      assertTrue(rest.endsWith("0\r\n\r\n"), rest);
    }
  }

  @Test
  void aClientThatReadsNothingIsDisconnected() throws Exception {
    try (Socket socket = open(new EventStream.Pace(20, 200), EventStreamTest::describe)) {
      Http.readUntil(socket, "\n\n");
      // More than the buffers of both sides hold.
      for (int i = 0; i < 4_000; i++) {
        put(PATH, "" + i);
      }
      assertEquals(1, watchers.count());
      Http.await("the stream has ended", () -> watchers.count() == 0);
    }
  }

  /** What comes until the stream has ended and the connection is idle, or closed. */
  private static String rest(Socket socket, String awaited) throws IOException {
    return Http.readUntil(socket, awaited) + Http.readUntil(socket, "0\r\n\r\n");
  }
}

package dev.muster.door.rest;

import static dev.muster.door.rest.InstancesResourceTest.problem;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.coordination.SessionId;
import dev.muster.duty.MemoryHeartbeats;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Leases that last as long as a stream is open, on real sockets. */
@QuarkusTest
class LeaseStreamsTest extends WaitingRequests {
  private static final String SESSIONS = "/api/v1/sessions";

  @Inject MemoryHeartbeats heartbeats;

  private String secret = "";

  @AfterEach
  void goOn() {
    watchers.drain(false);
  }

  private long open(int ttlSeconds) {
    Response opened =
        given()
            .contentType("application/json")
            .body("{\"ttlSeconds\":" + ttlSeconds + "}")
            .post(SESSIONS);
    secret = opened.path("secret");
    return SessionId.parse(opened.path("id")).getAsLong();
  }

  private Socket stream(long session, String query) throws Exception {
    return get(
        SESSIONS + "/" + SessionId.format(session) + "/stream" + query,
        "Muster-Session-Secret: " + secret + "\r\n");
  }

  private static Socket get(String path, String headers) throws Exception {
    Socket socket = Http.connect();
    Http.write(
        socket,
        "GET "
            + path
            + " HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n"
            + headers
            + "\r\n");
    return socket;
  }

  private long heardOf(long session) {
    return heartbeats.heard().stream().filter(heard -> heard == session).count();
  }

  private boolean lives(long session) {
    return ledger.local().sessions().containsKey(session);
  }

  @Test
  void anOpenStreamIsHeardOfAgainAndAgain() throws Exception {
    long session = open(2);
    try (Socket socket = stream(session, "")) {
      Http.readUntil(socket, "event: kept\ndata: {");
      for (int i = 0; i < 3; i++) {
        long before = heardOf(session);
        Http.await("heard of again", () -> heardOf(session) > before);
      }
      Http.readUntil(socket, ":\n\n");
    }
    awaitParked(0);
    assertTrue(lives(session), "its ttl has begun, and nothing more");
  }

  @Test
  void aSessionThatIsToEndWithItsStreamEndsAtOnce() throws Exception {
    long session = open(3_600);
    try (Socket socket = stream(session, "?onClose=end")) {
      Http.readUntil(socket, "event: kept");
    }
    Http.await("the session has ended", () -> !lives(session));
  }

  @Test
  void aConnectionThatIsResetIsAnEndToo() throws Exception {
    long session = open(3_600);
    try (Socket socket = stream(session, "?onClose=end")) {
      Http.readUntil(socket, "event: kept");
      socket.setSoLinger(true, 0);
    }
    Http.await("the session has ended", () -> !lives(session));
  }

  @Test
  void aNodeThatStopsEndsNoSession() throws Exception {
    long session = open(3_600);
    try (Socket socket = stream(session, "?onClose=end")) {
      Http.readUntil(socket, "event: kept");
      watchers.drain(true);
      Http.readUntil(socket, "event: moved");
      Http.readUntil(socket, "0\r\n\r\n");
    }
    awaitParked(0);
    ledger.fresh().join();
    assertTrue(lives(session));
  }

  @Test
  void theEndOfTheSessionIsToldAndEndsTheStream() throws Exception {
    long session = open(30);
    try (Socket socket = stream(session, "?onClose=end")) {
      Http.readUntil(socket, "event: kept");
      given()
          .header("Muster-Session-Secret", secret)
          .delete(SESSIONS + "/" + SessionId.format(session))
          .then()
          .statusCode(200);
      Http.readUntil(socket, "event: ended");
      Http.readUntil(socket, "0\r\n\r\n");
    }
  }

  @Test
  void anInstanceLeavesWithItsStream() throws Exception {
    String instance = "/api/v1/namespaces/" + Http.namespace() + "/services/s/instances/i";
    Response registered =
        given()
            .contentType("application/json")
            .body("{\"address\":\"10.0.0.1\",\"port\":80}")
            .put(instance);
    long session = SessionId.parse(registered.path("session")).getAsLong();
    try (Socket socket = get(instance + "/lease", "")) {
      Http.readUntil(socket, "event: kept");
      Http.await("heard of", () -> heartbeats.heard().contains(session));
    }
    awaitParked(0);
    given().get(instance).then().statusCode(200);
    try (Socket socket = get(instance + "/lease?onClose=end", "")) {
      Http.readUntil(socket, "event: kept");
    }
    Http.await("the session has ended", () -> !lives(session));
    given().get(instance).then().statusCode(404);
  }

  @Test
  void whatIsNoStreamOrNotAllowedIsRefused() {
    long session = open(30);
    String path = SESSIONS + "/" + SessionId.format(session) + "/stream";
    problem(given().header("Muster-Session-Secret", secret).get(path), 400, "invalid-header")
        .body("detail", containsString("text/event-stream"));
    problem(events().get(path + "?onClose=never"), 400, "invalid-parameter");
    problem(events().header("Muster-Session-Secret", "x").get(path), 403, "invalid-secret");
    problem(
        events().header("Muster-Session-Secret", secret).get(SESSIONS + "/1/stream"),
        404,
        "unknown-session");
    problem(
        events().get("/api/v1/namespaces/" + Http.namespace() + "/services/s/instances/i/lease"),
        404,
        "unknown-instance");
    assertFalse(heartbeats.heard().contains(1L));
  }

  private static io.restassured.specification.RequestSpecification events() {
    return given().header("Accept", "text/event-stream");
  }
}

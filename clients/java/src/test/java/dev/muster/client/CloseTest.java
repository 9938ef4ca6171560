package dev.muster.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.muster.client.MusterException.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nobody waits for a client that is closed. With the client's own timer, which ends with it. */
@Timeout(60)
class CloseTest {
  private final FakeServer server = new FakeServer();
  private final Muster client =
      Muster.builder().server(server.uri()).closeTimeout(Duration.ofMillis(50)).build();

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private MusterException failureOf(Runnable call, int requests) throws InterruptedException {
    CompletableFuture<Void> running = CompletableFuture.runAsync(call);
    server.asked(requests - 1);
    client.close();
    return (MusterException) assertThrows(ExecutionException.class, running::get).getCause();
  }

  @Test
  void aReadThatAServerDoesNotAnswerEnds() throws Exception {
    MusterException failure = failureOf(() -> client.get("a"), 1);
    assertEquals(MusterException.CLOSED, failure.code());
    assertEquals(Outcome.NOT_DONE, failure.outcome());
  }

  @Test
  void aWriteThatAServerDoesNotAnswerMayHaveHappened() throws Exception {
    MusterException failure =
        failureOf(() -> client.put("a", "x", "text/plain", Precondition.none()), 1);
    assertEquals(MusterException.CLOSED, failure.code());
    assertEquals(Outcome.UNKNOWN, failure.outcome());
  }

  @Test
  void whoPausesBeforeTheNextTryEnds() throws Exception {
    server.always(FakeServer.problem(503, "unavailable", "").with("Retry-After", "5"));
    assertEquals(MusterException.CLOSED, failureOf(() -> client.instances("cart"), 1).code());
  }

  @Test
  void whoWaitsForTheNextPageEnds() throws Exception {
    server.tell(FakeServer.json(200, 12, "{\"instances\":[],\"next\":\"c1\"}"));
    assertEquals(MusterException.CLOSED, failureOf(() -> client.instances("cart"), 2).code());
  }

  @Test
  void whoRegistersEnds() throws Exception {
    Instance instance = Instance.of("cart-1", "10.0.0.1", 8080);
    assertEquals(
        MusterException.CLOSED, failureOf(() -> client.register("cart", instance), 1).code());
  }

  @Test
  void aRegistrationCanBeClosedAfterItsClient() throws Exception {
    server.tell(
        FakeServer.json(201, 12, "{\"session\":\"7b\"}").with("Muster-Lease-Seconds", "0.1"));
    Registration registration = client.register("cart", Instance.of("cart-1", "10.0.0.1", 8080));
    server.asked(1); // the renewal, which is not answered, so that nothing comes after it
    client.close();
    registration.close();
    assertEquals(Registration.State.CLOSED, registration.state());
  }

  @Test
  void nothingIsAskedOfAClosedClient() {
    client.close();
    assertThrows(IllegalStateException.class, () -> client.get("a"));
    assertThrows(IllegalStateException.class, () -> client.listen("a", config -> {}));
    assertEquals(0, server.asked().size());
  }
}

package dev.muster.client;

import org.junit.jupiter.api.AfterEach;

/** A client of one server, by a clock of the test's. */
abstract class ServedTest {
  final FakeServer server = new FakeServer();
  final ManualTimer timer = new ManualTimer();
  final Muster client = builder().build();

  /** Called before the fields of a subclass are there. */
  MusterBuilder builder() {
    return Muster.builder()
        .server(server.uri())
        .namespace("shop")
        .with(timer, new FixedRandom(0.5));
  }

  @AfterEach
  void close() {
    server.always(FakeServer.json(200, 50, "{}"));
    client.close();
    server.close();
  }
}

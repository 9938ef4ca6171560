package dev.muster.door.dns;

import static dev.muster.door.dns.DnsWorld.at;
import static dev.muster.door.dns.DnsWorld.get;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;

/** A world behind a server of its own, on a free port, and ways to ask it. */
abstract class ServedWorld {
  static final int OTHER_TTL = 3;
  static final int UDP_MAX = 1_232;

  /** Longer than any test waits: what is closed is closed for another reason. */
  static final int IDLE_SECONDS = 600;

  final DnsWorld world = new DnsWorld();
  private final Vertx vertx = Vertx.vertx();
  final Queue<String> heard = new ConcurrentLinkedQueue<>();
  private final DnsListener listener =
      new DnsListener() {
        @Override
        public void answered(String transport, String type, String rcode) {
          heard.add(transport + " " + type + " " + rcode);
        }

        @Override
        public void dropped(String transport) {
          heard.add(transport + " dropped");
        }
      };
  private DnsServer server;
  int port;

  @BeforeEach
  void listen() {
    server = server(0);
    port = get(server.listen().toCompletionStage().toCompletableFuture());
  }

  DnsServer server(int wantedPort) {
    return server(wantedPort, IDLE_SECONDS);
  }

  DnsServer server(int wantedPort, int idleSeconds) {
    return new DnsServer(
        vertx,
        world.ledger,
        DnsSettings.of("127.0.0.1", wantedPort, "muster.", OTHER_TTL, UDP_MAX),
        new Random(1)::nextDouble,
        listener,
        idleSeconds);
  }

  @AfterEach
  void close() {
    server.close();
    get(vertx.close().toCompletionStage().toCompletableFuture());
    world.close();
  }

  SimpleResolver resolver() throws UnknownHostException {
    SimpleResolver resolver = new SimpleResolver("127.0.0.1");
    resolver.setPort(port);
    resolver.setTimeout(Duration.ofSeconds(30));
    resolver.setEDNS(-1);
    return resolver;
  }

  static Message query(String name, int type) throws IOException {
    return Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN));
  }

  void many(int count) {
    for (int i = 0; i < count; i++) {
      world.put("cart", "c-" + i, at("10.0.0." + i, 80));
    }
  }

  // ---- UDP by hand

  DatagramPacket packet(byte[] bytes) {
    return new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port);
  }

  static byte[] receive(DatagramSocket socket) throws IOException {
    DatagramPacket answer = new DatagramPacket(new byte[65_535], 65_535);
    socket.receive(answer);
    return Arrays.copyOf(answer.getData(), answer.getLength());
  }

  byte[] askRaw(byte[] query) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(30_000);
      socket.send(packet(query));
      return receive(socket);
    }
  }

  Message ask(Message query) throws IOException {
    return new Message(askRaw(query.toWire()));
  }
}

package dev.muster.door.dns;

import static dev.muster.door.dns.DnsWorld.at;
import static dev.muster.door.dns.DnsWorld.get;
import static dev.muster.door.dns.DnsWorld.telling;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What BIND's dig says of the door: a codec that is not ours. Needs dig, or is skipped. */
class DigTest {
  private final DnsWorld world = new DnsWorld();
  private final Vertx vertx = Vertx.vertx();
  private final DnsServer server =
      new DnsServer(
          vertx,
          world.ledger,
          DnsSettings.of("127.0.0.1", 0, "muster.", 1, 1_232),
          new Random(1)::nextDouble,
          new DnsListener() {
            @Override
            public void answered(String transport, String type, String rcode) {}

            @Override
            public void dropped(String transport) {}
          });
  private int port;

  @BeforeEach
  void listen() {
    port = get(server.listen().toCompletionStage().toCompletableFuture());
    world.put("payment", "p1", telling(at("10.0.0.7", 8443), "2.1", Map.of("team", "größe")));
  }

  @AfterEach
  void close() {
    server.close();
    get(vertx.close().toCompletionStage().toCompletableFuture());
    world.close();
  }

  private String dig(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "dig",
                "@127.0.0.1",
                "-p",
                Integer.toString(port),
                "+norecurse",
                "+timeout=20",
                "+tries=1"));
    command.addAll(List.of(arguments));
    Process dig;
    try {
      dig = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException missing) {
      System.err.println("SKIPPED: dig is not installed (Debian: bind9-dnsutils)");
      assumeTrue(false, "dig is not installed");
      throw missing;
    }
    String said = new String(dig.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(dig.waitFor(30, TimeUnit.SECONDS), "dig ends");
    assertEquals(0, dig.exitValue(), said);
    assertTrue(!said.contains("WARNING") && !said.contains("malformed"), said);
    return said.strip();
  }

  @Test
  void readsAllTypes() throws Exception {
    assertEquals("10.0.0.7", dig("+short", "payment.shop.muster", "A"));
    assertEquals("10.0.0.7", dig("+short", "+tcp", "PAYMENT.shop.muster", "A"));
    assertEquals(
        "0 1 8443 p1.id.payment.shop.muster.", dig("+short", "payment.shop.muster", "SRV"));
    assertTrue(
        dig("+short", "payment.shop.muster", "TXT").contains("\"version=2.1\""), "what it says");
    assertTrue(dig("+short", "muster", "SOA").startsWith("ns.muster. hostmaster.muster. "));
    assertEquals("ns.muster.", dig("+short", "muster", "NS"));
    assertEquals("\"RFC8482\" \"\"", dig("+short", "payment.shop.muster", "ANY"));
  }

  @Test
  void readsWhatThereIsNot() throws Exception {
    assertTrue(dig("cart.shop.muster").contains("status: NXDOMAIN"));
    assertTrue(dig("example.com").contains("status: REFUSED"));
    String none = dig("payment.shop.muster", "AAAA");
    assertTrue(none.contains("status: NOERROR") && none.contains("ANSWER: 0"), none);
    assertTrue(none.contains("SOA\tns.muster. hostmaster.muster. "), none);
  }

  @Test
  void agreesOnEdns() throws Exception {
    assertTrue(dig("payment.shop.muster").contains("EDNS: version: 0, flags:; udp: 1232"));
    assertTrue(dig("+noednsnegotiation", "+edns=1", "payment.shop.muster").contains("BADVERS"));
    for (int i = 0; i < 60; i++) {
      world.put("cart", "c-" + i, at("10.0.1." + i, 80));
    }
    assertTrue(dig("+noedns", "+ignore", "cart.shop.muster").contains("flags: qr aa tc;"));
    assertEquals(60, dig("+noedns", "+short", "cart.shop.muster").lines().count());
  }
}

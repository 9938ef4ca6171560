package dev.muster.door.dns;

import static dev.muster.door.dns.DnsWorld.at;
import static dev.muster.door.dns.DnsWorld.get;
import static dev.muster.door.dns.DnsWorld.telling;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.ledger.UnavailableException;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attributes;
import javax.naming.directory.DirContext;
import javax.naming.spi.NamingManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** The door as resolvers see it: on the network. */
class DnsServerTest extends ServedWorld {
  // ---- answers

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answersByUdpAndTcp(boolean tcp) throws IOException {
    many(3);
    SimpleResolver resolver = resolver();
    resolver.setTCP(tcp);
    Message query = query("CaRt.Shop.muster.", Type.A);
    query.getHeader().setFlag(Flags.RD);
    Message answer = resolver.send(query);

    Header header = answer.getHeader();
    assertEquals(Rcode.NOERROR, header.getRcode());
    assertTrue(header.getFlag(Flags.AA) && header.getFlag(Flags.QR) && header.getFlag(Flags.RD));
    assertFalse(header.getFlag(Flags.RA) || header.getFlag(Flags.TC));
    assertEquals(3, answer.getSection(Section.ANSWER).size());
    for (Record record : answer.getSection(Section.ANSWER)) {
      assertEquals("CaRt.Shop.muster.", record.getName().toString(), "as it was asked");
      assertEquals(OTHER_TTL, record.getTTL());
    }
    assertNull(answer.getOPT(), "who does not speak EDNS gets none");
    assertEquals(List.of((tcp ? "tcp" : "udp") + " A NOERROR"), List.copyOf(heard));
  }

  @ParameterizedTest
  @CsvSource({
    "pay.shop.muster.,  A,    NXDOMAIN",
    "cart.shop.muster., AAAA, NOERROR",
    "cart.shop.muster., MX,   NOERROR"
  })
  void thatThereIsNothingIsSaidForAWhile(String name, String type, String rcode)
      throws IOException {
    many(1);
    Message answer = resolver().send(query(name, Type.value(type)));
    assertEquals(rcode, Rcode.string(answer.getRcode()));
    assertEquals(List.of(), answer.getSection(Section.ANSWER));
    SOARecord soa = (SOARecord) answer.getSection(Section.AUTHORITY).get(0);
    assertEquals("muster.", soa.getName().toString());
    assertEquals(OTHER_TTL, soa.getTTL());
    assertEquals(OTHER_TTL, soa.getMinimum());
  }

  @Test
  void refusesWhatIsNotItsOwn() throws IOException {
    many(1);
    for (String name : List.of("example.", ".", "muster.example.", "notmuster.")) {
      assertEquals(Rcode.REFUSED, resolver().send(query(name, Type.A)).getRcode(), name);
    }
    Record chaos = Record.newRecord(Name.fromString("cart.shop.muster."), Type.TXT, DClass.CHAOS);
    assertEquals(Rcode.REFUSED, resolver().send(Message.newQuery(chaos)).getRcode());
    assertEquals(Rcode.REFUSED, ask(query("muster.", Type.AXFR)).getRcode());
    for (int opcode : new int[] {Opcode.NOTIFY, Opcode.UPDATE, Opcode.STATUS, 15}) {
      Message other = query("cart.shop.muster.", Type.A);
      other.getHeader().setOpcode(opcode);
      Message answer = ask(other);
      assertEquals(Rcode.NOTIMP, answer.getRcode());
      assertEquals(opcode, answer.getHeader().getOpcode());
    }
  }

  // ---- length

  @Test
  void speaksEdns() throws IOException {
    many(60); // 60 addresses take 960 bytes
    Message query = query("cart.shop.muster.", Type.A);
    query.addRecord(new OPTRecord(4_096, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
    Message answer = ask(query);
    assertEquals(60, answer.getSection(Section.ANSWER).size());
    OPTRecord opt = answer.getOPT();
    assertNotNull(opt);
    assertEquals(UDP_MAX, opt.getPayloadSize());
    assertEquals(0, opt.getFlags(), "nothing here is signed");

    Message newer = query("cart.shop.muster.", Type.A);
    newer.addRecord(new OPTRecord(4_096, 0, 1), Section.ADDITIONAL);
    Message refused = ask(newer);
    assertEquals(Rcode.BADVERS, refused.getRcode());
    assertEquals(0, refused.getOPT().getVersion());

    Message twice = query("cart.shop.muster.", Type.A);
    twice.addRecord(new OPTRecord(4_096, 0, 0), Section.ADDITIONAL);
    twice.addRecord(new OPTRecord(1_024, 0, 0), Section.ADDITIONAL);
    assertEquals(Rcode.FORMERR, ask(twice).getRcode());
  }

  @ParameterizedTest
  @CsvSource({"0, 512", "100, 512", "800, 800", "1232, 1232", "65535, 1232"})
  void whatIsTooLongForUdpIsFetchedByTcp(int payload, int bytesMax) throws IOException {
    for (int i = 0; i < 40; i++) {
      world.put("cart", "c-" + i, telling(at("10.0.0." + i, 80), "x".repeat(100), Map.of()));
    }
    Message query = query("cart.shop.muster.", Type.TXT);
    if (payload > 0) {
      query.addRecord(new OPTRecord(payload, 0, 0), Section.ADDITIONAL);
    }
    byte[] bytes = askRaw(query.toWire());
    assertTrue(bytes.length <= bytesMax, "bytes: " + bytes.length);
    Message answer = new Message(bytes);
    assertTrue(answer.getHeader().getFlag(Flags.TC));
    assertEquals(payload > 0, answer.getOPT() != null);
    assertTrue(answer.getSection(Section.ANSWER).size() > 1, "what fits is there");

    SimpleResolver resolver = resolver(); // which asks again by TCP
    Message whole = resolver.send(query("cart.shop.muster.", Type.TXT));
    assertFalse(whole.getHeader().getFlag(Flags.TC));
    assertEquals(40, whole.getSection(Section.ANSWER).size());
    assertTrue(heard.contains("tcp TXT NOERROR"));
  }

  @Test
  void additionalRecordsAreTheFirstToBeLeftOut() throws IOException {
    many(9);
    Message answer = ask(query("cart.shop.muster.", Type.SRV));
    assertFalse(answer.getHeader().getFlag(Flags.TC));
    assertEquals(9, answer.getSection(Section.ANSWER).size());
    assertEquals(List.of(), answer.getSection(Section.ADDITIONAL));
    SimpleResolver resolver = resolver();
    resolver.setTCP(true);
    Message whole = resolver.send(query("cart.shop.muster.", Type.SRV));
    assertEquals(9, whole.getSection(Section.ADDITIONAL).size());
  }

  // ---- the node

  @Test
  void longAnswersAreMadeByWorkers() throws IOException {
    String padding = "x".repeat(1_000);
    for (int i = 0; i < 150; i++) {
      world.put("cart", "c-" + i, telling(at("10.0.0." + i, 80), "1", Map.of("k", padding)));
    }
    SimpleResolver resolver = resolver();
    resolver.setTCP(true);
    Message answer = resolver.send(query("cart.shop.muster.", Type.A));
    assertEquals(DnsLimits.ANSWERS_MAX, answer.getSection(Section.ANSWER).size());
  }

  @Test
  void knowsNothingUntilItHasCaughtUpAndGoesOnWithoutAMajority() throws Exception {
    many(1);
    assertEquals(Rcode.NOERROR, ask(query("cart.shop.muster.", Type.A)).getRcode());
    world.ledger.stall();
    assertEquals(Rcode.NOERROR, ask(query("cart.shop.muster.", Type.A)).getRcode());

    int first = port;
    try (DnsServer later = server(0)) {
      port = get(later.listen().toCompletionStage().toCompletableFuture());
      assertEquals(Rcode.SERVFAIL, ask(query("cart.shop.muster.", Type.A)).getRcode());
      assertEquals(Rcode.REFUSED, ask(query("example.", Type.A)).getRcode());
      world.ledger.giveUp(UnavailableException.Outcome.NOT_DONE);
      assertEquals(Rcode.SERVFAIL, ask(query("cart.shop.muster.", Type.A)).getRcode());
      world.ledger.resume();
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (ask(query("cart.shop.muster.", Type.A)).getRcode() != Rcode.NOERROR) {
        assertTrue(System.nanoTime() < deadline, "it tries again");
        Thread.sleep(20);
      }
    } finally {
      port = first;
    }
  }

  @Test
  void saysWhenThePortIsTaken() {
    try (DnsServer second = server(port)) {
      ExecutionException taken =
          assertThrows(
              ExecutionException.class,
              () -> second.listen().toCompletionStage().toCompletableFuture().get());
      assertTrue(taken.getCause() instanceof BindException, taken.toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "localhost | 8600  | muster. | 1    | 1232 | muster.dns.address",
        "127.0.0.1 | 65536 | muster. | 1    | 1232 | muster.dns.port",
        "127.0.0.1 | 8600  | .       | 1    | 1232 | muster.dns.domain",
        "127.0.0.1 | 8600  | a..b    | 1    | 1232 | muster.dns.domain",
        "127.0.0.1 | 8600  | muster. | 3601 | 1232 | muster.dns.ttl",
        "127.0.0.1 | 8600  | muster. | 1    | 511  | muster.dns.udp-payload-max"
      })
  void settingsAreChecked(
      String address, int wanted, String domain, int ttl, int payload, String property) {
    IllegalArgumentException wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> DnsSettings.of(address, wanted, domain, ttl, payload));
    assertTrue(wrong.getMessage().startsWith(property + " "), wrong.getMessage());
  }

  // ---- the JVM's own resolver

  @Test
  void theJvmResolves() throws NamingException {
    many(60); // more than 512 bytes: it asks again by TCP
    assertEquals(60, lookUp("cart.shop.muster", "A").size());
    assertTrue(lookUp("cart.shop.muster", "SRV").contains("0 1 80 c-7.id.cart.shop.muster."));
    assertEquals(Set.of("10.0.0.7"), lookUp("c-7.id.cart.shop.muster", "A"));
    assertThrows(NameNotFoundException.class, () -> lookUp("pay.shop.muster", "A"));
  }

  /**
   * By a name that is a URL, which finds the JVM's resolver even where Quarkus, in tests before
   * this one, has put its own initial context in its place.
   */
  @SuppressWarnings({"BanJNDI", "JdkObsolete"}) // the JVM's own resolver, asked what it was told to
  private Set<String> lookUp(String name, String type) throws NamingException {
    DirContext context = (DirContext) NamingManager.getURLContext("dns", new Hashtable<>());
    try {
      Attributes found =
          context.getAttributes("dns://127.0.0.1:" + port + "/" + name, new String[] {type});
      Set<String> values = new TreeSet<>();
      if (found.get(type) != null) {
        NamingEnumeration<?> all = found.get(type).getAll();
        while (all.hasMore()) {
          values.add(all.next().toString());
        }
      }
      return values;
    } finally {
      context.close();
    }
  }
}

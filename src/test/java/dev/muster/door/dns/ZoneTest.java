package dev.muster.door.dns;

import static dev.muster.door.dns.DnsWorld.at;
import static dev.muster.door.dns.DnsWorld.in;
import static dev.muster.door.dns.DnsWorld.tagged;
import static dev.muster.door.dns.DnsWorld.telling;
import static dev.muster.door.dns.DnsWorld.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.discovery.Health;
import dev.muster.discovery.Port;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** What names mean, and what they are answered with. */
class ZoneTest {
  private final DnsWorld world = new DnsWorld();
  private final Random random = new Random(7);
  private final Zone zone =
      new Zone(DnsSettings.of("127.0.0.1", 0, "muster.", 1, 1232), random::nextDouble);

  @AfterEach
  void close() {
    world.close();
  }

  private static Name name(String text) {
    try {
      return Name.fromString(text, Name.root);
    } catch (TextParseException e) {
      throw new AssertionError(e);
    }
  }

  private Zone.Found find(String name, int type) {
    return zone.find(world.state(), name(name), type);
  }

  /** What records hold, sorted: their order is left to chance. */
  private static Set<String> data(List<Record> records) {
    Set<String> data = new TreeSet<>();
    for (Record record : records) {
      assertTrue(data.add(record.rdataToString()), "twice: " + record);
    }
    return data;
  }

  private Set<String> answers(String name, int type) {
    Zone.Found found = find(name, type);
    assertEquals(Rcode.NOERROR, found.rcode(), name);
    return data(found.answers());
  }

  private void four() {
    Port grpc = new Port("grpc", 9090, "grpc");
    Port quic = new Port("grpc", 9443, "udp");
    world.put("cart", "c-1", with(in(tagged(at("10.0.0.1", 80), "v1"), "a"), grpc));
    world.put("cart", "c-2", in(tagged(at("10.0.0.2", 80), "v2", "Canary"), "a"));
    world.put("cart", "c-3", with(in(tagged(at("10.0.0.3", 81), "v2"), "b"), quic));
    world.put("cart", "six", tagged(at("2001:db8::7", 80), "v2"));
  }

  // ---- names

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cart.shop.muster.                      | 10.0.0.1 10.0.0.2 10.0.0.3",
        "v2.tag.cart.shop.muster.               | 10.0.0.2 10.0.0.3",
        "canary.tag.cart.shop.muster.           | 10.0.0.2",
        "a.zone.cart.shop.muster.               | 10.0.0.1 10.0.0.2",
        "v2.tag.a.zone.cart.shop.muster.        | 10.0.0.2",
        "a.zone.v2.tag.cart.shop.muster.        | 10.0.0.2",
        "canary.tag.v2.tag.cart.shop.muster.    | 10.0.0.2",
        "v1.tag.v2.tag.cart.shop.muster.        | ''",
        "c-3.id.cart.shop.muster.               | 10.0.0.3",
        "C-3.ID.Cart.SHOP.mUSTER.               | 10.0.0.3",
        "c-3.id.v1.tag.cart.shop.muster.        | ''",
        "none.tag.cart.shop.muster.             | ''",
        "nowhere.zone.cart.shop.muster.         | ''",
        "tag.cart.shop.muster.                  | ''",
        "id.cart.shop.muster.                   | ''",
        "_tcp.cart.shop.muster.                 | ''",
        "_grpc._tcp.cart.shop.muster.           | ''",
        "shop.muster.                           | ''",
        "muster.                                | ''",
        "ns.muster.                             | 127.0.0.1"
      })
  void namesMean(String name, String addresses) {
    four();
    assertEquals(addresses, String.join(" ", answers(name, Type.A)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pay.shop.muster.",
        "cart.other.muster.",
        "other.muster.",
        "c-9.id.cart.shop.muster.",
        "c-1.cart.shop.muster.",
        "v2.tag.pay.shop.muster.",
        "_grpc._tcp.pay.shop.muster.",
        "_grpc._tcp.shop.muster.",
        "_tcp.shop.muster.",
        "\\000\\255.shop.muster."
      })
  void whatIsNotThereIsNoName(String name) {
    four();
    assertEquals(Rcode.NXDOMAIN, find(name, Type.A).rcode());
    assertEquals(Rcode.NXDOMAIN, find(name, Type.ANY).rcode());
  }

  @Test
  void servicesMayHaveDotsAndCapitals() {
    world.put("com.acme.Cart", "10.0.0.5-80", at("10.0.0.5", 80));
    world.put("user.id", "a", at("10.0.0.6", 80));
    world.put("id.user", "a", at("10.0.0.7", 80));
    world.namespace("my.Shop");
    world.put("my.Shop", "cart", "a", at("10.0.0.8", 80));

    assertEquals(Set.of("10.0.0.5"), answers("com.acme.cart.shop.muster.", Type.A));
    assertEquals(Set.of("10.0.0.5"), answers("COM.acme.Cart.shop.muster.", Type.A));
    assertEquals(Set.of("10.0.0.5"), answers("10.0.0.5-80.id.com.acme.cart.shop.muster.", Type.A));
    assertEquals(Set.of("10.0.0.6"), answers("user.id.shop.muster.", Type.A));
    assertEquals(Set.of("10.0.0.8"), answers("cart.my\\.shop.muster.", Type.A));
    // Resolvers that ask label by label must not be told that there is nothing below.
    assertEquals(Set.of(), answers("cart.shop.muster.", Type.A));
    assertEquals(Set.of(), answers("acme.cart.shop.muster.", Type.A));
    assertEquals(Set.of(), answers("0.5-80.id.com.acme.cart.shop.muster.", Type.A));
    SRVRecord srv = (SRVRecord) find("com.acme.cart.shop.muster.", Type.SRV).answers().get(0);
    assertEquals("10.0.0.5-80.id.com.acme.Cart.shop.muster.", srv.getTarget().toString());
    SRVRecord dotted = (SRVRecord) find("cart.my\\.shop.muster.", Type.SRV).answers().get(0);
    assertEquals(Set.of("10.0.0.8"), answers(dotted.getTarget().toString(), Type.A));
  }

  // ---- who is told of

  @Test
  void tellsOnlyThoseThatTrafficGoesTo() {
    for (String id : List.of("passing", "warning", "critical", "drained", "kept")) {
      world.put("cart", id, tagged(at("10.0.0." + id.length() + id.charAt(0) % 10, 80), id));
    }
    world.find("cart", "warning", Health.WARNING);
    world.find("cart", "critical", Health.CRITICAL);
    world.find("cart", "kept", Health.CRITICAL);
    world.keep("cart", "kept");
    world.drain("cart", "drained");

    List<String> ids = new ArrayList<>();
    for (Record record : find("cart.shop.muster.", Type.TXT).answers()) {
      ids.add(((TXTRecord) record).getStrings().get(0));
    }
    assertEquals(Set.of("id=passing", "id=warning", "id=kept"), new HashSet<>(ids));
    assertEquals(3, answers("cart.shop.muster.", Type.A).size());
    assertEquals(Set.of(), answers("critical.id.cart.shop.muster.", Type.A));
    assertEquals(Set.of(), answers("drained.id.cart.shop.muster.", Type.SRV));
  }

  @Test
  void aChangeIsToldAtOnce() {
    world.put("cart", "a", at("10.0.0.1", 80));
    assertEquals(Set.of("10.0.0.1"), answers("cart.shop.muster.", Type.A));
    world.put("cart", "b", at("10.0.0.2", 80));
    assertEquals(Set.of("10.0.0.1", "10.0.0.2"), answers("cart.shop.muster.", Type.A));
    world.drain("cart", "a");
    assertEquals(Set.of("10.0.0.2"), answers("cart.shop.muster.", Type.A));
  }

  @Test
  void theHeavierComesFirstTheOftener() {
    world.put("cart", "a", at("10.0.0.1", 80).withWeight(1));
    world.put("cart", "b", at("10.0.0.2", 80).withWeight(3));
    world.put("cart", "c", at("10.0.0.3", 80).withWeight(0));
    Map<String, Integer> first = new HashMap<>();
    for (int i = 0; i < 4_000; i++) {
      List<Record> answers = find("cart.shop.muster.", Type.A).answers();
      assertEquals(2, answers.size());
      first.merge(answers.get(0).rdataToString(), 1, Integer::sum);
    }
    // Binomial with a deviation of 27; the seed is fixed.
    assertEquals(1_000, first.get("10.0.0.1"), 110);
    assertEquals(3_000, first.get("10.0.0.2"), 110);
  }

  @Test
  void theWeightlessAreToldIfThereAreNoOthers() {
    world.put("cart", "a", at("10.0.0.1", 80).withWeight(0));
    world.put("cart", "b", at("10.0.0.2", 80).withWeight(0));
    assertEquals(Set.of("10.0.0.1", "10.0.0.2"), answers("cart.shop.muster.", Type.A));
    world.put("cart", "b", at("10.0.0.2", 80).withWeight(1));
    assertEquals(Set.of("10.0.0.2"), answers("cart.shop.muster.", Type.A));
  }

  @Test
  void answersAreBounded() {
    for (int i = 0; i < DnsLimits.ANSWERS_MAX + 6; i++) {
      world.put("cart", "c-" + i, at("10.0.1." + i, 80));
    }
    Set<String> all = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      Set<String> some = answers("cart.shop.muster.", Type.A);
      assertEquals(DnsLimits.ANSWERS_MAX, some.size());
      all.addAll(some);
    }
    assertEquals(DnsLimits.ANSWERS_MAX + 6, all.size(), "everybody gets a turn");
    assertEquals(DnsLimits.ANSWERS_MAX, find("cart.shop.muster.", Type.SRV).answers().size());
  }

  // ---- types

  @Test
  void srvTellsPortsWeightsAndAddresses() {
    four();
    world.put("cart", "named", at("Host.example", 8080).withWeight(5));
    Zone.Found found = find("cart.shop.muster.", Type.SRV);
    assertEquals(
        Set.of(
            "0 1 80 c-1.id.cart.shop.muster.",
            "0 1 80 c-2.id.cart.shop.muster.",
            "0 1 81 c-3.id.cart.shop.muster.",
            "0 1 80 six.id.cart.shop.muster.",
            "0 5 8080 Host.example."),
        data(found.answers()));
    assertEquals(
        Set.of("10.0.0.1", "10.0.0.2", "10.0.0.3", "2001:db8:0:0:0:0:0:7"),
        data(found.additional()));
    for (Record record : found.additional()) {
      assertEquals(
          Set.of(record.rdataToString()), answers(record.getName().toString(), record.getType()));
    }
    assertEquals(
        Set.of("0 1 9090 c-1.id.cart.shop.muster."),
        answers("_grpc._tcp.cart.shop.muster.", Type.SRV));
    assertEquals(
        Set.of("0 1 9443 c-3.id.cart.shop.muster."),
        answers("_grpc._udp.cart.shop.muster.", Type.SRV));
    assertEquals(Set.of(), answers("_grpc._udp.v1.tag.cart.shop.muster.", Type.SRV));
    assertEquals(Set.of(), answers("_http._tcp.cart.shop.muster.", Type.SRV));
  }

  @Test
  void anInstanceWithAHostNameIsAnAlias() {
    world.put("cart", "named", at("host.example", 8080));
    world.put("cart", "ip", at("10.0.0.1", 8080));
    for (int type : new int[] {Type.A, Type.AAAA, Type.CNAME, Type.TXT}) {
      Record alias = find("named.id.cart.shop.muster.", type).answers().get(0);
      assertEquals(Type.CNAME, alias.getType());
      assertEquals("host.example.", alias.rdataToString());
    }
    assertEquals(Set.of("10.0.0.1"), answers("cart.shop.muster.", Type.A));
    assertEquals(Set.of(), answers("ip.id.cart.shop.muster.", Type.CNAME));
    world.put("alone", "named", at("host.example", 8080));
    assertEquals(Set.of(), answers("alone.shop.muster.", Type.A), "a service is no alias");
    assertEquals(Set.of("0 1 8080 host.example."), answers("alone.shop.muster.", Type.SRV));
  }

  @Test
  void instancesAtOneAddressAreOneAddress() {
    world.put("cart", "a", at("10.0.0.1", 80));
    world.put("cart", "b", at("10.0.0.1", 81));
    world.put("cart", "c", at("2001:db8::7", 81));
    world.put("cart", "d", at("2001:0db8::7", 82));
    assertEquals(Set.of("10.0.0.1"), answers("cart.shop.muster.", Type.A));
    assertEquals(Set.of("2001:db8:0:0:0:0:0:7"), answers("cart.shop.muster.", Type.AAAA));
    assertEquals(4, answers("cart.shop.muster.", Type.SRV).size());
  }

  @Test
  void txtTellsWhatAnInstanceSaysOfItself() {
    world.put(
        "cart",
        "a",
        telling(
            with(tagged(in(at("10.0.0.1", 80), "eu-1a"), "v2", "x"), new Port("grpc", 9, null)),
            "2.1 \"rc\\1\"",
            Map.of("größe", "ß", "a=b", "x", "long", "x".repeat(300))));
    TXTRecord record = (TXTRecord) find("cart.shop.muster.", Type.TXT).answers().get(0);
    List<String> strings = new ArrayList<>();
    for (Object string : record.getStringsAsByteArrays()) {
      strings.add(new String((byte[]) string, StandardCharsets.UTF_8));
    }
    assertEquals(
        List.of(
            "id=a",
            "address=10.0.0.1",
            "port=80",
            "port.grpc=9",
            "weight=1",
            "zone=eu-1a",
            "version=2.1 \"rc\\1\"",
            "tags=v2,x",
            "metadata.größe=ß"),
        strings);
  }

  @Test
  void txtIsBounded() {
    Map<String, String> much = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      much.put("k" + i, "x".repeat(200));
    }
    world.put("cart", "a", telling(at("10.0.0.1", 80), "1", much));
    TXTRecord record = (TXTRecord) find("cart.shop.muster.", Type.TXT).answers().get(0);
    int bytes = record.getStrings().stream().mapToInt(String::length).sum();
    assertTrue(bytes <= DnsLimits.TXT_BYTES_MAX && bytes > 800, "bytes: " + bytes);
  }

  @Test
  void askingForAnythingGetsNearlyNothing() {
    four();
    for (String name :
        List.of("cart.shop.muster.", "shop.muster.", "muster.", "c-1.id.cart.shop.muster.")) {
      assertEquals(Set.of("\"RFC8482\" \"\""), answers(name, Type.ANY));
    }
  }

  @Test
  void theDomainHasItsOwnRecords() {
    assertEquals(Set.of("ns.muster."), answers("muster.", Type.NS));
    assertEquals(Set.of("127.0.0.1"), data(find("muster.", Type.NS).additional()));
    String soa = find("muster.", Type.SOA).answers().get(0).rdataToString();
    assertTrue(soa.startsWith("ns.muster. hostmaster.muster. " + world.state().revision()), soa);
    Zone anywhere = new Zone(DnsSettings.of("0.0.0.0", 0, "muster.", 1, 1232), random::nextDouble);
    assertEquals(List.of(), anywhere.find(world.state(), name("ns.muster."), Type.A).answers());
  }

  @Test
  void whatIsTooLongForDnsIsLeftOut() {
    world.put("cart", "x".repeat(64), at("10.0.0.1", 80));
    world.put("cart", "b", at("10.0.0.2", 80));
    assertEquals(Set.of("0 1 80 b.id.cart.shop.muster."), answers("cart.shop.muster.", Type.SRV));
    assertEquals(Set.of("10.0.0.1", "10.0.0.2"), answers("cart.shop.muster.", Type.A));
  }

  @Test
  void knowsWhatTakesLong() {
    world.put("cart", "a", at("10.0.0.1", 80));
    assertFalse(zone.isLong(world.state(), name("cart.shop.muster.")));
    String padding = "x".repeat(1_000);
    for (int i = 0; i < 100; i++) {
      world.put("cart", "c-" + i, telling(at("10.0.1." + i, 80), "1", Map.of("k", padding)));
    }
    assertTrue(zone.isLong(world.state(), name("v.tag.cart.shop.muster.")));
    find("cart.shop.muster.", Type.A);
    assertFalse(zone.isLong(world.state(), name("v.tag.cart.shop.muster.")), "it is kept ready");
  }
}

package dev.muster.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.Bytes;
import dev.muster.core.LimitExceededException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstanceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "255.255.255.255",
        "127.0.0.1",
        "::1",
        "2001:db8::7",
        "2001:0db8:0000:0000:0000:ff00:0042:8329",
        "::ffff:10.0.0.1",
        "localhost",
        "cart-1.shop.svc.cluster.local",
        "3com.example",
        "xn--bcher-kva.example"
      })
  void takesAddresses(String address) {
    assertEquals(address, Instance.of(address, 80).address());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " 10.0.0.1",
        "10.0.0.1:80",
        "10.0.0.256",
        "10.0.0",
        "10.0.0.01",
        "1",
        "0.0.0.0",
        "::",
        ":::1",
        "2001:db8::7::1",
        "[2001:db8::7]",
        "fe80::1%eth0",
        "2001:db8:",
        "12345::",
        "host_name",
        "-host",
        "host-",
        "host..name",
        "host.",
        "host.example.7",
        "http://host",
        "host/path",
        "bücher.example",
        "host\u0000"
      })
  void refusesWhatIsNoAddress(String address) {
    InvalidInstanceException invalid =
        assertThrows(InvalidInstanceException.class, () -> Instance.of(address, 80));
    assertEquals("address", invalid.field());
  }

  @Test
  void refusesLabelsAndNamesThatAreTooLong() {
    assertThrows(
        InvalidInstanceException.class, () -> Instance.of("a".repeat(64) + ".example", 80));
    assertThrows(InvalidInstanceException.class, () -> Instance.of("abcdefghi.".repeat(26), 80));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65_536, Integer.MAX_VALUE})
  void refusesPorts(int port) {
    LimitExceededException refused =
        assertThrows(LimitExceededException.class, () -> Instance.of("host", port));
    assertEquals("instance.port", refused.limit());
    assertEquals(port, refused.value());
  }

  @Test
  void boundsEverything() {
    assertLimit("instance.weight", () -> with(-1, new TreeSet<>(), new TreeMap<>()));
    assertLimit("instance.weight", () -> with(10_001, new TreeSet<>(), new TreeMap<>()));
    assertLimit("instance.tags", () -> with(1, tags(65), new TreeMap<>()));
    assertLimit("instance.tag", () -> tag(""));
    assertLimit("instance.tag", () -> tag("ä".repeat(65)));
    assertLimit("instance.metadata", () -> with(1, new TreeSet<>(), metadata(65, 1)));
    assertLimit("instance.metadata.bytes", () -> with(1, new TreeSet<>(), metadata(9, 1_024)));
    assertLimit("instance.metadata.key", () -> meta("", "x"));
    assertLimit("instance.metadata.key", () -> meta("k".repeat(129), "x"));
    assertLimit("instance.metadata.value", () -> meta("k", "x".repeat(1_025)));
    assertLimit("instance.ttl", () -> new Presence.Lease(1_999));
    assertLimit("instance.ttl", () -> new Presence.Lease(86_400_001));

    with(10_000, tags(64), metadata(64, 100));
    tag("ä".repeat(64));
    new Presence.Lease(2_000);
    new Presence.Lease(86_400_000);
  }

  @Test
  void refusesTextsThatNoLogCanShow() {
    assertEquals("tags[0]", field(() -> tag("a\nb")));
    assertEquals("tags[0]", field(() -> tag("\ud800")));
    assertEquals("metadata.zone", field(() -> meta("zone", "a\u0000")));
    assertEquals("metadata", field(() -> meta("a\u007f", "x")));
    tag("\ud83d\ude00");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".hidden", "-x", "a/b", "a b", "ä", "a%2Fb", ".."})
  void refusesNames(String name) {
    assertEquals("namespace", field(() -> new InstanceKey(name, "s", "i")));
    assertEquals("service", field(() -> new InstanceKey("n", name, "i")));
    assertEquals("id", field(() -> new InstanceKey("n", "s", name)));
    assertEquals("id", field(() -> new InstanceKey("n", "s", "x".repeat(129))));
  }

  @Test
  void takesTheLongestNames() {
    InstanceKey key = new InstanceKey("n".repeat(128), "s".repeat(128), "i".repeat(128));
    assertTrue(Lifetime.owner(key).length() <= 256);
    assertEquals(4, key.path().depth());
  }

  @Test
  void isStoredInOneWayOnly() {
    Bytes one = encode(with(1, tags("b", "a"), new TreeMap<>(Map.of("z", "1", "a", "\""))));
    Bytes two = encode(with(1, tags("a", "b"), new TreeMap<>(Map.of("a", "\"", "z", "1"))));
    assertEquals(one, two);
    assertEquals(
        "{\"address\":\"host\",\"port\":1,\"weight\":1,\"tags\":[\"a\",\"b\"],"
            + "\"metadata\":{\"a\":\"\\\"\",\"z\":\"1\"}}",
        one.utf8());
    assertEquals(1, StoredInstance.fieldsOffset(one));
  }

  @Test
  void isReadAsItWasWritten() {
    Instance full =
        new Instance(
            "2001:db8::7",
            8080,
            List.of(new Port("http", 8080, "http"), new Port("admin", 9000, null)),
            7,
            "eu-1a",
            "eu-1",
            "2.1.0+b7",
            tags("b", "a"),
            new TreeMap<>(Map.of("team", "\"x\"")));
    assertEquals(full, StoredInstance.decode(encode(full)));
    assertEquals(9000, full.port("admin"));
    assertNull(full.port("grpc"));
    Instance plain = Instance.of("host", 1);
    assertEquals(plain, StoredInstance.decode(encode(plain)));
  }

  @Test
  void theGraceIsStoredIfItWasSaid() {
    Instance plain = Instance.of("host", 1);
    Bytes told =
        StoredInstance.encode(new Registration(plain, new Presence.Lease(15_000, 60_000L)));
    assertEquals(OptionalLong.of(60_000), StoredInstance.graceMillis(told));
    assertEquals(OptionalLong.empty(), StoredInstance.graceMillis(encode(plain)));
    assertEquals(plain, StoredInstance.decode(told));
  }

  @Test
  void readsWhatTheFirstVersionWrote() {
    Bytes old =
        Bytes.utf8(
            "{\"health\":\"passing\",\"address\":\"10.0.0.1\",\"port\":8080,\"weight\":3,"
                + "\"tags\":[\"v2\"],\"metadata\":{\"zone\":\"a\"}}");
    Instance instance = StoredInstance.decode(old);
    assertEquals("10.0.0.1", instance.address());
    assertEquals(3, instance.weight());
    assertEquals(tags("v2"), instance.tags());
    assertEquals(Map.of("zone", "a"), instance.metadata());
    assertTrue(old.utf8().substring(StoredInstance.fieldsOffset(old)).startsWith("\"address\":"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP", "a--b", "-a", "a-", "123", "abcdefghijklmnop", "a_b"})
  void refusesNamesOfPorts(String name) {
    assertEquals("ports", field(() -> new Port(name, 1, null)));
  }

  @Test
  void refusesPortsThatNobodyCouldTellApart() {
    assertEquals("ports", field(() -> new Port("http", 1, "HTTP/2")));
    assertEquals(
        "ports", field(() -> ports(List.of(new Port("a", 1, null), new Port("a", 2, null)))));
    assertLimit("instance.port", () -> new Port("http", 0, null));
    assertLimit(
        "instance.ports",
        () -> ports(IntStream.range(0, 17).mapToObj(i -> new Port("p" + i, 1 + i, null)).toList()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b", "-a", "a-", "ä", "a b"})
  void refusesPlaces(String place) {
    assertEquals("zone", field(() -> placed(place, null)));
    assertEquals("region", field(() -> placed(null, place)));
    assertEquals("zone", field(() -> placed("x".repeat(64), null)));
  }

  private static Instance ports(List<Port> ports) {
    return new Instance("host", 1, ports, 1, null, null, null, new TreeSet<>(), new TreeMap<>());
  }

  private static Instance placed(@Nullable String zone, @Nullable String region) {
    return new Instance(
        "host", 1, List.of(), 1, zone, region, null, new TreeSet<>(), new TreeMap<>());
  }

  private static Bytes encode(Instance instance) {
    return StoredInstance.encode(new Registration(instance, Presence.Lease.DEFAULT));
  }

  private static void assertLimit(String limit, org.junit.jupiter.api.function.Executable act) {
    assertEquals(limit, assertThrows(LimitExceededException.class, act).limit());
  }

  private static String field(org.junit.jupiter.api.function.Executable act) {
    return assertThrows(InvalidInstanceException.class, act).field();
  }

  private static Instance with(
      int weight, SortedSet<String> tags, SortedMap<String, String> metadata) {
    return new Instance("host", 1, List.of(), weight, null, null, null, tags, metadata);
  }

  private static Instance tag(String tag) {
    return with(1, tags(tag), new TreeMap<>());
  }

  private static Instance meta(String key, String value) {
    return with(1, new TreeSet<>(), new TreeMap<>(Map.of(key, value)));
  }

  private static SortedSet<String> tags(String... tags) {
    return new TreeSet<>(java.util.List.of(tags));
  }

  private static SortedSet<String> tags(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "tag-" + i)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static SortedMap<String, String> metadata(int count, int valueLength) {
    return IntStream.range(0, count)
        .boxed()
        .collect(
            Collectors.toMap(
                i -> "key-" + i, i -> "v".repeat(valueLength), (a, b) -> a, TreeMap::new));
  }
}

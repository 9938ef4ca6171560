package dev.muster.core;

import static dev.muster.core.Edits.add;
import static dev.muster.core.Edits.ensure;
import static dev.muster.core.Edits.path;
import static dev.muster.core.Edits.put;
import static dev.muster.core.Edits.ttl;
import static java.util.Collections.nCopies;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What never enters the log. */
class LimitsTest {
  private static final int MIB = 1 << 20;

  /** One line a limit: a command that just passes, one that does not, and by which value. */
  static Stream<Arguments> limits() {
    return Stream.of(
        limit("node.data", 1_048_577, transact(data(MIB)), transact(data(MIB + 1))),
        limit("node.attributes", 65, transact(attributes(64, 1)), transact(attributes(65, 1))),
        limit("node.attributes.bytes", 8_193, transact(text(8_192)), transact(text(8_193))),
        limit("node.ttl", 999, transact(add("/a", ttl(1_000))), transact(add("/a", ttl(999)))),
        limit("node.ttl", -1, transact(ensure("/a", ttl(1_000))), transact(ensure("/a", ttl(-1)))),
        limit(
            "node.ttl",
            31_536_000_001L,
            transact(ensure("/a", ttl(31_536_000_000L))),
            transact(ensure("/a", ttl(31_536_000_001L)))),
        limit(
            "transaction.changes",
            129,
            new Command.Transact(List.of(), nCopies(128, add("/a"))),
            new Command.Transact(List.of(), nCopies(129, add("/a")))),
        limit(
            "transaction.guards",
            257,
            new Command.Transact(nCopies(256, exists("/a")), List.of()),
            new Command.Transact(nCopies(257, exists("/a")), List.of())),
        limit(
            "transaction.guards",
            257,
            new Command.CloseSessions(nCopies(256, exists("/a")), List.of()),
            new Command.CloseSessions(nCopies(257, exists("/a")), List.of())),
        limit(
            "transaction.bytes",
            2_162_689,
            transact(data("/a", MIB), data("/b", MIB), data("/c", 65_530)),
            transact(data("/a", MIB), data("/b", MIB), data("/c", 65_531))),
        limit(
            "transaction.bytes",
            2_162_689,
            transact(exists("/abc"), data("/a", MIB), data("/b", MIB - 4), data("/c", 65_530)),
            transact(exists("/abcd"), data("/a", MIB), data("/b", MIB - 4), data("/c", 65_530))),
        limit("session.ttl", 1_999, open(1, 2_000, 1, 1), open(1, 1_999, 1, 1)),
        limit("session.ttl", 86_400_001, open(1, 86_400_000, 1, 1), open(1, 86_400_001, 1, 1)),
        limit("session.owner", 257, open(1, 5_000, 256, 1), open(1, 5_000, 257, 1)),
        limit("session.secret", 65, open(1, 5_000, 1, 64), open(1, 5_000, 1, 65)),
        limit("session.id", 0, open(1, 5_000, 1, 1), open(0, 5_000, 1, 1)),
        limit("session.id", -1, open(Long.MAX_VALUE, 5_000, 1, 1), open(-1, 5_000, 1, 1)),
        limit("sessions.closed", 257, close(256), close(257)),
        limit("data.budget", MIB - 1, budget(MIB), budget(MIB - 1)),
        limit("data.budget", (1L << 40) + 1, budget(1L << 40), budget((1L << 40) + 1)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("limits")
  void isTheLast(String limit, long value, Command fits, Command passes) {
    Limits.check(fits);
    LimitExceededException refused =
        assertThrows(LimitExceededException.class, () -> Limits.check(passes));
    assertEquals(limit, refused.limit());
    assertEquals(value, refused.value());
    assertTrue(refused.value() > refused.max() || refused.value() < refused.min());
    String message = refused.getMessage();
    assertTrue(message.startsWith(limit + " is " + value), message);
    assertTrue(message.contains(Long.toString(refused.max())), message);
  }

  @Test
  void messagesSayWhatWouldBeRight() {
    assertEquals(
        "node.data is 7 bytes; allowed is at most 5",
        new LimitExceededException("node.data", 7, 0, 5, "bytes").getMessage());
    assertEquals(
        "session.ttl is 7 ms; allowed is 1 to 5",
        new LimitExceededException("session.ttl", 7, 1, 5, "ms").getMessage());
    assertEquals(
        "session.id is 0; allowed is 1 to 5",
        new LimitExceededException("session.id", 0, 1, 5, "").getMessage());
  }

  @Test
  void commandsWithoutSizePass() {
    Limits.check(new Command.EnableFeature(Feature.BASELINE));
    Limits.check(new Command.Transact(List.of(), List.of()));
    Limits.check(transact(new Guard.SessionAlive(7), add("/a")));
  }

  private static Arguments limit(String name, long value, Command fits, Command passes) {
    return Arguments.of(name, value, fits, passes);
  }

  private static Command.Transact transact(Change... changes) {
    return new Command.Transact(List.of(), List.of(changes));
  }

  private static Command.Transact transact(Guard guard, Change... changes) {
    return new Command.Transact(List.of(guard), List.of(changes));
  }

  private static Guard exists(String path) {
    return new Guard.Exists(path(path));
  }

  private static Change data(int bytes) {
    return data("/a", bytes);
  }

  private static Change data(String path, int bytes) {
    return new Change.SetData(path(path), Bytes.wrap(new byte[bytes]));
  }

  private static Change attributes(int count, int valueLength) {
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      map.put("k" + i, "v".repeat(valueLength));
    }
    return put("/a", "", map);
  }

  /** One attribute of so many bytes, key included, in characters of two bytes where that goes. */
  private static Change text(int bytes) {
    String key = bytes % 2 == 0 ? "kk" : "k";
    return Edits.attributes("/a", Map.of(key, "ü".repeat((bytes - key.length()) / 2)));
  }

  private static Command open(long id, long ttlMillis, int ownerBytes, int secretBytes) {
    return new Command.OpenSession(
        id, ttlMillis, "o".repeat(ownerBytes), Bytes.wrap(new byte[secretBytes]));
  }

  private static Command close(int count) {
    return new Command.CloseSessions(List.of(), LongStream.rangeClosed(1, count).boxed().toList());
  }

  private static Command budget(long bytes) {
    return new Command.SetDataBudget(bytes);
  }
}

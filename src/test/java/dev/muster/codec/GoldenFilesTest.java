package dev.muster.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.muster.core.Bytes;
import dev.muster.core.Change;
import dev.muster.core.Command;
import dev.muster.core.Entry;
import dev.muster.core.Event;
import dev.muster.core.Feature;
import dev.muster.core.Guard;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Path;
import dev.muster.core.Proposer;
import dev.muster.core.Refusal;
import dev.muster.core.Reply;
import dev.muster.core.Session;
import dev.muster.core.Settings;
import dev.muster.core.Stat;
import dev.muster.core.State;
import dev.muster.core.Tree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.pcollections.PSortedMap;
import org.pcollections.PSortedSet;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;
import org.pcollections.TreePVector;

/**
 * Keeps the format what it was: {@code src/test/resources/log-format} holds bytes as they were
 * written once, and every version must read them and write the same.
 *
 * <p>A file is never changed and never deleted. For a new row, add a sample here and run this test:
 * it fails, and leaves the new file under {@code target/log-format}, to be looked through and
 * copied. A test that fails for an old file has found a format that old logs cannot be read with.
 */
class GoldenFilesTest {
  private static final java.nio.file.Path FILES =
      java.nio.file.Path.of("src/test/resources/log-format");
  private static final java.nio.file.Path CANDIDATES = java.nio.file.Path.of("target/log-format");
  private static final int LINE_BYTES = 32;

  private static final String WRITER = "0.1.0";

  private static final Path PATH = Path.of("/a/ключ/😀");
  private static final Bytes DATA = Bytes.wrap(new byte[] {0, 1, (byte) 0xFF});
  private static final Stat STAT =
      new Stat(
          300,
          1_700_000_000_000L,
          301,
          1_700_000_000_001L,
          302,
          1_700_000_000_000L,
          9_000_000_000L,
          2,
          -3,
          Integer.MAX_VALUE,
          new Life.Ephemeral(Long.MAX_VALUE));

  private static final List<Life> LIVES =
      List.of(
          Life.persistent(),
          Life.container(),
          new Life.Ttl(60_000),
          new Life.Ephemeral(0x0123_4567_89AB_CDEFL));

  private static final List<Guard> GUARDS =
      List.of(
          new Guard.Exists(PATH),
          new Guard.Absent(Path.ROOT),
          new Guard.Version(PATH, -1),
          new Guard.Modified(PATH, 1L << 40),
          new Guard.Created(PATH, 300),
          new Guard.Unchanged(PATH, 0),
          new Guard.SessionAlive(0x0123_4567_89AB_CDEFL));

  /** What came later is not in the samples of commands, whose files stay as they are. */
  private static final List<Guard> LATER_GUARDS = List.of(new Guard.AttributesVersion(PATH, -3));

  private static final List<Change> CHANGES =
      List.of(
          new Change.Create(
              PATH,
              DATA,
              Change.attributes(Map.of("type", "text/plain", "\ud800", "unpaired")),
              new Life.Ephemeral(7),
              true),
          new Change.Ensure(PATH, Life.container()),
          new Change.Put(PATH, DATA, Change.attributes(Map.of("a", "", "b", "ä"))),
          new Change.SetData(PATH, Bytes.EMPTY),
          new Change.SetAttributes(PATH, Change.attributes(Map.of())),
          new Change.Delete(PATH),
          new Change.DeleteSubtree(PATH));

  private static final List<Command> COMMANDS =
      List.of(
          new Command.Transact(GUARDS, CHANGES),
          new Command.OpenSession(0x7EDC_BA98_7654_3210L, 30_000, "10.0.0.7 naïve", DATA),
          new Command.CloseSessions(
              List.of(new Guard.Created(PATH, 300)), List.of(1L, 0x7EDC_BA98_7654_3210L)),
          new Command.EnableFeature(Feature.BASELINE),
          new Command.SetDataBudget(1L << 30));

  private static final List<Reply> REPLIES =
      List.of(
          new Reply.Done(
              5, List.of(new Reply.Outcome(PATH, STAT), new Reply.Outcome(Path.ROOT, null))),
          new Reply.Refused(Refusal.VERSION_CONFLICT, 3, "version 2, not 1: ä", 2));

  private static final Entry ENTRY = new Entry(1_700_000_000_000L, "node-1", 3, 4_711, COMMANDS);

  @Test
  void everyTypeHasARow() {
    assertEquals(permitted(Command.class), CommandWire.COMMAND.types());
    assertEquals(permitted(Guard.class), CommandWire.GUARD.types());
    assertEquals(permitted(Change.class), CommandWire.CHANGE.types());
    assertEquals(permitted(Life.class), CoreWire.LIFE.types());
    assertEquals(permitted(Reply.class), ReplyWire.REPLY.types());
  }

  @TestFactory
  Stream<DynamicTest> everyRowReadsWhatItsFileHolds() {
    return Stream.of(
            rows("life", CoreWire.LIFE, LIVES),
            rows("guard", CommandWire.GUARD, plus(GUARDS, LATER_GUARDS)),
            rows("change", CommandWire.CHANGE, CHANGES),
            rows("command", CommandWire.COMMAND, COMMANDS),
            rows("reply", ReplyWire.REPLY, REPLIES))
        .flatMap(tests -> tests);
  }

  private static <T> List<T> plus(List<T> some, List<T> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  private static <T> Stream<DynamicTest> rows(String kind, OneOf<T> table, List<T> samples) {
    return table.numbers().entrySet().stream()
        .map(
            row -> {
              String name = name(kind, row.getKey(), row.getValue());
              return DynamicTest.dynamicTest(
                  name,
                  () -> {
                    T sample = sampleOf(row.getValue(), samples);
                    Output out = new Output(64);
                    table.write(out, sample);
                    byte[] golden = golden(name, out.toByteArray());
                    Input in = new Input(name, WRITER, golden, 0, golden.length);
                    T read = table.read(in);
                    in.end();
                    assertEquals(sample, read);
                    assertArrayEquals(golden, out.toByteArray(), name);
                  });
            });
  }

  @Test
  void anEntryIsReadAsItWasWritten() {
    byte[] written = EntryCodec.encode(ENTRY, WRITER);
    byte[] golden = golden("entry-format-1", written);
    assertEquals(ENTRY, EntryCodec.decode(1, golden, 0, golden.length));
    assertArrayEquals(golden, written);
  }

  @Test
  void aSnapshotIsReadAsItWasWritten() throws IOException {
    State state = sampleState();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SnapshotCodec.write(state, out, WRITER);
    byte[] golden = golden("snapshot-format-1", out.toByteArray());
    assertEquals(state, SnapshotCodec.read(new ByteArrayInputStream(golden)));
    assertArrayEquals(golden, out.toByteArray());
  }

  @Test
  void aDigestStaysWhatItWas() {
    byte[] digest = SnapshotCodec.digest(sampleState());
    assertArrayEquals(golden("snapshot-format-1-digest", digest), digest);
  }

  /** The numbers of constants are for ever too: the wire holds some, the chained hash others. */
  @Test
  void constantsKeepTheirNumbers() throws IOException {
    Set<String> numbers = new TreeSet<>();
    for (Refusal refusal : Refusal.values()) {
      numbers.add("refusal %03d %s".formatted(refusal.number(), refusal));
    }
    for (Feature feature : Feature.values()) {
      numbers.add("feature %03d %s".formatted(feature.number(), feature));
    }
    for (Event.Type type : Event.Type.values()) {
      numbers.add("event %03d %s".formatted(type.number(), type));
    }
    for (Proposer.Verdict verdict : Proposer.Verdict.values()) {
      numbers.add("verdict %03d %s".formatted(verdict.number(), verdict));
    }
    java.nio.file.Path file = FILES.resolve("constants.txt");
    String now = String.join("\n", numbers) + "\n";
    if (!Files.exists(file) || !now.equals(Files.readString(file))) {
      candidate("constants.txt", now); // old lines stay; a new constant adds one
    }
    assertTrue(
        Files.exists(file),
        () -> file + " is missing: look through " + CANDIDATES + " and copy it");
    assertEquals(Files.readString(file), now);
  }

  @Test
  void noFileHasLostItsRow() throws IOException {
    Set<String> expected = new TreeSet<>();
    Map<String, OneOf<?>> tables = new LinkedHashMap<>();
    tables.put("life", CoreWire.LIFE);
    tables.put("guard", CommandWire.GUARD);
    tables.put("change", CommandWire.CHANGE);
    tables.put("command", CommandWire.COMMAND);
    tables.put("reply", ReplyWire.REPLY);
    tables.forEach(
        (kind, table) ->
            table.numbers().forEach((number, type) -> expected.add(name(kind, number, type))));
    expected.add("entry-format-1");
    expected.add("snapshot-format-1");
    expected.add("snapshot-format-1-digest");
    try (Stream<java.nio.file.Path> files = Files.list(FILES)) {
      Set<String> there =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".hex"))
              .map(name -> name.substring(0, name.length() - ".hex".length()))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(expected, there);
    }
  }

  /** Put together by hand, so that the file depends on the format and not on the rules. */
  private static State sampleState() {
    Path owned = Path.of("/services/s-1");
    Node instance = leaf(new Life.Ephemeral(7), Map.of("zone", "ä"), TreePMap.empty());
    Node services =
        leaf(Life.container(), Map.of(), TreePMap.<String, Node>empty().plus("s-1", instance));
    Node ttl = leaf(new Life.Ttl(60_000), Map.of(), TreePMap.empty());
    Node root =
        leaf(
            Life.persistent(),
            Map.of(),
            TreePMap.<String, Node>empty().plus("services", services).plus("配置", ttl));
    PSortedSet<Path> perishable = TreePSet.<Path>empty().plus(owned.parent()).plus(Path.of("/配置"));
    Session session =
        new Session(7, 30_000, "10.0.0.7", DATA, 1_700_000_000_000L, TreePSet.singleton(owned));
    Session idle = new Session(Long.MAX_VALUE, 2_000, "", Bytes.EMPTY, 0, TreePSet.empty());
    Proposer proposer =
        new Proposer(
            3,
            12,
            TreePVector.<Proposer.Answers>empty()
                .plus(new Proposer.Answers(11, REPLIES))
                .plus(new Proposer.Answers(12, List.of())));
    return new State(
        4_711,
        300,
        1_700_000_000_500L,
        new Tree(root, perishable),
        TreePMap.<Long, Session>empty().plus(7L, session).plus(idle.id(), idle),
        TreePMap.<String, Proposer>empty().plus("node-1", proposer),
        new Settings(TreePSet.singleton(Feature.BASELINE), 1L << 30),
        0xFEDC_BA98_7654_3210L);
  }

  private static Node leaf(
      Life life, Map<String, String> attributes, PSortedMap<String, Node> children) {
    Stat stat = new Stat(5, 1_700_000_000_000L, 6, 1_700_000_000_001L, 5, 9, 300, 1, 0, 2, life);
    return Node.assemble(DATA, Change.attributes(attributes), stat, children);
  }

  private static <T> Set<Class<?>> permitted(Class<T> sealed) {
    return Set.copyOf(Arrays.asList(sealed.getPermittedSubclasses()));
  }

  private static <T> T sampleOf(Class<?> type, List<T> samples) {
    return samples.stream()
        .filter(type::isInstance)
        .findFirst()
        .orElseGet(() -> fail("add a sample of " + type.getSimpleName() + " to this test"));
  }

  private static String name(String kind, int number, Class<?> type) {
    return "%s-%03d-%s".formatted(kind, number, type.getSimpleName());
  }

  /** What the file holds; if there is none, what is written now becomes a candidate for it. */
  private static byte[] golden(String name, byte[] written) {
    java.nio.file.Path file = FILES.resolve(name + ".hex");
    try {
      if (!Files.exists(file)) {
        candidate(name + ".hex", hex(written));
      }
      assertTrue(
          Files.exists(file),
          () -> file + " is missing: look through " + CANDIDATES + " and copy it");
      return HexFormat.of().parseHex(Files.readString(file).replaceAll("\\s", ""));
    } catch (IOException failed) {
      return fail(failed);
    }
  }

  private static void candidate(String name, String content) throws IOException {
    Files.createDirectories(CANDIDATES);
    Files.writeString(CANDIDATES.resolve(name), content);
  }

  private static String hex(byte[] bytes) {
    StringBuilder hex = new StringBuilder();
    for (int at = 0; at < bytes.length; at += LINE_BYTES) {
      hex.append(HexFormat.of().formatHex(bytes, at, Math.min(at + LINE_BYTES, bytes.length)));
      hex.append('\n');
    }
    return hex.toString();
  }
}

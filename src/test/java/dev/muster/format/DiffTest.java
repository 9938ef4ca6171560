package dev.muster.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.muster.format.TextDiff.Row;
import dev.muster.format.TextDiff.RowKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DiffTest {
  @Test
  void keysThatDiffer() {
    assertEquals(
        "CHANGED server.port 1->2, REMOVED list[1] b->, CHANGED type 1->1, ADDED new ->x",
        changes(
            Format.YAML,
            "server: {port: 1, host: a}\nlist: [a, b]\ntype: 1\n",
            Format.YAML,
            "# order and comments say nothing\nnew: x\ntype: '1'\nlist: [a]\nserver:\n  host: a\n  port: 2\n"));
  }

  @Test
  void keysAcrossFormats() {
    assertEquals("", changes(Format.YAML, "a: {b: 1}", Format.JSON, "{\"a\":{\"b\":1}}"));
    assertEquals("", changes(Format.PROPERTIES, "a.b=1", Format.JSON, "{\"a\":{\"b\":1}}"));
    assertEquals("CHANGED a 1->1", changes(Format.JSON, "{\"a\":\"1\"}", Format.TOML, "a = 1"));
  }

  private static String changes(Format oldFormat, String before, Format newFormat, String after) {
    return SemanticDiff.between(Document.parse(oldFormat, before), Document.parse(newFormat, after))
        .stream()
        .map(
            change ->
                change.kind()
                    + " "
                    + change.key()
                    + " "
                    + (change.before() == null ? "" : change.before().value())
                    + "->"
                    + (change.after() == null ? "" : change.after().value()))
        .collect(Collectors.joining(", "));
  }

  @Test
  void sideBySide() {
    List<Row> rows = TextDiff.between("a\nb\nc\n", "a\nB\nx\nc").rows();
    assertEquals(
        List.of(
            new Row(RowKind.EQUAL, 1, "a", 1, "a"),
            new Row(RowKind.CHANGED, 2, "b", 2, "B"),
            new Row(RowKind.CHANGED, 3, "c", 3, "x"),
            new Row(RowKind.ADDED, 0, null, 4, "c")),
        rows);
  }

  @Test
  void unified() {
    String before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    assertEquals(
        """
        --- old
        +++ new
        @@ -2,3 +2,2 @@
         2
        -3
         4
        @@ -9 +8,2 @@
         9
        +ten
        \\ No newline at end of file
        """,
        TextDiff.between(before, "1\n2\n4\n5\n6\n7\n8\n9\nten").unified("old", "new", 1));
    assertEquals("", TextDiff.between(before, before).unified("old", "new", 3));
    assertEquals(
        "--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n", TextDiff.between("", "x\n").unified("a", "b", 3));
  }

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  /** Both texts can be read back from the rows and from the unified form. */
  @ParameterizedTest
  @MethodSource("seeds")
  void nothingIsLost(long seed) {
    Random random = new Random(seed);
    String before = text(random);
    String after = text(random);
    TextDiff diff = TextDiff.between(before, after);
    assertEquals(before.equals(after), diff.isEmpty());
    List<Row> rows = diff.rows();
    assertEquals(
        before.lines().toList(),
        rows.stream().filter(r -> r.oldLine() > 0).map(Row::oldText).toList());
    assertEquals(
        after.lines().toList(),
        rows.stream().filter(r -> r.newLine() > 0).map(Row::newText).toList());
    String unified = diff.unified("a", "b", 1_000);
    if (!diff.isEmpty()) {
      assertEquals(before, side(unified, '-'));
      assertEquals(after, side(unified, '+'));
    }
  }

  private static String side(String unified, char sign) {
    StringBuilder out = new StringBuilder();
    boolean ours = false;
    for (String line : unified.lines().skip(3).toList()) {
      if (line.startsWith("\\")) {
        if (ours) {
          out.setLength(out.length() - 1);
        }
        continue;
      }
      ours = line.charAt(0) == ' ' || line.charAt(0) == sign;
      if (ours) {
        out.append(line.substring(1)).append('\n');
      }
    }
    return out.toString();
  }

  private static String text(Random random) {
    List<String> lines = new ArrayList<>();
    for (int i = random.nextInt(12); i > 0; i--) {
      lines.add("" + random.nextInt(4));
    }
    String text = String.join("\n", lines);
    return text.isEmpty() || random.nextBoolean() ? text : text + "\n";
  }

  @Test
  void textsWithNothingInCommonTakeNoLongTime() {
    String before =
        IntStream.range(0, 100_000).mapToObj(i -> "a" + i + "\n").collect(Collectors.joining());
    String after =
        IntStream.range(0, 100_000).mapToObj(i -> "b" + i + "\n").collect(Collectors.joining());
    String small =
        IntStream.range(0, 3_900).mapToObj(i -> "c" + i + "\n").collect(Collectors.joining());
    String other =
        IntStream.range(0, 3_900).mapToObj(i -> "d" + i + "\n").collect(Collectors.joining());
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          assertEquals(100_000, TextDiff.between(before, after).rows().size());
          assertEquals(3_900, TextDiff.between(small, other).rows().size());
        });
  }
}

package dev.muster.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.format.MergePatch.Patched;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MergePatchTest {
  /** The examples of RFC 7396, appendix A. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":\"b\"} | {\"a\":\"c\"} | {\"a\":\"c\"}",
        "{\"a\":\"b\"} | {\"b\":\"c\"} | {\"a\":\"b\",\"b\":\"c\"}",
        "{\"a\":\"b\"} | {\"a\":null} | {}",
        "{\"a\":\"b\",\"b\":\"c\"} | {\"a\":null} | {\"b\":\"c\"}",
        "{\"a\":[\"b\"]} | {\"a\":\"c\"} | {\"a\":\"c\"}",
        "{\"a\":\"c\"} | {\"a\":[\"b\"]} | {\"a\":[\"b\"]}",
        "{\"a\":{\"b\":\"c\"}} | {\"a\":{\"b\":\"d\",\"c\":null}} | {\"a\":{\"b\":\"d\"}}",
        "{\"a\":[{\"b\":\"c\"}]} | {\"a\":[1]} | {\"a\":[1]}",
        "[\"a\",\"b\"] | [\"c\",\"d\"] | [\"c\",\"d\"]",
        "{\"a\":\"b\"} | [\"c\"] | [\"c\"]",
        "{\"a\":\"foo\"} | null | null",
        "{\"a\":\"foo\"} | \"bar\" | \"bar\"",
        "{\"e\":null} | {\"a\":1} | {\"e\":null,\"a\":1}",
        "[1,2] | {\"a\":\"b\",\"c\":null} | {\"a\":\"b\"}",
        "{} | {\"a\":{\"bb\":{\"ccc\":null}}} | {\"a\":{\"bb\":{}}}"
      })
  void theExamplesOfTheRfc(String content, String patch, String expected) {
    for (Format format : new Format[] {Format.JSON, Format.YAML}) {
      Value patched = Document.parse(format, apply(format, content, patch).text()).root();
      Value wanted = Document.parse(Format.JSON, expected).root();
      assertTrue(Values.same(wanted, patched), () -> format + ": " + patched);
    }
  }

  @Test
  void yamlKeepsCommentsAndOrder() {
    String yaml =
        """
        # head
        server:   # the server
          port: 8080  # its port
          # why
          host: 'a'
          old: |
            gone
            too
        # between
        list: [1, 2]
        gone: 1 # with its comment
        block:
          - 1
          - 2
        last: x # tail
        # foot
        """;
    Patched patched =
        apply(
            Format.YAML,
            yaml,
            """
            {"server": {"port": 1, "old": null, "tls": {"deep": true, "ciphers": ["a", {"b": "c: d"}]}},
             "list": [3], "gone": null, "block": ["yes"], "fresh": {"a": null, "b": ""}}
            """);
    assertEquals(
        """
        # head
        server:   # the server
          port: 1  # its port
          # why
          host: 'a'
          tls:
            deep: true
            ciphers:
              - a
              - b: "c: d"
        # between
        list: [3]
        block:
          ["yes"]
        last: x # tail
        fresh:
          b: ""
        # foot
        """,
        patched.text());
    assertTrue(patched.inPlace());
  }

  /** As Kubernetes' own files are written. */
  @Test
  void aSequenceAsFarLeftAsItsKeyIsReplaced() {
    String yaml = "# top\na: # list\n- x # one\n- y\nb:\n  c:\n  - 1\n  d: 2 # two\n";
    Patched patched = apply(Format.YAML, yaml, "{\"a\": [\"q\", \"r\"], \"b\": {\"c\": [3]}}");
    assertEquals(
        "# top\na: # list\n  [\"q\", \"r\"]\nb:\n  c:\n    [3]\n  d: 2 # two\n", patched.text());
    assertTrue(patched.inPlace());
  }

  @Test
  void commentsBetweenBracesGetToNobodyElse() {
    String yaml = "a: {\n  b: 1, # one\n  c: 2 # two\n}\n";
    assertEquals(
        "a: {\n  b: 3, # one\n  c: 2 # two\n}\n",
        apply(Format.YAML, yaml, "{\"a\": {\"b\": 3}}").text());
    for (String change : new String[] {"{\"a\": {\"c\": null}}", "{\"a\": {\"d\": 1}}"}) {
      Patched patched = apply(Format.YAML, yaml, change);
      assertFalse(patched.inPlace());
      assertFalse(patched.text().contains("#"), patched.text());
    }
  }

  @Test
  void jsonKeepsItsLayout() {
    String json = "{\n\t\"a\": 1, \"b\" : 2,\n\t\"c\": {\"x\":1},\n\t\"d\": [ 1 ]\n}";
    Patched patched =
        apply(
            Format.JSON, json, "{\"a\":null,\"b\":3,\"c\":{\"y\":[1]},\"d\":null,\"e\":{\"f\":1}}");
    assertEquals(
        "{\n\t\"b\" : 3,\n\t\"c\": {\"x\":1, \"y\": [1]},\n\t\"e\": {\n\t\t\"f\": 1\n\t}\n}",
        patched.text());
    assertTrue(patched.inPlace());
  }

  @Test
  void whatIsShared() {
    String yaml = "# c\nbase: &b\n  k: 1\ncopy: *b\nother: 1\n";
    assertEquals(
        new Patched(yaml.replace("other: 1", "other: 2"), true),
        apply(Format.YAML, yaml, "{\"other\": 2}"));
    assertEquals(
        new Patched("base:\n  k: 1\ncopy:\n  k: 2\nother: 1\n", false),
        apply(Format.YAML, yaml, "{\"copy\": {\"k\": 2}}"));
    assertEquals(
        new Patched("base:\n  k: 2\ncopy:\n  k: 1\nother: 1\n", false),
        apply(Format.YAML, yaml, "{\"base\": {\"k\": 2}}"));
    assertEquals(
        new Patched("# c\nbase: &b\n  k: 1\nother: 1\n", true),
        apply(Format.YAML, yaml, "{\"copy\": null}"));
  }

  @Test
  void nothingToChangeChangesNothing() {
    String yaml = "a:   {b: 0x10}\n";
    assertEquals(
        new Patched(yaml, true), apply(Format.YAML, yaml, "{\"a\":{\"b\":16},\"c\":null}"));
  }

  @Test
  void badPatchesAreRefused() {
    assertThrows(FormatException.class, () -> apply(Format.JSON, "{}", "{\"a\":1,\"a\":2}"));
    assertThrows(FormatException.class, () -> apply(Format.PROPERTIES, "a=1", "{\"a\":\"2\"}"));
  }

  static LongStream seeds() {
    return LongStream.range(0, 600);
  }

  /** Whatever the layout, the patched text says what the RFC says. */
  @ParameterizedTest
  @MethodSource("seeds")
  void randomPatches(long seed) {
    Random random = new Random(seed);
    Value content = value(random, 0);
    Value patch = value(random, 0);
    Value expected = Values.merge(content, patch);
    for (String text :
        new String[] {
          Emitter.yaml(content, "", "\n"),
          Emitter.json(content),
          Emitter.json(content, "", "  ", "\r\n")
        }) {
      for (Format format : new Format[] {Format.YAML, Format.JSON}) {
        if (format == Format.JSON && text.charAt(0) != '{') {
          continue;
        }
        String patched = apply(format, text, Emitter.json(patch)).text();
        assertTrue(
            Values.same(expected, Document.parse(format, patched).root()),
            () -> text + "\n+ " + Emitter.json(patch) + "\n= " + patched);
      }
    }
  }

  private static Value value(Random random, int depth) {
    int kind = depth == 0 ? 0 : random.nextInt(depth > 3 ? 5 : 9);
    if (kind == 0 || kind > 6) {
      Value.Mapping mapping = Values.mapping(java.util.Map.of());
      for (int i = random.nextInt(4); i >= 0; i--) {
        mapping = Values.with(mapping, "k" + random.nextInt(6), value(random, depth + 1));
      }
      return mapping;
    }
    if (kind > 4) {
      Value.Sequence sequence = Values.sequence(java.util.List.of());
      for (int i = random.nextInt(3); i > 0; i--) {
        sequence = Values.with(sequence, sequence.items().size(), value(random, depth + 1));
      }
      return sequence;
    }
    return switch (kind) {
      case 1 -> Values.scalar(Value.ScalarType.INTEGER, "" + random.nextInt(9));
      case 2 -> Values.scalar(Value.ScalarType.NULL, "");
      case 3 -> Values.scalar(Value.ScalarType.BOOLEAN, "true");
      default ->
          Values.scalar(
              Value.ScalarType.STRING,
              new String[] {"", "a", "no", "#", "x\ny"}[random.nextInt(5)]);
    };
  }

  @Test
  void largeObjectsArePatchedInLinearTime() {
    String members =
        IntStream.range(10_000, 100_000)
            .mapToObj(i -> "\"k" + i + "\":1")
            .collect(Collectors.joining(","));
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            assertEquals(
                "{" + members.replace(",\"k50000\":1", "") + ", \"new\": 2}",
                apply(Format.JSON, "{" + members + "}", "{\"new\":2,\"k50000\":null}").text()));
  }

  private static Patched apply(Format format, String content, String patch) {
    return MergePatch.apply(Document.parse(format, content), patch.getBytes(UTF_8));
  }
}

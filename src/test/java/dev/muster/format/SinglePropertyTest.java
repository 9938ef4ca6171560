package dev.muster.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SinglePropertyTest {
  private static final String YAML =
      """
      # head
      server:            # the server
        port: 8080       # its port
        host: 'a'        # quoted

      list:
        - one   # first
        - name: x
          size: 1

      flow: {a: 1, b: "two"}   # flow
      text: |
        line one
        line two
      # after the text
      base: &base
        k: v
      copy: *base
      merged:
        <<: *base
        own: 1
      empty:
      last: end  # tail
      # foot
      """;

  private static final String JSON =
      """
      {
        "server": {
          "port": 8080,
          "host": "a\\u0062"
        },
        "list": ["one", {"x": 1}],
        "none": {},
        "last": null
      }
      """;

  private static final String PROPERTIES =
      "# head\r\nserver.port = 8080\r\n\r\n! more\r\nserver.host: a \\\r\n    b\r\nbare\r\nspaced value\r\n"
          + "\\u0061\\=b=c\\t\r\nlast=x";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server.port | 9090 | port: 8080 | port: 9090",
        "server.port | http | port: 8080 | port: http",
        "server.port | true | port: 8080 | port: true",
        "server.host | 1 | host: 'a' | host: '1'",
        "server.host | it's | host: 'a' | host: 'it''s'",
        "list[0] | yes | - one | - \"yes\"",
        "list[1].name | a: b | name: x | name: \"a: b\"",
        "list[1].size | 1.5 | size: 1 | size: 1.5",
        "flow.a | x y | a: 1 | a: x y",
        "flow.b | q\"q | \"two\" | \"q\\\"q\"",
        "base.own | 1 | k: v | k: v<LF>  own: 1",
        "merged.own | 2 | own: 1 | own: 2",
        "empty | 5 | empty: | empty: 5",
        "last | # no | last: end | last: \"# no\"",
        "server.tls.deep | true | host: 'a'        # quoted | host: 'a'        # quoted<LF>  tls:<LF>    deep: true",
        "list[2] | three | size: 1 | size: 1<LF>  - three",
        "list[1].tag | t | size: 1 | size: 1<LF>    tag: t",
        "server[com.acme] | D | host: 'a'        # quoted | host: 'a'        # quoted<LF>  \"[com.acme]\": D",
        "flow.c | 3 | \"two\" | \"two\", \"c\": 3",
        "fresh | 1 | last: end  # tail | last: end  # tail<LF>fresh: 1"
      })
  void yamlKeepsEverythingElse(String key, String value, String old, String now) {
    // what is below base is also below copy and merged, where it is no property of its own
    String expected = YAML.replace(old, now.replace("<LF>", "\n"));
    if (key.startsWith("base")) {
      assertThrows(FormatException.class, () -> set(Format.YAML, YAML, key, value));
    } else {
      assertEquals(expected, set(Format.YAML, YAML, key, value));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "copy.k, by an alias",
    "merged.k, by an alias",
    "server, a branch",
    "server.port.x, below a value",
    "list[5], a hole",
    "list[02], another spelling of an index",
    "list[1]name, no dot",
    "server.[x], a dot too many",
    "fresh[0], no list",
    "'', no key"
  })
  void yamlRefusesWhatItCannotChangeAlone(String key, String why) {
    assertThrows(FormatException.class, () -> set(Format.YAML, YAML, key, "1"), why);
  }

  @Test
  void yamlBlockScalars() {
    String now = set(Format.YAML, YAML, "text", "short");
    assertEquals(YAML.replace("|\n  line one\n  line two", "short"), now);
  }

  @Test
  void yamlFromNothing() {
    assertEquals("a:\n  b: 1\n", set(Format.YAML, "", "a.b", "1"));
    assertEquals("# c\na: 1\n", set(Format.YAML, "# c", "a", "1"));
    assertEquals("a: 1\nb: 2\n", set(Format.YAML, "a: 1", "b", "2"));
    assertEquals("a: 1\r\nb: 2\r\n", set(Format.YAML, "a: 1\r\n", "b", "2"));
    assertEquals("server.port: 2\n", set(Format.YAML, "server.port: 1\n", "server.port", "2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server.port | 9090 | 8080 | 9090",
        "server.host | 1 | \"a\\u0062\" | \"1\"",
        "list[0] | é | \"one\" | \"é\"",
        "list[1].x | null | {\"x\": 1} | {\"x\": null}",
        "list[1].y | 2 | {\"x\": 1} | {\"x\": 1, \"y\": 2}",
        "list[2] | z | {\"x\": 1}] | {\"x\": 1}, \"z\"]",
        "none | 1 | {} | 1",
        "none.a | 1 | {} | {\"a\": 1}",
        "last | 01 | null | \"01\"",
        "server.tls | true | \"a\\u0062\" | \"a\\u0062\",<LF>    \"tls\": true",
        "fresh.x | 1 | null | null,<LF>  \"fresh\": {<LF>    \"x\": 1<LF>  }"
      })
  void jsonKeepsEverythingElse(String key, String value, String old, String now) {
    assertEquals(JSON.replace(old, now.replace("<LF>", "\n")), set(Format.JSON, JSON, key, value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server.port | 9090 | = 8080 | = 9090",
        "server.host | x | a \\<CR><LF>    b | x",
        "bare | 1 | bare | bare=1",
        "spaced | =1 | spaced value | spaced \\=1",
        "a=b | c\\ | =c\\t | =c\\\\",
        "last | y | last=x | last=y",
        "fresh key | v | last=x | last=x<CR><LF>fresh\\ key=v<CR><LF>"
      })
  void propertiesKeepEverythingElse(String key, String value, String old, String now) {
    String expected = PROPERTIES.replace(ends(old), ends(now));
    assertEquals(expected, set(Format.PROPERTIES, PROPERTIES, key, value));
  }

  private static String ends(String text) {
    return text.replace("<CR>", "\r").replace("<LF>", "\n");
  }

  @Test
  void otherFormatsAreRefused() {
    assertThrows(FormatException.class, () -> set(Format.TOML, "a = 1\n", "a", "2"));
  }

  static LongStream seeds() {
    return LongStream.range(0, 500);
  }

  /** Many sets in a row: each is read back, and no other property changes. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsSetIsReadAndNothingElseChanges(long seed) {
    Random random = new Random(seed);
    Format format = List.of(Format.PROPERTIES, Format.YAML, Format.JSON).get(random.nextInt(3));
    String text = format == Format.YAML ? YAML : format == Format.JSON ? JSON : PROPERTIES;
    for (int i = 0; i < 8; i++) {
      Document before = Document.parse(format, text.getBytes(UTF_8));
      Map<String, Property> expected = new LinkedHashMap<>(PropertyView.of(before));
      List<String> keys = new ArrayList<>(expected.keySet());
      String key =
          random.nextBoolean() ? keys.get(random.nextInt(keys.size())) : "new" + i + ".k" + seed;
      String value = value(random);
      try {
        text = SingleProperty.set(before, key, value);
      } catch (FormatException e) {
        continue; // refused: nothing changed
      }
      Document after = Document.parse(format, text.getBytes(UTF_8));
      Map<String, Property> now = new LinkedHashMap<>(PropertyView.of(after));
      Property set = now.remove(key);
      assertEquals(
          value.equals("null") && set.kind() == Property.Kind.NULL ? "" : value, set.value());
      expected.remove(key);
      assertEquals(values(expected), values(now));
      assertEquals(comments(before.text()), comments(text));
    }
  }

  private static String value(Random random) {
    String chars = "ab1 :#'\"\\\n\t=-{}[],&*!|>%@`é\u2028\u0085~nulltrue.";
    StringBuilder value = new StringBuilder();
    int length = random.nextInt(6);
    for (int i = 0; i < length; i++) {
      value.append(chars.charAt(random.nextInt(chars.length())));
    }
    return value.toString();
  }

  private static Map<String, String> values(Map<String, Property> properties) {
    Map<String, String> values = new LinkedHashMap<>();
    properties.forEach((key, property) -> values.put(key, property.kind() + property.value()));
    return values;
  }

  /** The comments of the text that the seeds begin with. */
  private static List<String> comments(String text) {
    return List.of("# head", "# the server", "# its port", "# after the text", "# foot", "! more")
        .stream()
        .filter(text::contains)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "YAML;server.port;  port: 8080       # its port<LF>",
        "YAML;list[1].size;    size: 1<LF>",
        "YAML;flow.b;, b: \"two\"",
        "YAML;text;text: |<LF>  line one<LF>  line two<LF>",
        "YAML;last;last: end  # tail<LF>",
        "JSON;server.port;<LF>    \"port\": 8080,",
        "JSON;none;,<LF>  \"none\": {}",
        "PROPERTIES;server.port;server.port = 8080<CR><LF>",
        "PROPERTIES;server.host;server.host: a \\<CR><LF>    b<CR><LF>",
        "PROPERTIES;bare;bare<CR><LF>",
        "PROPERTIES;a=b;\\u0061\\=b=c\\t<CR><LF>",
        "PROPERTIES;last;last=x",
      })
  void oneIsRemovedAndNothingElse(Format format, String key, String gone) {
    String text =
        switch (format) {
          case YAML -> YAML;
          case JSON -> JSON;
          default -> PROPERTIES;
        };
    String written = gone.replace("<CR>", "\r").replace("<LF>", "\n");
    int at = text.indexOf(written);
    assertEquals(
        text.substring(0, at) + text.substring(at + written.length()),
        remove(format, text, key).orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server | a branch",
        "list[0] | an element",
        "copy.k | by an alias",
        "merged.k | by a merge key",
        "base.k | an alias shows it too",
        "twice.a | in two spellings",
        "only.one | the mapping would be null",
      })
  void whatCannotBeRemovedAloneStays(String key, String why) {
    String text = YAML + "twice:\n  a: 1\ntwice.a: 2\nonly:\n  one: 1\n";
    assertThrows(FormatException.class, () -> remove(Format.YAML, text, key), why);
  }

  @Test
  void whatIsNotThereIsNotRemoved() {
    assertEquals(Optional.empty(), remove(Format.YAML, YAML, "server.none"));
    assertEquals(Optional.empty(), remove(Format.JSON, JSON, "list[7]"));
    assertEquals(Optional.empty(), remove(Format.PROPERTIES, PROPERTIES, "server"));
  }

  private static Optional<String> remove(Format format, String text, String key) {
    return SingleProperty.remove(Document.parse(format, text.getBytes(UTF_8)), key);
  }

  private static String set(Format format, String text, String key, String value) {
    return SingleProperty.set(Document.parse(format, text.getBytes(UTF_8)), key, value);
  }
}

package dev.muster.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.muster.format.Property.Kind;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PropertyTextTest {
  private static final List<Kind> KINDS =
      List.of(Kind.STRING, Kind.INTEGER, Kind.DECIMAL, Kind.BOOLEAN);

  private static SortedMap<String, Property> strings(String... keysAndValues) {
    SortedMap<String, Property> map = new TreeMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      put(map, keysAndValues[i], keysAndValues[i + 1], Kind.STRING);
    }
    return map;
  }

  private static void put(Map<String, Property> map, String key, String value, Kind kind) {
    map.put(key, new Property(key, value, kind, 1, 1));
  }

  @Test
  void yamlIsNestedWhereItCanBe() {
    SortedMap<String, Property> map =
        strings(
            "a.b",
            "x",
            "a.c",
            "8080",
            "log",
            "info",
            "log.db",
            "debug",
            "l[0]",
            "one",
            "l[1].name",
            "x",
            "l[1].m",
            "true",
            "gap[1]",
            "x",
            "odd..key",
            "1",
            "m[0][0]",
            "x",
            "m[0][1]",
            "y");
    put(map, "port", "8080", Kind.INTEGER);
    put(map, "none", "", Kind.NULL);
    put(map, "map", "", Kind.EMPTY_MAPPING);
    put(map, "list", "", Kind.EMPTY_SEQUENCE);
    assertEquals(
        """
        a:
          b: x
          c: "8080"
        "gap[1]": x
        l:
          - one
          - m: "true"
            name: x
        list: []
        log: info
        log.db: debug
        m:
          - - x
            - "y"
        map: {}
        none: null
        odd..key: "1"
        port: 8080
        """,
        new String(PropertyText.yaml(map), UTF_8));
    assertEquals("{}\n", new String(PropertyText.yaml(new TreeMap<>()), UTF_8));
  }

  @Test
  void propertiesAreEscapedForEveryReader() {
    assertEquals(
        """
        \\ k\\ \\=\\:\\#\\!=\\  v =:#!
        \\u00E9=\\u20AC\\uD83D\\uDE00
        b=c:\\\\d\\n\\t\\r\\f
        """
            .lines()
            .sorted()
            .reduce("", (one, other) -> one + other + "\n"),
        new String(
                PropertyText.properties(
                    strings(" k =:#!", "  v =:#!", "é", "€\uD83D\uDE00", "b", "c:\\d\n\t\r\f")),
                UTF_8)
            .lines()
            .sorted()
            .reduce("", (one, other) -> one + other + "\n"));
  }

  @Test
  void flatIsOneObjectOfTexts() {
    assertEquals(
        "{\n  \"a\": \"\\\"\\n\",\n  \"b.c\": \"é\"\n}\n",
        new String(PropertyText.json(strings("a", "\"\n", "b.c", "é")), UTF_8));
    assertEquals("{}\n", new String(PropertyText.json(new TreeMap<>()), UTF_8));
  }

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsWrittenIsReadAgain(long seed) throws IOException {
    Random random = new Random(seed);
    SortedMap<String, Property> map = new TreeMap<>();
    String[] pieces = {
      "a", "b", ".", ".", "[0]", "[1]", "[", "[a]", "[a.b]", "]", "é", " ", "=", "on", "1", "\\",
      "#"
    };
    String[] values = {
      "x",
      "",
      "on",
      "1",
      "0x1",
      "null",
      "~",
      " x ",
      "é\uD83D\uDE00",
      "a: b",
      "- x",
      "#",
      "\n",
      "x\ny\n",
      "\\",
      "'",
      "\"",
      "{}",
      "${a}",
      "1.50",
      "true",
      "2020-01-01",
      "\u0001",
      ":"
    };
    int size = random.nextInt(12);
    for (int i = 0; i < size; i++) {
      StringBuilder key = new StringBuilder("k");
      for (int j = random.nextInt(5); j > 0; j--) {
        key.append(pieces[random.nextInt(pieces.length)]);
      }
      put(
          map,
          key.toString(),
          values[random.nextInt(values.length)],
          KINDS.get(random.nextInt(KINDS.size())));
    }
    Map<String, String> expected = new TreeMap<>();
    map.forEach((key, property) -> expected.put(key, property.value()));
    byte[] yaml = PropertyText.yaml(map);
    byte[] properties = PropertyText.properties(map);
    assertEquals(expected, read(Format.YAML, yaml), () -> new String(yaml, UTF_8));
    assertEquals(expected, read(Format.PROPERTIES, properties));
    Properties java = new Properties();
    java.load(new StringReader(new String(properties, ISO_8859_1)));
    assertEquals(expected, new TreeMap<Object, Object>(java));
    assertEquals(expected, read(Format.JSON, PropertyText.json(map)));
    assertArrayEquals(yaml, PropertyText.yaml(new TreeMap<>(map)));
  }

  private static Map<String, String> read(Format format, byte[] text) {
    Map<String, String> read = new TreeMap<>();
    PropertyView.of(Document.parse(format, text))
        .values()
        .forEach(property -> read.put(property.key(), property.value()));
    return read;
  }
}

package dev.muster.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PropertyViewTest {
  @Test
  void yaml() {
    assertEquals(
        """
        server.port=8080 INTEGER 2
        server.host=it's STRING 3
        server.tls=true BOOLEAN 4
        server.idle= NULL 5
        hosts[0]=a STRING 7
        hosts[1].name=b STRING 8
        hosts[1].weight=0.5 DECIMAL 9
        hosts[2][0]=255 INTEGER 10
        hosts[2][1]=8 INTEGER 10
        spring.profiles=on STRING 11
        text=one
        two
         STRING 12
        none= EMPTY_MAPPING 15
        nobody= EMPTY_SEQUENCE 16""",
        view(
            Format.YAML,
            """
            server:
              port: 8080
              host: 'it''s'
              tls: True
              idle:
            hosts:
              - a
              - name: b
                weight: 0.5
              - [0xFF, 0o10]
            spring.profiles: on
            text: |
              one
              two
            none: {}
            nobody: []
            """));
  }

  @Test
  void aliasesAndMergeKeysOfYaml() {
    assertEquals(
        """
        base.a=1 INTEGER 2
        base.b=2 INTEGER 3
        app.b=3 INTEGER 6
        app.a=1 INTEGER 2
        copy.a=1 INTEGER 2
        copy.b=2 INTEGER 3""",
        view(
            Format.YAML,
            """
            base: &base
              a: 1
              b: 2
            app:
              <<: *base
              b: 3
            copy: *base
            """));
  }

  /** Aliases multiply characters as well as values: 20 MB out of 25 KB. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: &x %1$s\nb: [%2$s]",
        "a: &x {? %1$s : 1}\nb: [%2$s]",
        "a: &x {k: %1$s}\nb: {c: [{<<: [%2$s]}]}",
        "a: &x [%1$s]\nb: [%2$s]",
      })
  void theCharactersBehindAliasesAreBounded(String content) {
    String few = content.formatted("x".repeat(20_000), "*x, ".repeat(99) + "*x");
    assertFalse(PropertyView.of(Document.parse(Format.YAML, few)).isEmpty());
    String many = content.formatted("x".repeat(20_000), "*x, ".repeat(999) + "*x");
    FormatException refused =
        assertThrows(FormatException.class, () -> Document.parse(Format.YAML, many));
    assertTrue(refused.getMessage().contains("16777216 characters"), refused::getMessage);
  }

  @Test
  void theLaterSpellingWins() {
    assertEquals("b=0 INTEGER 2\na.b=2 INTEGER 3", view(Format.YAML, "a: {b: 1}\nb: 0\na.b: 2\n"));
  }

  @Test
  void json() {
    assertEquals(
        """
        a[0].b=x STRING 2
        a[1]=1.50 DECIMAL 3
        a[2]= NULL 3
        é=\uD83D\uDE00 STRING 4""",
        view(
            Format.JSON,
            """
            {"a": [
               {"b": "x"},
               1.50, null],
             "\\u00e9": "\\ud83d\\ude00"
            }"""));
  }

  @Test
  void wholesThatAreNoMapping() {
    assertEquals("=5 INTEGER 1", view(Format.JSON, "5"));
    assertEquals("[0]=5 INTEGER 1", view(Format.JSON, "[5]"));
    assertEquals("", view(Format.JSON, "null"));
    assertEquals("", view(Format.JSON, "{}"));
    assertEquals("", view(Format.YAML, "# nothing\n"));
    assertEquals("", view(Format.HOCON, ""));
  }

  /** Java leaves out seconds that are zero; TOML does not. */
  @Test
  void timesOfTomlAreWhole() {
    assertEquals(
        """
        a=1979-05-27T07:32:00Z DATE_TIME 1
        b=1979-05-27T07:32:00-07:00 DATE_TIME 2
        c=1979-05-27T07:32:00.5 DATE_TIME 3
        d=07:32:00 DATE_TIME 4
        e=1979-05-27 DATE_TIME 5""",
        view(
            Format.TOML,
            """
            a = 1979-05-27T07:32:00Z
            b = 1979-05-27T07:32:00-07:00
            c = 1979-05-27T07:32:00.5
            d = 07:32:00
            e = 1979-05-27
            """));
  }

  @Test
  void toml() {
    assertEquals(
        """
        title=x STRING 1
        server.port=8080 INTEGER 3
        server.ratio=0.5 DECIMAL 4
        server.since=2020-01-01 DATE_TIME 5
        server.tags[0]=a STRING 6
        server.tags[1]=b STRING 6
        server.tls.on=true BOOLEAN 7
        hosts[0].name=a STRING 9
        hosts[1].name=b STRING 11""",
        view(
            Format.TOML,
            """
            title = "x"
            [server]
            port = 8_080
            ratio = 0.5
            since = 2020-01-01
            tags = ["a", 'b']
            tls.on = true
            [[hosts]]
            name = "a"
            [[hosts]]
            name = "b"
            """));
  }

  @Test
  void xml() {
    assertEquals(
        """
        config.@version=2 STRING 1
        config.server.@port=1 STRING 3
        config.server.#text=main STRING 3
        config.host[0]=a STRING 4
        config.host[1]=b & c STRING 5
        config.empty= STRING 7""",
        view(
            Format.XML,
            """
            <config version="2">
              <!-- which -->
              <server port="1"> main </server>
              <host>a</host>
              <host
              ><![CDATA[b & c]]></host>
              <empty/>
            </config>
            """));
  }

  @Test
  void hocon() {
    assertEquals(
        """
        base=/srv STRING 1
        server.port=8080 INTEGER 3
        server.path=/srv/x STRING 4
        server.timeout=10 s STRING 5
        server.away=${elsewhere} REFERENCE 6
        list[0]=1 INTEGER 8
        list[1]=2 INTEGER 9""",
        view(
            Format.HOCON,
            """
            base = /srv
            server {
              port = 8080
              path = ${base}/x
              timeout = 10 s
              away = ${elsewhere}
            }
            list = [1]
            list += 2
            """));
  }

  @Test
  void hoconReadsNoEnvironment() {
    assertTrue(
        view(Format.HOCON, "a = ${PATH}\nb = ${java.home}\n").contains("a=${PATH} REFERENCE"));
  }

  @Test
  void hoconThatGrowsIsRefused() {
    StringBuilder doubling = new StringBuilder("a0 = xxxxxxxxxx\n");
    for (int i = 1; i < 60; i++) {
      doubling
          .append("a")
          .append(i)
          .append(" = ${a")
          .append(i - 1)
          .append("}${a")
          .append(i - 1)
          .append("}\n");
    }
    assertThrows(FormatException.class, () -> view(Format.HOCON, doubling.toString()));
    assertThrows(
        FormatException.class,
        () -> view(Format.HOCON, "a = xxxxxxxxxx\n" + "a = ${a}${a}\n".repeat(60)));
    StringBuilder chain = new StringBuilder("a0 = 1\n");
    for (int i = 1; i < 20_000; i++) {
      chain.append("a").append(i).append(" = ${a").append(i - 1).append("}\n");
    }
    assertThrows(FormatException.class, () -> view(Format.HOCON, chain.toString()));
  }

  @Test
  void properties() {
    assertEquals(
        """
        server.port=8080 STRING 2
        path=a b STRING 3
        tab\t=x STRING 6""",
        view(Format.PROPERTIES, "# comment\nserver.port = 8080\npath: a \\\n    b\n\ntab\\t x\n"));
  }

  @Test
  void severalDocumentsHaveNoOneView() {
    byte[] two = "a: 1\n---\na: 2\n".getBytes(UTF_8);
    assertEquals(List.of(), Syntax.check(Format.YAML, two));
    FormatException e = assertThrows(FormatException.class, () -> Document.parse(Format.YAML, two));
    assertEquals(3, e.problems().get(0).line());
  }

  private static String view(Format format, String text) {
    return PropertyView.of(Document.parse(format, text.getBytes(UTF_8))).values().stream()
        .map(each -> each.key() + "=" + each.value() + " " + each.kind() + " " + each.line())
        .collect(Collectors.joining("\n"));
  }
}

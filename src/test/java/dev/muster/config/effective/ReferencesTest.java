package dev.muster.config.effective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.config.effective.Effective.Unresolved;
import dev.muster.config.effective.EffectiveException.Place;
import dev.muster.config.effective.EffectiveException.Reason;
import dev.muster.format.Property.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferencesTest {
  private final Shop shop = new Shop();

  @AfterEach
  void close() {
    shop.close();
  }

  private Effective.Setting resolve(String value, String more) {
    shop.put(
            "application.yaml",
            "host: db1\nport: 5432\nenv: prod\nurl.prod: U\nempty: ''\nkeyed: port\n" + more)
        .put(
            "x/application.json",
            "{\"v\": \"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}");
    return shop.effective("x").properties().get("v");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "jdbc:${host}:${port}/a|jdbc:db1:5432/a",
        "${host:other}|db1",
        "${none:other}|other",
        "${none:}|",
        "${empty:other}|",
        "${none:${host}}|db1",
        "${none:a${none:b}c}|abc",
        "${none:http://x:80}|http://x:80",
        "${url.${env}}|U",
        "${${keyed}}|5432",
        "${none:{a}}|{a}",
        "${none:{a}b}c|{a}bc",
        "${host|${host",
        "$host {host} }|$host {host} }",
        "\\${host}|${host}",
        "\\\\${host}|\\${host}",
        "${none:\\${host}}|${host}",
        "\\${host|\\${host",
        "a\\${host}${host}|a${host}db1",
        "${none}|${none}",
        "${none.${env}}/${host}|${none.${env}}/db1",
        "${}|${}",
        "${no\\:ne:d}|d",
      })
  void valuesAreResolvedAsSpringDoes(String value, String expected) {
    assertEquals(expected == null ? "" : expected, resolve(value, "").property().value());
  }

  @Test
  void theRawValueAndTheKeysItRefersToAreTold() {
    Effective.Setting setting = resolve("${host}:${none:${port:${host}}}", "");
    assertEquals("db1:5432", setting.property().value());
    assertEquals("${host}:${none:${port:${host}}}", setting.raw());
    assertEquals(List.of("host", "none", "port"), setting.references());
    assertEquals(null, shop.effective("x").properties().get("host").raw());
  }

  @Test
  void whatIsUnresolvedIsListedWhereItIsWritten() {
    resolve("${indirect}-${HOME}", "indirect: '${DB_PASSWORD}'\n");
    Effective effective = shop.effective("x");
    assertEquals("${DB_PASSWORD}-${HOME}", effective.properties().get("v").property().value());
    assertEquals(
        List.of(
            new Unresolved("indirect", "${DB_PASSWORD}", "application.yaml", 7),
            new Unresolved("v", "${HOME}", "x/application.json", 1)),
        effective.unresolved());
  }

  @Test
  void aReferenceAloneIsOfItsTargetsKind() {
    assertEquals(Kind.INTEGER, resolve("${port}", "").property().kind());
    assertEquals(Kind.STRING, resolve("${port}0", "").property().kind());
    assertEquals(Kind.STRING, resolve("${none:1}", "").property().kind());
    shop.put("y/application.conf", "p = 80\np = ${?P}\nq = ${p}0\nr = ${p}\ns = x\ns = ${?S}");
    assertEquals(
        "p INTEGER, q STRING, r INTEGER, s STRING",
        Stream.of("p", "q", "r", "s")
            .map(key -> key + " " + shop.effective("y").properties().get(key).property().kind())
            .collect(Collectors.joining(", ")));
  }

  @Test
  void circlesAreShownWithTheirPlaces() {
    shop.put("application.yaml", "a: x${b}\nok: '${ok2:${a}}'\nok2: 1")
        .put("x/application.yaml", "\nb: ${none:${a}}");
    EffectiveException refused = assertThrows(EffectiveException.class, () -> shop.effective("x"));
    assertEquals(Reason.REFERENCE_CYCLE, refused.reason());
    assertEquals(List.of("a", "b", "a"), refused.facts().get("cycle"));
    assertEquals(
        List.of(new Place("application.yaml", 1), new Place("x/application.yaml", 2)),
        refused.facts().get("places"));
    shop.put("x/application.yaml", "b: 1");
    assertEquals("x1", shop.effective("x").properties().get("a").property().value());
    shop.put("x/application.yaml", "b: ${b}");
    refused = assertThrows(EffectiveException.class, () -> shop.effective("x"));
    assertEquals(List.of("b", "b"), refused.facts().get("cycle"));
  }

  @Test
  void aDefaultThatIsNotNeededIsNotLookedAt() {
    shop.put("application.yaml", "a: ${b:${a}}\nb: 1");
    assertEquals("a=1\nb=1", Shop.text(shop.effective("x")));
  }

  @Test
  void hoconsOwnReferencesGoAcrossItems() {
    shop.put("application.yaml", "host: db1")
        .put("x/application.conf", "own = 1\nv = ${host}\"/a b\"\nw = ${own}\nu = ${?none}x\n");
    Effective effective = shop.effective("x");
    assertEquals("db1/a b", effective.properties().get("v").property().value());
    assertEquals("1", effective.properties().get("w").property().value());
    assertEquals(List.of(), effective.unresolved());
  }

  /** What is defined nowhere in the item, and what others say of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "v = 8080\\nv = ${PORT}                     | 9000        | ${PORT}",
        "v = 8080\\nv = ${?PORT}                    | 9000        | 8080",
        "v = ${PORT}\\nv = 8080                     | 8080        | 8080",
        "v = ${?PORT}                               | 9000        | ``",
        "v = a${?PORT}b                             | a9000b      | ab",
        "v = ${?PORT}${?HOST}                       | 9000db      | ``",
        "v = ${?NONE}                               | ``          | ``",
        "h = x\\nh = ${?HOST}\\nv = \"//\"${h}\":\"${PORT} | //db:9000 | //x:${PORT}",
        "v = ${HOST}\\nv = ${?PORT}                 | 9000        | ${HOST}",
        "v = ${HOST}\\nv = ${v}-${PORT}             | db-9000     | ${HOST}-${PORT}",
        "v = ${\"a:b\".c}                           | colon       | ${a\\\\:b.c}",
        "v = ${?PORT}\\nPORT = 1                    | 1           | 1",
        "v = 1\\nv = ${?v}                          | 1           | 1",
        "v = 1\\nv = ${?PORT}\\nv = ${?PORT2}\\nPORT2 = 2 | 2         | 2",
      })
  void hoconsReferencesToOtherItems(String content, String defined, String undefined) {
    shop.put("x/application.conf", content.replace("\\n", "\n"));
    Effective without = shop.effective("x");
    assertEquals(undefined.replace("\\\\", "\\"), without.properties().get("v").property().value());
    shop.put("application.yaml", "PORT: 9000\nHOST: db\n'a:b': {c: colon}");
    assertEquals(defined, shop.effective("x").properties().get("v").property().value());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v = ${base} {b: 2}",
        "v = {b: 2}\nv = ${base}",
        "v = {b: 2}\nv = ${?base}",
        "v = ${base}\nv = {b: 2}",
        "v = ${base}\nv.b = 2",
        "v = [1] ${more}",
        "v = [1] ${?more}",
        "v = [1]\nv = ${?more}",
        "v = 1\nv = ${?a}\nv = ${?b}",
        "v = 1\nv = ${?a}${?b}",
        "w = 1\nw = ${?a}\nv = ${w}\nv = ${?b}",
        "v = \"{\"\nv = ${?a}",
        "v = ${a}\nw = ${?a}",
        "v = \"\\\\\"${a}",
        "v = \"\\uFFFE0\\uFFFF\"",
        "w = ${a}x\nv = ${w} {b: 1}",
      })
  void whatNoReferenceOfHoconCanSayIsRefused(String content) {
    shop.put("x/application.conf", "ok = 1\n" + content);
    EffectiveException refused = assertThrows(EffectiveException.class, () -> shop.effective("x"));
    assertEquals(Reason.UNREADABLE_LAYER, refused.reason(), refused.detail());
    assertTrue(
        content.startsWith("w = ${a}x") || (int) refused.facts().get("line") > 1, refused.detail());
  }

  @Test
  void elementsOfHoconHaveTheirLines() {
    shop.put("x/application.conf", "v = [\n1,\n${a},\n${b}]\nb = 2");
    Effective effective = shop.effective("x");
    assertEquals("b=2\nv[0]=1\nv[1]=${a}\nv[2]=2", Shop.text(effective));
    assertEquals(3, effective.unresolved().get(0).line());
  }

  @Test
  void whatGrowsWithoutBoundIsRefused() {
    StringBuilder laughs = new StringBuilder("a0: " + "x".repeat(100) + "\n");
    for (int i = 1; i < 40; i++) {
      laughs.append("a%d: '${a%d}${a%d}'%n".formatted(i, i - 1, i - 1));
    }
    shop.put("application.yaml", laughs.toString());
    tooLarge();
    StringBuilder chain = new StringBuilder("b0: 1\n");
    for (int i = 1; i < 200; i++) {
      chain.append("b%d: '${b%d}'%n".formatted(i, i - 1));
    }
    shop.put("application.yaml", chain.toString().replace("b", "z"));
    // The order of keys decides how deep it goes at once: z0, z1, z10, z100 ...
    tooLarge();
    shop.put("application.properties", "c=" + "${a:".repeat(100) + "}".repeat(100));
    shop.delete("application.yaml");
    tooLarge();
    shop.put("application.properties", "c=" + "${none:}".repeat(100_001));
    tooLarge();
  }

  private void tooLarge() {
    EffectiveException refused = assertThrows(EffectiveException.class, () -> shop.effective("x"));
    assertEquals(Reason.TOO_LARGE, refused.reason(), refused.detail());
    assertTrue(refused.detail().contains("at most"), refused.detail());
  }

  @Test
  void readingIsLinear() {
    String value = "${".repeat(500_000);
    shop.put("application.properties", "c=" + value);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertEquals("c=" + value, Shop.text(shop.effective("x"))));
  }
}

package dev.muster.config.effective;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.muster.config.effective.Effective.Overridden;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MergeTest {
  private final Shop shop = new Shop();

  @AfterEach
  void close() {
    shop.close();
  }

  private void check(String expected, String... lowestFirst) {
    for (int i = 0; i < lowestFirst.length; i++) {
      shop.put("p" + i + ".yaml", lowestFirst[i]);
    }
    StringBuilder includes = new StringBuilder("muster.include: ");
    for (int i = 0; i < lowestFirst.length; i++) {
      includes.append("p").append(i).append(".yaml,");
    }
    shop.put("application.yaml", includes.toString());
    assertEquals(expected, Shop.text(shop.effective("x")));
  }

  @Test
  void mappingsAreMerged() {
    check("a.b=1\na.c=3\na.d=4", "a: {b: 1, c: 2}", "a: {c: 3, d: 4}");
    check("a.b=1", "a: {b: 1}", "a: {}");
    check("a.b=1", "a: {}", "a: {b: 1}");
    check("a=", "a: {}", "a: {}");
  }

  @Test
  void listsAreReplacedAsAWhole() {
    check("a[0]=9", "a: [1, 2, 3]", "a: [9]");
    check("a[0].n=z", "a: [{n: x, m: 1}, {n: y}]", "a: [{n: z}]");
    check("a=", "a: [1, 2]", "a: []");
    check("a[0]=1", "a: []", "a: [1]");
    check("m.a[0][0]=9\nm.b=1", "m: {a: [[1, 2], [3]], b: 1}", "m: {a: [[9]]}");
    check(
        "ab[0]=1\na[0]=2".lines().sorted().reduce((x, y) -> x + "\n" + y).orElseThrow(),
        "ab: [1]\na: [1, 1]",
        "a: [2]");
  }

  /** Spring Boot's way to write names with dots. */
  @Test
  void namesInBracketsAreNoList() {
    check(
        "logging.level.root=INFO\nlogging.level[com.acme]=DEBUG",
        "logging.level.root: INFO",
        "logging.level: {'[com.acme]': DEBUG}");
    check(
        "level[com.acme]=DEBUG\nlevel[org.x]=INFO",
        "level: {'[com.acme]': INFO, '[org.x]': INFO}",
        "level[com.acme]: DEBUG");
    check("m[/a].x=1\nm[/a].y=3\nm[/b]=2", "m: {'[/a]': {x: 1, y: 1}, '[/b]': 2}", "m[/a].y: 3");
    check("m[/a][0]=9\nm[/b]=2", "m: {'[/a]': [1, 2], '[/b]': 2}", "m[/a]: [9]");
    check("m[0]=1", "m: {'[/a]': 1, x: 2}", "m: [1]");
    check("m[/a]=2", "m: [1, 2]", "m: {'[/a]': 2}");
    check("m=7", "m: {'[/a]': 1}", "m: 7");
    check("m[/a]=1", "m: {'[/a]': 1}", "m: {}");
    check("m[/a]=1", "m: 7", "m: {'[/a]': 1}");
    check("a[x=2\na[x]=1", "a: {'[x]': 1}", "'a[x': 2");
    check("m[0x]=2\nm[1x]=1", "m: {'[1x]': 1}", "m: {'[0x]': 2}");
  }

  @Test
  void whatCannotStandBesideTheHigherGoes() {
    check("a=1", "a: {b: {c: 1}, d: [1]}", "a: 1");
    check("a.b=1", "a: 1", "a: {b: 1}");
    check("a.b.c=1", "a: {b: 1}", "a: {b: {c: 1}}");
    check("a=1", "a: [1, 2]", "a: 1");
    check("a[0]=1", "a: 7", "a: [1]");
    check("a.b=1", "a: [1, 2]", "a: {b: 1}");
    check("a[0]=1", "a: {b: 1}", "a: [1]");
    check("a=", "a: {b: 1}", "a: null");
    check("a=", "a: 1", "a: {}");
    check("a=", "a: [1]", "a: {}");
    check("a.b=2", "a: {b: 1}", "a: 1", "a: {b: 2}");
  }

  @Test
  void oneLayerOfPropertiesMayHaveAKeyAndKeysBelowIt() {
    shop.put("application.properties", "log=info\nlog.db=debug\nlist[0]=a\nlist[2]=c");
    assertEquals("list[0]=a\nlist[2]=c\nlog=info\nlog.db=debug", Shop.text(shop.effective("x")));
    shop.put("x/application.properties", "log=warn");
    assertEquals("list[0]=a\nlist[2]=c\nlog=warn", Shop.text(shop.effective("x")));
  }

  @Test
  void originsAndWhatTheyOverrideAreTold() {
    shop.put("application.yaml", "\nk: 0")
        .put("x/application.yaml", "a: 1\n\nk: 1")
        .put("application-prod.properties", "k=2");
    Effective.Setting setting = shop.effective("x", "prod").properties().get("k");
    assertEquals("application-prod.properties", setting.layer().item());
    assertEquals(1, setting.property().line());
    assertEquals(
        List.of(
            new Overridden("x/application.yaml", 3, "1"),
            new Overridden("application.yaml", 2, "0")),
        setting.overrides());
  }
}

package dev.muster.config.effective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.config.effective.EffectiveException.Reason;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerSearchTest {
  private final Shop shop = new Shop();

  @AfterEach
  void close() {
    shop.close();
  }

  private EffectiveException refused(Reason reason, String app, String... profiles) {
    EffectiveException refused =
        assertThrows(EffectiveException.class, () -> shop.effective(app, profiles));
    assertEquals(reason, refused.reason(), refused.detail());
    return refused;
  }

  @Test
  void profilesAreAboveFoldersAndALaterProfileIsAboveAnEarlierOne() {
    shop.put("application.yaml", "k: 0")
        .put("checkout/application.yaml", "k: 1")
        .put("application-prod.yaml", "k: 2")
        .put("checkout/application-prod.yaml", "k: 3")
        .put("application-eu.yaml", "k: 4")
        .put("checkout/application-eu.yaml", "k: 5")
        .put("billing/application.yaml", "k: 6")
        .put("application-dev.yaml", "k: 7");
    Layers layers = shop.layers("checkout", "prod", "eu");
    assertEquals(
        """
        application.yaml: defaults
        checkout/application.yaml: application
        application-prod.yaml: profile prod
        checkout/application-prod.yaml: profile prod
        application-eu.yaml: profile eu
        checkout/application-eu.yaml: profile eu""",
        layers.layers().stream()
            .map(layer -> layer.item() + ": " + layer.why())
            .collect(Collectors.joining("\n")));
    assertEquals("k=5", Shop.text(shop.effective("checkout", "prod", "eu")));
    assertEquals("k=3", Shop.text(shop.effective("checkout", "eu", "prod")));
    assertEquals("k=1", Shop.text(shop.effective("checkout")));
    assertEquals("k=2", Shop.text(shop.effective("unheard-of", "prod")));
  }

  @Test
  void ofOneBaseNamePropertiesAreLast() {
    shop.put("application.properties", "k=p")
        .put("application.yml", "k: yml")
        .put("application.yaml", "k: yaml")
        .put("application.toml", "k = 't'")
        .put("application.json", "{\"k\": \"j\"}")
        .put("application.conf", "k = c")
        .put("application.xml", "<k>x</k>")
        .put("application.txt", "k");
    assertEquals(
        "application.conf application.json application.toml application.yaml application.yml"
            + " application.properties",
        Shop.names(shop.layers("a")));
  }

  @Test
  void aVariantAppliesToClientsThatFulfilAllItsConditions() {
    shop.put("application.yaml", "k: 0")
        .put("application+zone-a.yaml", "k: 1", Map.of("for.zone", "a", "team", "x"))
        .put("application+a.yaml", "k: 2", Map.of("for.zone", "a", "for.tier", "gold"))
        .put("application+b.yaml", "k: 3", Map.of("for.tier", "gold"))
        .put("application+none.yaml", "k: 4", Map.of("team", "x"))
        .put("application+.yaml", "k: 5", Map.of("for.zone", "a"))
        .put("checkout/application.yaml", "k: 6")
        .put("application-prod+a.properties", "k=7", Map.of("for.zone", "a"));
    Client gold = Shop.labelled("checkout", Map.of("zone", "a", "tier", "gold"));
    Layers layers = shop.configs.layers(shop.state(), gold);
    assertEquals(
        "application.yaml application+b.yaml application+zone-a.yaml application+a.yaml"
            + " checkout/application.yaml",
        Shop.names(layers));
    assertEquals("labels tier=gold,zone=a", layers.layers().get(3).why());
    assertEquals(1, layers.ignored().size());
    assertEquals("application+none.yaml", layers.ignored().get(0).item());
    assertTrue(layers.ignored().get(0).reason().startsWith("it has no conditions"));
    Layers silver =
        shop.configs.layers(
            shop.state(), Shop.labelled("x", Map.of("zone", "a", "tier", "silver"), "prod"));
    assertEquals(
        "application.yaml application+zone-a.yaml application-prod+a.properties",
        Shop.names(silver));
    assertEquals(
        List.of(
            "it is for tier=gold; the client has tier=silver",
            "it is for tier=gold; the client has tier=silver"),
        silver.ignored().stream()
            .map(Layers.Ignored::reason)
            .filter(reason -> reason.startsWith("it is"))
            .toList());
    assertEquals("application.yaml", Shop.names(shop.layers("x")));
  }

  @Test
  void whatIsIncludedIsDirectlyBelowTheItemThatNamesItInTheOrderNamed() {
    shop.put("application.yaml", "k: 0\nroot: 0")
        .put(
            "checkout/application.yaml",
            "muster:\n  include:\n  - shared/db.yaml\n  - shared/mq.properties, shared/gone?\nk: 3")
        .put("shared/db.yaml", "k: 1\ndb: 1\nmuster.include: shared/base.json")
        .put("shared/base.json", "{\"db\": 0, \"base\": true}")
        .put("shared/mq.properties", "k=2\nmq=1");
    Layers layers = shop.layers("checkout");
    assertEquals(
        "application.yaml shared/base.json shared/db.yaml shared/mq.properties"
            + " checkout/application.yaml",
        Shop.names(layers));
    assertEquals("include of shared/db.yaml line 3", layers.layers().get(1).why());
    assertEquals("include of checkout/application.yaml line 4", layers.layers().get(3).why());
    assertEquals("base=true\ndb=1\nk=3\nmq=1\nroot=0", Shop.text(shop.effective("checkout")));
  }

  @Test
  void aCircleOfInclusionsIsShown() {
    shop.put("application.yaml", "x: 1\nmuster.include: a.yaml")
        .put("a.yaml", "muster.include: b.yaml")
        .put("b.yaml", "\nmuster.include: a.yaml?");
    EffectiveException refused = refused(Reason.REFERENCE_CYCLE, "checkout");
    assertTrue(refused.detail().endsWith("a.yaml -> b.yaml -> a.yaml"), refused.detail());
    assertEquals(List.of("a.yaml", "b.yaml", "a.yaml"), refused.facts().get("cycle"));
    assertEquals(
        List.of(
            new EffectiveException.Place("a.yaml", 1), new EffectiveException.Place("b.yaml", 2)),
        refused.facts().get("places"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared", "no/such.yaml", "/application.yaml", "a//b", "..", "x/"})
  void whatIsIncludedMustBeThere(String name) {
    shop.put("shared/x.yaml", "k: 1")
        .put("checkout/application.yaml", "k: 1\nmuster.include: " + name);
    EffectiveException refused = refused(Reason.UNKNOWN_INCLUDE, "checkout");
    assertEquals("checkout/application.yaml", refused.facts().get("item"));
    assertEquals(2, refused.facts().get("line"));
    assertEquals(name, refused.facts().get("include"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"muster.include.a: b", "muster: {include: [{a: b}]}"})
  void whatIsNoListOfNamesIncludesNothing(String include) {
    shop.put("checkout/application.yaml", "k: 1\n" + include);
    EffectiveException refused = refused(Reason.UNREADABLE_LAYER, "checkout");
    assertEquals(2, refused.facts().get("line"));
  }

  @Test
  void inclusionsOfInclusionsAreBounded() {
    for (int i = 0; i < 14; i++) { // each includes the next twice: 2^14 layers
      shop.put(
          "s" + i + ".properties",
          "muster.include=s" + (i + 1) + ".properties, s" + (i + 1) + ".properties");
    }
    shop.put("s14.properties", "k=v").put("application.properties", "muster.include=s0.properties");
    refused(Reason.TOO_LARGE, "a");
    for (int i = 0; i < 40; i++) {
      shop.put("t" + i + ".properties", "muster.include=t" + (i + 1) + ".properties?");
    }
    shop.put("application.properties", "muster.include=t0.properties");
    refused(Reason.TOO_LARGE, "a");
  }

  @Test
  void whatCannotBeReadIsNeverLeftOut() {
    shop.put("application.yaml", "text/plain", "a: 1", Map.of());
    assertEquals("a=1", Shop.text(shop.effective("x")));
    shop.put("application.yaml", "a: 1\n---\nb: 2\n");
    EffectiveException refused = refused(Reason.UNREADABLE_LAYER, "x");
    assertEquals("application.yaml", refused.facts().get("item"));
    assertEquals(3, refused.facts().get("line"));
    shop.put("application.yaml", "- 1\n");
    refused(Reason.UNREADABLE_LAYER, "x");
    shop.put("application.yaml", "text/plain; charset=iso-8859-1", "a: 1", Map.of());
    refused(Reason.UNREADABLE_LAYER, "x");
    shop.put("application.yaml", "muster.include: image.bin").put("image.bin", "x");
    assertEquals("image.bin", refused(Reason.UNREADABLE_LAYER, "x").facts().get("item"));
    shop.put("application.yaml", "# nothing\n");
    assertEquals("", Shop.text(shop.effective("x")));
  }

  @Test
  void theRevisionTellsOfEveryChangeOfALayerAndOfNoOther() {
    shop.put("application.yaml", "muster.include: s/db.yaml, s/more.yaml?")
        .put("s/db.yaml", "k: 1")
        .put("other/application.yaml", "k: 1")
        .put("checkout/readme.txt", "x");
    long before = shop.revision("checkout", "prod");
    shop.put("other/application.yaml", "k: 2")
        .put("other/application-prod.yaml", "k: 2")
        .put("checkout/readme.txt", "y")
        .delete("other/application.yaml");
    assertEquals(before, shop.revision("checkout", "prod"));
    long last = before;
    for (Runnable change :
        List.<Runnable>of(
            () -> shop.put("s/db.yaml", "k: 2"),
            () -> shop.put("s/more.yaml", "k: 2"),
            () -> shop.delete("s/more.yaml"),
            () -> shop.put("checkout/application-prod.yaml", "k: 3"),
            () -> shop.put("checkout/application+a.yaml", "k: 3"),
            () -> shop.put("checkout/application+a.yaml", "k: 3", Map.of("for.zone", "a")),
            () -> shop.delete("checkout/application+a.yaml"),
            () -> shop.delete("checkout/application-prod.yaml"),
            () -> shop.put("application.yaml", "muster.include: s/more.yaml?"),
            () -> shop.delete("s"),
            () -> shop.delete("checkout"),
            () -> shop.put("checkout/application.yaml", "k: 4"),
            () -> shop.delete("application.yaml"))) {
      change.run();
      long now = shop.revision("checkout", "prod");
      assertEquals(shop.state().revision(), now);
      assertTrue(now > last);
      last = now;
    }
  }

  @Test
  void aLargeItemIsReadOnceByAWorker() {
    shop.put("application.yaml", "k: " + "x".repeat(EffectiveLimits.AT_ONCE_BYTES_MAX));
    Client client = Shop.client("checkout");
    assertNull(shop.configs.layersAtOnce(shop.state(), client));
    Layers first = shop.configs.layers(shop.state(), client);
    assertEquals(first, shop.configs.layersAtOnce(shop.state(), client));
    shop.put("checkout/other.yaml", "k: 1");
    assertNotNull(shop.configs.layersAtOnce(shop.state(), client));
    assertEquals(
        first.layers().get(0).properties(),
        shop.configs.layers(shop.state(), client).layers().get(0).properties());
    assertTrue(EffectiveConfigs.isLong(first));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application.yaml|a: &a [1]\nb: [*a]",
        "application.conf|a = 1\nb = ${a}",
      })
  void whatMayGrowIsReadByAWorker(String item) {
    String[] parts = item.split("\\|", -1);
    shop.put(parts[0], parts[1]);
    assertNull(shop.configs.layersAtOnce(shop.state(), Shop.client("x")));
    assertFalse(EffectiveConfigs.isLong(shop.layers("x")));
    assertNotNull(shop.configs.layersAtOnce(shop.state(), Shop.client("x")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // 1,000 properties; 100 KB of values; 2^10 times a value
        "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
            + "c: [*b,*b,*b,*b,*b,*b,*b,*b,*b]",
        "a: &a [X,X,X,X,X,X,X,X,X,X]\nb: [*a,*a,*a,*a,*a,*a,*a,*a,*a]",
        "a: x\nb: ${a}${a}${a}\nc: ${b}${b}${b}\nd: ${c}${c}${c}",
      })
  void aShortContentMayBeALongConfiguration(String content) {
    shop.put("application.yaml", content.replace("X", "x".repeat(1_000)));
    assertTrue(EffectiveConfigs.isLong(shop.layers("x")));
  }

  @Test
  void whatIsKeptParsedIsBoundedByWhatItSays() {
    StringBuilder laughs = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 5; i++) {
      String below = "*a" + (i - 1);
      laughs.append("a%d: &a%d [%s]\n".formatted(i, i, (below + ",").repeat(9) + below));
    }
    String last = "a4: &a4 [" + "*a3,".repeat(9) + "*a3]";
    String big = laughs.toString().replace(last, "a4: &a4 [" + "*a3,".repeat(8) + "*a3]");
    for (String app : List.of("a", "b", "c", "d")) {
      shop.put(app + "/application.yaml", big);
      assertEquals(101_110, shop.layers(app).extent().properties());
    }
    // not assertNull, which would print hundreds of thousands of properties
    assertTrue(shop.configs.layersAtOnce(shop.state(), Shop.client("a")) == null);
    assertTrue(shop.configs.layersAtOnce(shop.state(), Shop.client("d")) != null);
  }

  @Test
  void theCharactersOfAllLayersAreBounded() {
    String megabytes = "a: &a " + "x".repeat(100_000) + "\nb: [" + "*a, ".repeat(90) + "1]\n";
    shop.put("application.yaml", megabytes);
    assertTrue(shop.layers("x").extent().chars() > 9_000_000);
    shop.put("x/application.yaml", megabytes);
    refused(Reason.TOO_LARGE, "x");
  }

  @Test
  void theLayersTogetherAreBounded() {
    String half = "k: " + "x".repeat(1 << 19);
    StringBuilder includes = new StringBuilder("muster.include: ");
    for (int i = 0; i < 17; i++) {
      shop.put("s" + i + ".yaml", half);
      includes.append("s").append(i).append(".yaml,");
    }
    shop.put("application.yaml", includes.toString());
    refused(Reason.TOO_LARGE, "a");
  }
}

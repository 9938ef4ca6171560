package dev.muster.config.effective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.config.effective.KeySearch.Affected;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeySearchTest {
  private final Shop shop = new Shop();

  @AfterEach
  void close() {
    shop.close();
  }

  private KeySearch.Uses uses(String key) {
    return shop.configs.keys(shop.state(), Shop.NAMESPACE).uses(key);
  }

  private static String line(Affected affected) {
    return affected.app()
        + " "
        + affected.profile()
        + " "
        + (affected.winner() == null ? "-" : affected.winner().layer().item())
        + " "
        + affected.through();
  }

  @Test
  void aKeyIsFoundWhereItIsSaidAndUsed() {
    shop.put("application.yaml", "other: 1")
        .put("shared/db.yaml", "db.url: jdbc:1\npool: '${db.url}?p'")
        .put("checkout/application.yaml", "muster.include: shared/db.yaml\nuses: '${pool}'")
        .put("checkout/application-prod.yaml", "\ndb.url: jdbc:2")
        .put("billing/application.yaml", "x: '${db.url:none}'")
        .put("search/application.yaml", "x: 1")
        .put("notes.txt", "db.url");
    KeySearch.Uses uses = uses("db.url");
    assertEquals(
        List.of("checkout/application-prod.yaml:2", "shared/db.yaml:1"),
        uses.places().stream().map(place -> place.item() + ":" + place.line()).toList());
    assertEquals(List.of("x", "pool"), uses.users().stream().map(KeySearch.User::key).toList());
    assertEquals(
        List.of(
            "billing null - [x]",
            "checkout null shared/db.yaml [pool, uses]",
            "checkout prod checkout/application-prod.yaml [pool, uses]"),
        uses.affected().stream().map(KeySearchTest::line).toList());
    assertFalse(uses.truncated());
    assertEquals(List.of(), uses("none").affected());
  }

  @Test
  void referencesToKeysThatAreMadeOfReferencesAreFollowed() {
    shop.put("a/application.yaml", "env: prod\nurl.prod: U\nurl: '${url.${env}}'\nx: '${url}'");
    assertEquals(
        List.of("a null a/application.yaml [url, x]"),
        uses("url.prod").affected().stream().map(KeySearchTest::line).toList());
    assertEquals(
        List.of("a null a/application.yaml [url, x]"),
        uses("env").affected().stream().map(KeySearchTest::line).toList());
    assertEquals(List.of(), uses("url.prod").users());
    assertEquals(
        List.of("env", "url.prod"), shop.effective("a").properties().get("url").references());
  }

  @Test
  void whatOneSearchLooksAtIsBounded() {
    // 101,110 properties of 226 bytes
    StringBuilder laughs = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 5; i++) {
      String below = ("*a" + (i - 1) + ",").repeat(i == 4 ? 9 : 10);
      laughs.append("a%d: &a%d [%s]\n".formatted(i, i, below.substring(0, below.length() - 1)));
    }
    shop.put("application.yaml", "muster.include: big.yaml\nk: 1").put("big.yaml", laughs + "");
    for (int app = 0; app < 30; app++) {
      shop.put("a" + app + "/application.yaml", "x: 1");
    }
    KeySearch.Uses uses = uses("k");
    assertTrue(uses.truncated());
    assertEquals(20, uses.affected().size());
  }

  @Test
  void whatOneSearchTellsIsBounded() {
    String value = "x".repeat(500_000);
    for (int i = 0; i < 10; i++) {
      shop.put(i + ".yaml", "k: " + value);
    }
    KeySearch.Uses uses = uses("k");
    assertEquals(8, uses.places().size());
    assertTrue(uses.truncated());
  }

  @Test
  void profilesOfTheRootConcernEveryApplication() {
    shop.put("application-prod.yaml", "k: 1")
        .put("a/application.yaml", "x: 1")
        .put("b/application+v.yaml", "x: 1");
    assertEquals(
        List.of("a prod application-prod.yaml []", "b prod application-prod.yaml []"),
        uses("k").affected().stream().map(KeySearchTest::line).toList());
  }

  @Test
  void whatCannotBeComputedIsToldAndWhatCannotBeReadIsLeftOut() {
    shop.put("a/application.yaml", "k: ${k}").put("other.yaml", "k: 1\n---\nk: 2");
    KeySearch.Uses uses = uses("k");
    assertEquals(1, uses.places().size());
    assertTrue(uses.affected().get(0).fault().contains("k -> k"));
  }

  @Test
  void keysAreListedByPrefixInPages() {
    shop.put("a.yaml", "db: {url: 1, user: 2}\nx: 1")
        .put("b.properties", "db.url=1\ndb.zone=1\ne=1");
    KeySearch search = shop.configs.keys(shop.state(), Shop.NAMESPACE);
    KeySearch.Page page = search.page("db.", "", 2);
    assertEquals(
        List.of(
            new KeySearch.Key("db.url", List.of("a.yaml", "b.properties")),
            new KeySearch.Key("db.user", List.of("a.yaml"))),
        page.keys());
    assertTrue(page.more());
    KeySearch.Page next = search.page("db.", "db.user", 2);
    assertEquals(List.of(new KeySearch.Key("db.zone", List.of("b.properties"))), next.keys());
    assertFalse(next.more());
  }
}

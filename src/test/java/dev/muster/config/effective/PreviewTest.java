package dev.muster.config.effective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.muster.config.Content;
import dev.muster.core.Bytes;
import dev.muster.core.State;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PreviewTest {
  private final Shop shop = new Shop();

  @AfterEach
  void close() {
    shop.close();
  }

  private static Preview.Edit put(String item, String content) {
    return new Preview.Edit(item, new Content("application/yaml", Bytes.utf8(content)));
  }

  private static Preview.Edit delete(String item) {
    return new Preview.Edit(item, null);
  }

  private String after(Client client, Preview.Edit... edits) {
    State before = shop.state();
    Preview.Outcome outcome = Preview.of(before, Shop.NAMESPACE, List.of(edits));
    assertNull(outcome.refused());
    assertNull(outcome.unknown());
    assertSame(before, shop.state());
    return Shop.text(EffectiveConfigs.merge(shop.configs.layers(outcome.state(), client), true));
  }

  @Test
  void itemsArePutAndDeleted() {
    shop.put("application.yaml", "k: 1")
        .put("x/application.yaml", "k: 2")
        .put("x/application+a.yaml", "z: 1", Map.of("for.zone", "a"));
    Client client = Shop.labelled("x", Map.of("zone", "a"), "prod");
    assertEquals("k=3\nz=1", after(client, put("x/application-prod.yaml", "k: 3")));
    assertEquals("k=1\nz=1", after(client, delete("x/application.yaml")));
    assertEquals("k=2\nz=9", after(client, put("x/application+a.yaml", "z: 9")));
    assertEquals(
        "k=7",
        after(
                client,
                delete("x/application+a.yaml"),
                put("x/application.yaml", "k: ${n}"),
                put("n/ew/s.yaml", "n: 7"),
                put("application.yaml", "muster.include: n/ew/s.yaml"))
            .lines()
            .filter(line -> line.startsWith("k"))
            .collect(Collectors.joining()));
    assertEquals(
        "", after(Shop.client("x"), delete("application.yaml"), delete("x/application.yaml")));
  }

  @Test
  void namesThatAreItemsAndFolders() {
    shop.put("application.yaml", "k: 1").put("application.yaml/deep.yaml", "d: 1");
    assertEquals("", after(Shop.client("x"), delete("application.yaml")));
    assertEquals(
        "k=2",
        after(
            Shop.client("x"),
            put("application.yaml", "k: 2"),
            delete("application.yaml/deep.yaml")));
    shop.put("o.yaml", "k: 1");
    after(Shop.client("x"), delete("o.yaml"), put("o.yaml/p.yaml", "k: 1"));
  }

  @Test
  void whatTheStateWouldRefuseIsTold() {
    assertEquals(
        "none", Preview.of(shop.state(), Shop.NAMESPACE, List.of(delete("none"))).unknown());
    shop.put("f/x.yaml", "k: 1");
    assertEquals("f", Preview.of(shop.state(), Shop.NAMESPACE, List.of(delete("f"))).unknown());
  }

  @Test
  void differencesAreByKey() {
    shop.put("application.yaml", "a: 1\nb: 1\nc: ${a}");
    Effective before = shop.effective("x");
    shop.put("x/application.yaml", "a: 2\nb: 1\nd: 1");
    List<EffectiveDiff.KeyChange> changes = EffectiveDiff.between(before, shop.effective("x"));
    assertEquals(
        List.of("a", "c", "d"), changes.stream().map(EffectiveDiff.KeyChange::key).toList());
    assertNull(changes.get(2).before());
    assertNotNull(changes.get(2).after());
  }
}

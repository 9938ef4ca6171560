package dev.muster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.muster.core.Bytes;
import dev.muster.core.Node;
import dev.muster.ledger.Ledger;
import dev.muster.ledger.LocalLedger;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What somebody else does between the look at a state and the write that is decided by it. Each
 * test fails without the guard that it is about.
 */
class RacesTest {
  private static final Precondition NONE = new Precondition.None();
  private static final String PORT =
      "{\"properties\":{\"port\":{\"type\":\"integer\",\"maximum\":65535}}}";

  private final LocalLedger ledger = new LocalLedger();
  private final Deque<Runnable> inBetween = new ArrayDeque<>();

  /** What is decided through this one is written after what is done in between. */
  private final Ledger slow =
      (Ledger)
          Proxy.newProxyInstance(
              Ledger.class.getClassLoader(),
              new Class<?>[] {Ledger.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("submit") && !inBetween.isEmpty()) {
                  inBetween.remove().run();
                }
                try {
                  return method.invoke(ledger, arguments);
                } catch (InvocationTargetException thrown) {
                  throw thrown.getCause();
                }
              });

  private final Configs configs = new Configs(ledger);
  private final Configs slowConfigs = new Configs(slow);
  private final Namespaces namespaces = new Namespaces(ledger);
  private final Schemas schemas = new Schemas(ledger);

  @BeforeEach
  void namespace() {
    namespaces.put("n", "", NONE).join();
  }

  @AfterEach
  void close() {
    assertEquals(0, inBetween.size(), "all of it was done");
    ledger.close();
  }

  private static Outcome put(Configs by, String item, String content, MetadataChange metadata) {
    return by.put(
            "n",
            item,
            Content.of(Content.TYPE_DEFAULT, item, Bytes.utf8(content)),
            metadata,
            Publication.ANONYMOUS,
            NONE)
        .join();
  }

  private static Outcome put(Configs by, String item, String content) {
    return put(by, item, content, MetadataChange.NONE);
  }

  private static Outcome patch(Configs by, String item, String patch) {
    byte[] json = patch.getBytes(StandardCharsets.UTF_8);
    return by.patch("n", item, json, Publication.ANONYMOUS, NONE).join();
  }

  private static void describe(Configs by, String item, String label) {
    ItemMetadata metadata = new ItemMetadata("", "", new TreeMap<>(Map.of("l", label)));
    Outcome outcome = by.describe("n", item, metadata, Publication.ANONYMOUS, NONE).join();
    assertInstanceOf(Outcome.Written.class, outcome);
  }

  private static Outcome schema(Schemas by, String target, Schemas.Scope scope) {
    return by.put("n", target, scope, Bytes.utf8(PORT), false, NONE).join();
  }

  private static Outcome.Reason reason(Outcome outcome) {
    return assertInstanceOf(Outcome.Refused.class, outcome).reason();
  }

  private Node item(String item) {
    return Configs.find(ledger.local(), "n", item);
  }

  @Test
  void aPatchKeepsWhatAnotherOneSet() {
    put(configs, "x.yaml", "a: 1\n");
    inBetween.add(() -> patch(configs, "x.yaml", "{\"b\":2}"));
    patch(slowConfigs, "x.yaml", "{\"c\":3}");
    assertEquals("a: 1\nb: 2\nc: 3\n", item("x.yaml").data().utf8());
  }

  @Test
  void aPropertyKeepsWhatAnotherOneSet() {
    put(configs, "x.properties", "a=1\n");
    inBetween.add(() -> patchProperty(configs, "b", "2"));
    patchProperty(slowConfigs, "c", "3");
    assertEquals("a=1\nb=2\nc=3\n", item("x.properties").data().utf8());
  }

  private static void patchProperty(Configs by, String key, String value) {
    Outcome outcome =
        by.setProperty("n", "x.properties", key, value, Publication.ANONYMOUS, NONE).join();
    assertInstanceOf(Outcome.Written.class, outcome);
  }

  @Test
  void aContentKeepsTheLabelsThatAnotherOneSet() {
    put(configs, "x", "1");
    inBetween.add(() -> describe(configs, "x", "new"));
    put(slowConfigs, "x", "2");
    assertEquals("2", item("x").data().utf8());
    assertEquals(Map.of("l", "new"), ItemMetadata.of(item("x").attributes()).labels());
    Releases.Release newest = Releases.find(ledger.local(), "n", "x", 3);
    assertEquals(Map.of("l", "new"), newest.metadata().labels(), "so says its release");
  }

  @Test
  void aContentOfAnItemThatWasMadeAnewHasNoOldLabels() {
    put(configs, "x", "1", MetadataChange.to(new ItemMetadata("ann", "", new TreeMap<>())));
    inBetween.add(
        () -> {
          configs.delete("n", "x", Publication.ANONYMOUS, NONE).join();
          put(configs, "x", "2");
        });
    put(slowConfigs, "x", "3");
    assertEquals("", ItemMetadata.of(item("x").attributes()).owner());
  }

  @Test
  void aDescriptionBelongsToTheContentThatItsReleaseTells() {
    put(configs, "x", "1");
    inBetween.add(() -> put(configs, "x", "2"));
    describe(slowConfigs, "x", "new");
    assertEquals("2", item("x").data().utf8());
    assertEquals("2", Releases.find(ledger.local(), "n", "x", 3).content().utf8());
  }

  /** Contents as a whole do not wait for each other: the second is written at once. */
  @Test
  void aContentDoesNotMindAnotherContent() {
    put(configs, "x", "1");
    inBetween.add(() -> put(configs, "x", "2"));
    inBetween.add(() -> {}); // would be done before another attempt
    put(slowConfigs, "x", "3");
    assertEquals(1, inBetween.size());
    inBetween.clear();
    assertEquals("3", item("x").data().utf8());
  }

  @Test
  void aContentIsCheckedBySchemasThatComeInBetween() {
    inBetween.add(() -> schema(schemas, "a", Schemas.Scope.PREFIX));
    Outcome first = put(slowConfigs, "a/x.yaml", "port: 70000\n");
    assertEquals(Outcome.Reason.SCHEMA_VIOLATION, reason(first));
    inBetween.add(() -> schema(schemas, "b/x.yaml", Schemas.Scope.ITEM)); // not the first schema
    Outcome second = put(slowConfigs, "b/x.yaml", "port: 70000\n");
    assertEquals(Outcome.Reason.SCHEMA_VIOLATION, reason(second));
    assertNull(item("a/x.yaml"));
    assertNull(item("b/x.yaml"));
  }

  @Test
  void aSchemaIsCheckedAgainstItemsThatComeInBetween() {
    Schemas slowSchemas = new Schemas(slow);
    inBetween.add(() -> put(configs, "a/x.yaml", "port: 70000\n"));
    Outcome first = schema(slowSchemas, "a", Schemas.Scope.PREFIX);
    assertEquals(Outcome.Reason.ITEMS_VIOLATE_SCHEMA, reason(first));
    put(configs, "a/x.yaml", "port: 80\n");
    inBetween.add(() -> put(configs, "a/b.yaml", "port: 70000\n"));
    Outcome second = schema(slowSchemas, "a", Schemas.Scope.PREFIX);
    assertEquals(Outcome.Reason.ITEMS_VIOLATE_SCHEMA, reason(second));
    inBetween.add(() -> put(configs, "c.yaml", "port: 70000\n"));
    Outcome third = schema(slowSchemas, "c.yaml", Schemas.Scope.ITEM);
    assertEquals(Outcome.Reason.ITEMS_VIOLATE_SCHEMA, reason(third));
    put(configs, "d.yaml", "port: 80\n");
    inBetween.add(() -> put(configs, "d.yaml", "port: 70000\n"));
    Outcome fourth = schema(slowSchemas, "d.yaml", Schemas.Scope.ITEM);
    assertEquals(Outcome.Reason.ITEMS_VIOLATE_SCHEMA, reason(fourth));
  }

  @Test
  void nothingOutlivesItsNamespace() {
    inBetween.add(() -> put(configs, "x", "1"));
    inBetween.add(() -> schema(schemas, "y", Schemas.Scope.ITEM));
    Outcome outcome = new Namespaces(slow).delete("n", true, NONE).join();
    assertInstanceOf(Outcome.Deleted.class, outcome);
    assertNull(ledger.local().tree().find(Releases.of("n")));
    assertNull(ledger.local().tree().find(Schemas.of("n")));
  }

  @Test
  void aRefusedContentIsPublishedOnceItsSchemaHasGone() {
    schema(schemas, "x.yaml", Schemas.Scope.ITEM);
    assertEquals(Outcome.Reason.SCHEMA_VIOLATION, reason(put(configs, "x.yaml", "port: 70000\n")));
    schemas.delete("n", "x.yaml", NONE).join();
    put(configs, "x.yaml", "port: 70000\n");
    assertNotNull(item("x.yaml"));
  }
}

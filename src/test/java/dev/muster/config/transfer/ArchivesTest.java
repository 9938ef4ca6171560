package dev.muster.config.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.config.Content;
import dev.muster.config.ItemMetadata;
import dev.muster.core.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ArchivesTest {
  private static Bundle read(byte[] archive) {
    return BundleFormat.readAny(archive, "");
  }

  private static void assertItem(Bundle bundle, String name, String type, String content) {
    Bundle.Item item = bundle.items().get(name);
    assertTrue(item != null, () -> name + " is not in " + bundle.items().keySet());
    assertEquals(type, item.content().type());
    assertEquals(content, item.content().data().utf8());
  }

  private static List<String> refusal(BundleFormat format, byte[] archive, String environment) {
    return assertThrows(TransferException.class, () -> format.read(archive, environment))
        .problems()
        .stream()
        .map(TransferException.Problem::toString)
        .toList();
  }

  // ---- our own

  @Test
  void ourArchiveHoldsAllThatAnItemHas() {
    SortedMap<String, Bundle.Item> items = new TreeMap<>();
    ItemMetadata metadata =
        new ItemMetadata("team-a", "größer", new TreeMap<>(Map.of("zone", "eu", "tier", "1")));
    for (String name : List.of("a", "a/b.yaml", "a~", "q?x", "q:x", "ünï/c")) {
      items.put(
          name,
          new Bundle.Item(
              name,
              new Content("application/x-" + items.size(), Bytes.wrap(new byte[] {0, -1, 7})),
              name.equals("a") ? metadata : ItemMetadata.NONE));
    }
    Bundle bundle = new Bundle(items, List.of(), "");
    byte[] archive = MusterArchive.write(bundle, "shop", 42);
    Bundle again = read(archive);
    assertEquals(items, again.items());
    assertEquals(List.of(), again.skipped());
    assertEquals("namespace shop at revision 42", again.origin());
    assertArrayEquals(archive, MusterArchive.write(again, "shop", 42));
  }

  @Test
  void filesOfOurArchiveAreTheContents() {
    Bundle.Item item =
        new Bundle.Item(
            "a/b.yaml", new Content("application/yaml", Bytes.utf8("x: 1\n")), ItemMetadata.NONE);
    SortedMap<String, Bundle.Item> items = new TreeMap<>(Map.of("a/b.yaml", item));
    Archive archive =
        Archive.read(MusterArchive.write(new Bundle(items, List.of(), ""), "shop", 1));
    assertEquals(
        "x: 1\n", new String(archive.files().get("items/a/b.yaml"), StandardCharsets.UTF_8));
    String manifest =
        new String(archive.files().get(MusterArchive.MANIFEST), StandardCharsets.UTF_8);
    assertTrue(manifest.contains("\"muster\" : 1"), manifest);
    assertTrue(manifest.contains("\"file\" : \"items/a/b.yaml\""), manifest);
  }

  @Test
  void ourArchiveIsReadStrictly() {
    String item = "{\"name\":\"a\",\"file\":\"f\",\"contentType\":\"text/plain\"}";
    assertEquals(
        List.of("f: The archive lacks this file of the item 'a'."),
        refusal(
            BundleFormat.MUSTER,
            Zips.of("muster.json", "{\"muster\":1,\"items\":[" + item + "]}"),
            ""));
    assertEquals(
        List.of("f: It is the item 'a', and so is f."),
        refusal(
            BundleFormat.MUSTER,
            Zips.of("muster.json", "{\"muster\":1,\"items\":[" + item + "," + item + "]}", "f", ""),
            ""));
    assertEquals(
        List.of("muster.json: It is an archive of version 2; this Muster reads version 1."),
        refusal(BundleFormat.MUSTER, Zips.of("muster.json", "{\"muster\":2,\"items\":[]}"), ""));
    for (String malformed :
        List.of(
            "{",
            "[]",
            "{\"muster\":1}",
            "{\"muster\":1,\"items\":[{}]}",
            "{\"muster\":1,\"x\":1}")) {
      refusal(BundleFormat.MUSTER, Zips.of("muster.json", malformed), "");
    }
    refusal(BundleFormat.MUSTER, Zips.of("x", ""), "");
  }

  @Test
  void whatOurArchiveSaysOfAnItemIsAText() {
    String item = "{\"muster\":1,\"items\":[{\"name\":\"a\",\"file\":\"f\",\"contentType\":";
    Map.of(
            "{\"muster\":1,\"items\":[null]}",
            "muster.json: items[0] is no JSON object.",
            item + "null}]}",
            "muster.json: items[0].contentType is no text.",
            item + "\"a/b\",\"labels\":{\"zone\":null}}]}",
            "muster.json: items[0].labels.zone is no text.",
            item + "\"a/b\",\"labels\":null}]}",
            "muster.json: items[0].labels is no JSON object.",
            "{\"muster\":1,\"items\":{}}",
            "muster.json: Its \"items\" are no array.",
            "{\"muster\":1,\"items\":[" + "{\"x\":[1]}" + "]}",
            "muster.json: It has \"items[0].x\", which is unknown in version 1.",
            "{\"muster\":1,\"items\":[{}]}",
            "muster.json: items[0] lacks its \"name\".")
        .forEach(
            (manifest, message) ->
                assertEquals(
                    List.of(message),
                    refusal(BundleFormat.MUSTER, Zips.of("muster.json", manifest, "f", ""), "")));
  }

  /** They are counted before anything is made of them. */
  @Test
  void manySmallValuesOfJsonAreRefused() {
    String item = "{\"name\":\"a\",\"file\":\"f\",\"contentType\":\"a/b\"},";
    assertEquals(
        List.of("muster.json: It lists more than 10000 items."),
        refusal(
            BundleFormat.MUSTER,
            Zips.of("muster.json", "{\"muster\":1,\"items\":[" + item.repeat(10_001)),
            ""));
    assertEquals(
        List.of("muster.json: It has 8388609 bytes; 8388608 are allowed."),
        refusal(
            BundleFormat.MUSTER,
            Zips.of("muster.json", " ".repeat(TransferLimits.MANIFEST_BYTES_MAX + 1)),
            ""));
    assertEquals(
        List.of("The export has more than 10000 keys."),
        refusal(BundleFormat.CONSUL, bytes("[" + "{},".repeat(10_001)), ""));
    String refusal =
        refusal(BundleFormat.CONSUL, bytes("[{\"x\":[" + "[],".repeat(1_000_000)), "").get(0);
    assertTrue(refusal.startsWith("This cannot be read as JSON: Token count"), refusal);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  // ---- plain files

  @Test
  void plainFilesAreItemsByTheirPaths() {
    Bundle bundle =
        read(
            Zips.of(
                "checkout/application.yaml", "a: 1",
                "logback.xml", "<a/>",
                "motd", "hello",
                "key", "\u0000\u0001",
                ".gitignore", "x",
                ".github/workflows/x.yaml", "x",
                "__MACOSX/y", "x"));
    assertEquals(4, bundle.items().size());
    assertItem(bundle, "checkout/application.yaml", "application/yaml", "a: 1");
    assertItem(bundle, "logback.xml", "application/xml", "<a/>");
    assertItem(bundle, "motd", "text/plain", "hello");
    assertItem(bundle, "key", "application/octet-stream", "\u0000\u0001");
    assertEquals(3, bundle.skipped().size());
    assertEquals("", bundle.origin());
  }

  @Test
  void theCommitOfAGitArchiveIsItsOrigin() {
    String commit = "0123456789abcdef0123456789abcdef01234567";
    assertEquals("git commit " + commit, read(Zips.withComment(commit, "a", "x")).origin());
    assertEquals("", read(Zips.withComment("a comment", "a", "x")).origin());
  }

  // ---- Nacos

  @Test
  void whatNacosKnowsOfItsConfigurationsIsKept() {
    Bundle bundle =
        read(
            Zips.of(
                "DEFAULT_GROUP/checkout.yaml",
                "a: 1",
                "PAYMENT/limits",
                "max=3",
                ".metadata.yml",
                """
                metadata:
                - appName: shop
                  dataId: checkout.yaml
                  desc: what checkout needs
                  group: DEFAULT_GROUP
                  type: yaml
                - appName: ''
                  dataId: limits
                  desc: null
                  group: PAYMENT
                  type: properties
                """));
    assertItem(bundle, "checkout.yaml", "application/yaml", "a: 1");
    assertItem(bundle, "PAYMENT/limits", "text/x-java-properties", "max=3");
    ItemMetadata metadata = bundle.items().get("checkout.yaml").metadata();
    assertEquals("shop", metadata.owner());
    assertEquals("what checkout needs", metadata.description());
    assertEquals(ItemMetadata.NONE, bundle.items().get("PAYMENT/limits").metadata());
    assertEquals("Nacos", bundle.origin());
  }

  @Test
  void anOlderExportOfNacosIsReadToo() {
    Bundle bundle =
        read(
            Zips.of(
                "DEFAULT_GROUP/a.json",
                "{}",
                "DEFAULT_GROUP/b.json",
                "{}",
                "G.1/com.shop.limits",
                "x",
                "G.1/plain",
                "x",
                ".meta.yml",
                String.join(
                    "\r\n",
                    "DEFAULT_GROUP.a~json.app=shop",
                    "G.1.com.shop~limits.app=pay",
                    "G.1.plain.app=old",
                    "")));
    assertItem(bundle, "a.json", "application/json", "{}");
    assertEquals(4, bundle.items().size());
    assertEquals("shop", bundle.items().get("a.json").metadata().owner());
    assertEquals("", bundle.items().get("b.json").metadata().owner());
    assertEquals("pay", bundle.items().get("G.1/com.shop.limits").metadata().owner());
    assertEquals("old", bundle.items().get("G.1/plain").metadata().owner());
  }

  /** What is said of 9,999 configurations is longer than any of them may be. */
  @Test
  void nacosMayTellOfAsManyConfigurationsAsAnArchiveHolds() {
    String[] files = new String[2 * TransferLimits.FILES_MAX];
    StringBuilder metadata = new StringBuilder("metadata:\n");
    for (int i = 0; i < files.length - 2; i += 2) {
      String dataId = "com.example.shop.configuration.of.a.service." + i + ".properties";
      files[i] = "DEFAULT_GROUP/" + dataId;
      files[i + 1] = "";
      metadata
          .append("- appName: shop\n  configTags: null\n  dataId: ")
          .append(dataId)
          .append("\n  desc: what it is for, as somebody wrote once in one or two short sentences")
          .append("\n  group: DEFAULT_GROUP\n  type: properties\n");
    }
    files[files.length - 2] = ".metadata.yml";
    files[files.length - 1] = metadata.toString();
    assertTrue(metadata.length() > 1 << 20);
    Bundle bundle = read(Zips.of(files));
    assertEquals(TransferLimits.FILES_MAX - 1, bundle.items().size());
    assertTrue(
        bundle.items().values().stream().allMatch(item -> item.metadata().owner().equals("shop")));
  }

  @Test
  void whatNacosWouldNotExportIsRefused() {
    assertEquals(
        List.of("x: It is not in the folder of a group, as Nacos exports it."),
        refusal(BundleFormat.NACOS, Zips.of("x", ""), ""));
    assertEquals(
        List.of("G1/a.yaml: It is the item 'G1/a.yaml', and so is DEFAULT_GROUP/G1/a.yaml."),
        refusal(BundleFormat.NACOS, Zips.of("DEFAULT_GROUP/G1/a.yaml", "", "G1/a.yaml", ""), ""));
    assertTrue(
        refusal(BundleFormat.NACOS, Zips.of("G/a", "", ".metadata.yml", "a: ["), "")
            .get(0)
            .startsWith(".metadata.yml: Line "));
    for (String other :
        List.of("metadata: [&a {desc: *a}]", "metadata: &a [{dataId: x}, *b]", "\u0001")) {
      refusal(BundleFormat.NACOS, Zips.of("G/a", "", ".metadata.yml", other), "");
    }
    for (String harmless :
        List.of("", "a", "[]", "metadata: a", "{[1]: {a: [b]}, metadata: [a, [b]]}")) {
      assertEquals(
          ItemMetadata.NONE,
          read(Zips.of("G/a", "", ".metadata.yml", harmless)).items().get("G/a").metadata());
    }
    assertEquals(
        List.of(".meta.yml: The line 'a=b' is not group.dataId.app=name."),
        refusal(BundleFormat.NACOS, Zips.of("G/a", "", ".meta.yml", "a=b"), ""));
  }

  // ---- Consul

  @Test
  void consulsKeysAreItems() {
    Bundle bundle =
        read(
            """
            [
              {"key": "apps/", "flags": 0, "value": ""},
              {"key": "apps/shop/db.yaml", "flags": 0, "value": "YTogMQ=="},
              {"key": "apps/shop/empty", "flags": 42, "value": ""},
              {"key": "apps/shop/key", "flags": 0, "value": "AAE="}
            ]
            """
                .getBytes(StandardCharsets.UTF_8));
    assertItem(bundle, "apps/shop/db.yaml", "application/yaml", "a: 1");
    assertItem(bundle, "apps/shop/empty", "text/plain", "");
    assertEquals("application/octet-stream", bundle.items().get("apps/shop/key").content().type());
    assertEquals(List.of(new Bundle.Skipped("apps/", "is a folder")), bundle.skipped());
  }

  @Test
  void whatConsulWouldNotExportIsRefused() {
    byte[] export =
        "[{\"key\":\"a\",\"value\":\"?\"},{\"value\":\"\"},{\"key\":\"b\",\"value\":1}]"
            .getBytes(StandardCharsets.UTF_8);
    assertEquals(
        List.of(
            "a: Its \"value\" is not base64.",
            "[1]: It has no \"key\".",
            "b: Its \"value\" is not base64."),
        refusal(BundleFormat.CONSUL, export, ""));
    for (String other : List.of("", "{}", "[", "x", "null")) {
      refusal(BundleFormat.CONSUL, other.getBytes(StandardCharsets.UTF_8), "");
    }
  }

  // ---- Apollo

  private static final byte[] APOLLO =
      Zips.of(
          "apollo/shop/app.metadata", "{}",
          "apollo/shop/DEV/default.cluster.metadata", "{}",
          "apollo/shop/DEV/shop+default+application.properties", "a=1",
          "apollo/shop/DEV/shop+default+logging.yml", "b: 2",
          "apollo/shop/DEV/shop+eu+application.properties", "a=2",
          "apollo/shop/PRO/shop+default+application.properties", "a=3",
          "shop+extra.appnamespace.metadata", "{}");

  @Test
  void oneOfApollosEnvironmentsIsTaken() {
    assertEquals(BundleFormat.APOLLO, BundleFormat.detect(Archive.read(APOLLO)));
    Bundle bundle = BundleFormat.APOLLO.read(APOLLO, "DEV");
    assertEquals(3, bundle.items().size());
    assertItem(bundle, "shop/application.properties", "text/x-java-properties", "a=1");
    assertItem(bundle, "shop/logging.yml", "application/yaml", "b: 2");
    assertItem(bundle, "shop/eu/application.properties", "text/x-java-properties", "a=2");
    assertEquals(4, bundle.skipped().size());
    assertEquals("Apollo, DEV", bundle.origin());
  }

  /** As the portal writes them since 2.0: what it knows of each item, whatever the format. */
  @Test
  void apollosItemsBecomeTexts() {
    Bundle bundle =
        read(
            Zips.of(
                "apollo/shop/app.metadata",
                "{}",
                "apollo/shop/DEV/shop+default+application.properties",
                """
                [{"id":0,"namespaceId":0,"key":"timeout","type":0,"value":"5","comment":"in seconds",\
                "lineNum":2,"dataChangeCreatedBy":"apollo"},
                {"id":0,"namespaceId":0,"key":"","value":"","comment":"# of the shop","lineNum":1},
                {"id":0,"namespaceId":0,"key":"","value":"","comment":"","lineNum":3},
                {"id":0,"namespaceId":0,"key":"motd","value":"größer \\u003d\\nbesser","lineNum":4},
                {"id":0,"namespaceId":0,"key":"a b","lineNum":5}]
                """,
                "apollo/shop/DEV/shop+default+logging.yml",
                "[{\"id\":0,\"key\":\"content\",\"value\":\"b: 2\\n\",\"lineNum\":1}]",
                "apollo/shop/DEV/shop+default+empty.properties",
                "[]",
                "apollo/shop/DEV/shop+default+none.yml",
                "",
                "apollo/shop/DEV/shop+default+list.json",
                "[{\"key\":\"a\",\"value\":1}]",
                "apollo/shop/DEV/shop+default+old.properties",
                "[0]=a"));
    assertItem(
        bundle,
        "shop/application.properties",
        "text/x-java-properties",
        """
        # of the shop
        # in seconds
        timeout=5

        motd=größer =\\nbesser
        a\\ b=
        """);
    assertItem(bundle, "shop/logging.yml", "application/yaml", "b: 2\n");
    assertItem(bundle, "shop/empty.properties", "text/x-java-properties", "");
    assertItem(bundle, "shop/none.yml", "application/yaml", "");
    assertItem(bundle, "shop/list.json", "application/json", "[{\"key\":\"a\",\"value\":1}]");
    assertItem(bundle, "shop/old.properties", "text/x-java-properties", "[0]=a");
  }

  @Test
  void apollosExportOfOneApplicationIsReadToo() {
    Bundle bundle =
        read(
            Zips.of(
                "export.manifest.json",
                "{}",
                "shop/DEV/shop+default+application.properties",
                "[{\"key\":\"a\",\"value\":\"1\",\"lineNum\":1}]",
                "shop/DEV/default.cluster.metadata",
                "{}"));
    assertItem(bundle, "shop/application.properties", "text/x-java-properties", "a=1\n");
    assertEquals(1, bundle.items().size());
    assertEquals(2, bundle.skipped().size());
  }

  @Test
  void brokenItemsOfApolloAreNoText() {
    String file = "a+default+b.properties";
    assertEquals(
        List.of(file + ": Apollo's item [1] has neither key nor value."),
        refusal(BundleFormat.APOLLO, Zips.of(file, "[{\"key\":\"a\"},{}]"), ""));
    for (String broken : List.of("[{\"key\":\"a\",\"value\":\"1\"}", "[{}]", "[] a=1")) {
      refusal(BundleFormat.APOLLO, Zips.of(file, broken), "");
    }
  }

  @Test
  void whichEnvironmentMustBeClear() {
    String clear = "The export holds the environments DEV, PRO; name the one to take over.";
    assertEquals(List.of(clear), refusal(BundleFormat.APOLLO, APOLLO, ""));
    assertEquals(List.of(clear), refusal(BundleFormat.APOLLO, APOLLO, "UAT"));
    assertEquals(
        List.of("a/b: It is not named owner/app/environment/app+cluster+namespace."),
        refusal(BundleFormat.APOLLO, Zips.of("a/b", ""), ""));
  }

  // ---- archives as such

  @Test
  void whatUnpacksToTooMuchIsRefused() {
    byte[] bomb = Zips.of("a", "\u0000".repeat(TransferLimits.CONTENTS_BYTES_MAX + 1));
    assertTrue(bomb.length < 1 << 20);
    assertEquals(
        List.of("The archive's files have more than 67108864 bytes together."),
        refusal(BundleFormat.DIRECTORY, bomb, ""));
    String[] files = new String[2 * (TransferLimits.FILES_MAX + 1)];
    for (int i = 0; i < files.length; i += 2) {
      files[i] = "f" + i;
      files[i + 1] = "";
    }
    assertEquals(
        List.of("The archive has more than 10000 files."),
        refusal(BundleFormat.DIRECTORY, Zips.of(files), ""));
  }

  @Test
  void whatIsDamagedIsRefused() {
    byte[] whole = Zips.of("a", "some content that is long enough to be packed, packed, packed");
    for (int length = 4; length < 40; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(
          TransferException.class, () -> BundleFormat.DIRECTORY.read(cut, ""), "length " + length);
    }
    assertEquals(
        List.of("This is no zip archive."), refusal(BundleFormat.NACOS, new byte[100], ""));
  }

  @Test
  void anEmptyArchiveHoldsNothing() {
    assertEquals(0, read(Zips.of()).items().size());
  }
}

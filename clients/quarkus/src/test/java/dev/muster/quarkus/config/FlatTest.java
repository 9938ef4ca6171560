package dev.muster.quarkus.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FlatTest {
  @Test
  void yamlIsFlattenedAsTheServersDo() {
    String yaml =
        """
        server: {port: 0x1F90, ssl: True}
        hosts:
          - name: a
          - name: b
        matrix: [[1, 2], []]
        a.b: dotted
        nothing:
        text: "007"
        ratio: 1.50
        base: &base {x: 1, y: 2}
        more: {<<: *base, y: 3}
        """;
    assertEquals(
        Map.ofEntries(
            Map.entry("server.port", "8080"),
            Map.entry("server.ssl", "true"),
            Map.entry("hosts[0].name", "a"),
            Map.entry("hosts[1].name", "b"),
            Map.entry("matrix[0][0]", "1"),
            Map.entry("matrix[0][1]", "2"),
            Map.entry("matrix[1]", ""),
            Map.entry("a.b", "dotted"),
            Map.entry("nothing", ""),
            Map.entry("text", "007"),
            Map.entry("ratio", "1.50"),
            Map.entry("base.x", "1"),
            Map.entry("base.y", "2"),
            Map.entry("more.x", "1"),
            Map.entry("more.y", "3")),
        Flat.of("a.yml", "text/plain", yaml));
    assertTrue(Flat.of("a.yaml", "text/plain", "# nothing").isEmpty());
  }

  @Test
  void jsonIsFlattenedAsTheServersDo() {
    assertEquals(
        Map.of("a.b", "1.50", "l[0]", "x", "l[1].n", "", "e", "", "t", "true"),
        Flat.of(
            "a.txt",
            "application/json; charset=utf-8",
            """
            {"a": {"b": 1.50}, "l": ["x", {"n": null}], "e": {}, "t": true}"""));
  }

  @Test
  void propertiesAreJavas() {
    assertEquals(
        Map.of("a.b", "1 ", "ü", "x=y"),
        Flat.of("a.PROPERTIES", "text/plain", "a.b: 1 \n# c\n\\u00fc=x=y"));
  }

  @Test
  void whatCannotBeConfigurationIsRefused() {
    refused("a.toml", "a = 1", "properties, YAML and JSON");
    refused("a.yaml", "- 1", "no mapping");
    refused("a.yaml", "a: 1\n---\nb: 2", "several documents");
    refused("a.yaml", "a: [", "expected");
    refused("a.yaml", "a: &x {b: *x}", "deeper than");
    refused("a.json", "[1]", "no object");
    refused("a.json", "{\"a\": 1} 2", "more after");
    refused("a.json", "{\"a\": 1, \"a\": 2}", "Duplicate");
  }

  @Test
  void aliasesCannotGrowBeyondABound() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n");
    for (int i = 1; i < 9; i++) {
      String alias = "*a" + (i - 1) + " ";
      yaml.append("a" + i + ": &a" + i + " [" + (alias + ",").repeat(10) + "]\n");
    }
    refused("a.yaml", yaml.toString(), "more than 100000 properties");
  }

  private static void refused(String item, String text, String why) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Flat.of(item, "text/plain", text))
            .getMessage();
    assertTrue(message.contains(why), message);
  }
}

package dev.muster.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.format.SchemaCheck.Violation;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaCheckTest {
  private static final String SCHEMA =
      """
      {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["server"],
        "additionalProperties": false,
        "properties": {
          "server": {
            "type": "object",
            "required": ["port"],
            "properties": {
              "port": {"$ref": "#/$defs/port"},
              "tls": {"type": "boolean"},
              "ratio": {"type": ["number", "null"], "maximum": 1},
              "name": {"type": "string", "pattern": "^[a-z]+$"},
              "level": {"enum": [1, 2, "high"]}
            }
          },
          "hosts": {"type": "array", "items": {"type": "string", "minLength": 2}},
          "ports": {"type": "array", "items": {"$ref": "#/$defs/port"}}
        },
        "$defs": {"port": {"type": "integer", "minimum": 1, "maximum": 65535}}
      }
      """;

  private static final SchemaCheck CHECK = SchemaCheck.compile(SCHEMA.getBytes(UTF_8));

  /** A tree, and a long chain that ends. */
  @Test
  void referencesThatStepIntoTheValueEnd() {
    String tree =
        "{\"properties\":{\"left\":{\"$ref\":\"#\"},\"right\":{\"anyOf\":[{\"$ref\":\"#\"}]}}}";
    assertEquals(
        List.of(),
        SchemaCheck.compile(tree.getBytes(UTF_8))
            .check(document(Format.YAML, "left: {left: {}, right: {left: {}}}")));
    StringBuilder chain = new StringBuilder("{\"$defs\":{");
    for (int i = 0; i < 3_000; i++) {
      chain.append("\"d%d\":{\"$ref\":\"#/$defs/d%d\"},".formatted(i, i + 1));
    }
    SchemaCheck.compile(chain.append("\"d3000\":true}}").toString().getBytes(UTF_8));
  }

  @Test
  void contentsThatFit() {
    assertEquals(
        "",
        check(Format.YAML, "server: {port: 80, tls: true, ratio: .5, level: high}\nhosts: [ab]"));
    assertEquals("", check(Format.JSON, "{\"server\":{\"port\":80,\"ratio\":null}}"));
    assertEquals("", check(Format.TOML, "hosts = ['ab']\n[server]\nport = 80\n"));
    assertEquals("", check(Format.HOCON, "server { port = 80, name = ab }"));
    assertEquals("", check(Format.HOCON, "server { port = 80, port = ${?PORT}, name = ab }"));
  }

  @Test
  void whereYamlFails() {
    assertEquals(
        """
        /server/port 2
        /server/name 3
        /hosts/1 5
         6""",
        check(
            Format.YAML,
            """
            server:
              port: 0
              name: A1
            hosts:
             [ab, c]
            more: 1
            """));
  }

  @Test
  void whereTheOthersFail() {
    assertEquals("/server/port 3", check(Format.JSON, "{\n \"server\": {\n \"port\": \"80\"}}"));
    assertEquals("/server/port 3", check(Format.TOML, "\n[server]\nport = '80'\n"));
    assertEquals("/server/port 2", check(Format.HOCON, "server {\n port = x\n}\n"));
    assertEquals(
        "/server/port 2", check(Format.HOCON, "server {\n port = x, port = ${?PORT}\n}\n"));
    assertEquals("/server 1", check(Format.JSON, "{\"server\":{}}"));
  }

  /** One spelling must not hide what another says. */
  @Test
  void anotherSpellingOfAnIndexIsNoElement() {
    assertTrue(
        check(Format.PROPERTIES, "server.port=80\nserver.name=ab\nhosts[0]=b\nhosts[00]=good\n")
            .contains("/hosts"));
  }

  @Test
  void propertiesAreNestedAndReadAsAskedFor() {
    String fine =
        """
        server.port=8080
        server.tls=true
        server.ratio=0.5
        server.name=abc
        server.level=2
        hosts[0]=12
        hosts[1]=true
        ports[0]=1
        """;
    assertEquals("", check(Format.PROPERTIES, fine));
    assertEquals("/server/port 1", check(Format.PROPERTIES, fine.replace("8080", "99999")));
    assertEquals("/server/port 1", check(Format.PROPERTIES, fine.replace("8080", "http")));
    assertEquals(
        "/server/tls 2", check(Format.PROPERTIES, fine.replace("true\nserver", "yes\nserver")));
    assertEquals(
        "/ports/0 8", check(Format.PROPERTIES, fine.replace("ports[0]=1", "ports[0]=1.5")));
    assertEquals("/server/level 5", check(Format.PROPERTIES, fine.replace("level=2", "level=3")));
  }

  @Test
  void propertiesThatDoNotNest() {
    assertEquals("/server 1", check(Format.PROPERTIES, "server=1\nserver.port=1\n"));
    assertEquals("/hosts 2", check(Format.PROPERTIES, "server.port=1\nhosts[1]=ab\n"));
  }

  @Test
  void sentences() {
    List<Violation> violations = CHECK.check(document(Format.YAML, "server:\n  port: x\n"));
    assertEquals(
        List.of(new Violation("/server/port", 2, "String found, integer expected.")), violations);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\": \"whole\"} | /type",
        "{\"minimum\": \"1\"} | /minimum",
        "{\"properties\": []} | /properties",
        "[] | object, true or false",
        "{\"type\": | Line 1",
        "{\"$schema\": \"https://example.org/other\"} | is not known",
        "{\"pattern\": \"(?=a)b\"} | look-around",
        "{\"patternProperties\": {\"(\": {}}} | is refused",
        "{\"items\": {\"pattern\": \"((a{99}){99}){99}\"}} | too large",
        "{\"$ref\": \"#/$defs/none\"} | leads to nothing",
        "{\"$ref\": \"#\"} | without end",
        "{\"allOf\": [{\"$ref\": \"#\"}]} | without end",
        "{\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"allOf\":[true,{\"$ref\":\"#/$defs/a\"}]}}} | without end",
        "{\"properties\":{\"a\":{\"not\":{\"if\":{\"$ref\":\"#/properties/a\"}}}}} | without end",
        "{\"$ref\": \"http://127.0.0.1:1/x.json\"} | leads out",
        "{\"$ref\": \"classpath:/application.properties\"} | leads out",
        "{\"$ref\": \"file:///etc/passwd\"} | leads out",
        "{\"allOf\": [{\"$ref\": \"other.json\"}]} | leads out"
      })
  void malformedSchemasAreRefused(String schema, String why) {
    FormatException e =
        assertThrows(FormatException.class, () -> SchemaCheck.compile(schema.getBytes(UTF_8)));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://json-schema.org/draft-04/schema#",
        "http://json-schema.org/draft-07/schema#",
        "https://json-schema.org/draft/2019-09/schema"
      })
  void olderDrafts(String dialect) {
    SchemaCheck check =
        SchemaCheck.compile(
            ("{\"$schema\":\""
                    + dialect
                    + "\",\"definitions\":{\"n\":{\"type\":\"integer\"}},"
                    + "\"properties\":{\"a\":{\"$ref\":\"#/definitions/n\"}}}")
                .getBytes(UTF_8));
    assertEquals(1, check.check(document(Format.JSON, "{\"a\":\"x\"}")).size());
    assertEquals(0, check.check(document(Format.JSON, "{\"a\":1}")).size());
  }

  /** Names and data that look like keywords are none. */
  @Test
  void wordsThatAreNoKeywords() {
    SchemaCheck check =
        SchemaCheck.compile(
            "{\"properties\":{\"pattern\":{\"const\":{\"pattern\":\"(\",\"$ref\":\"x\"}},\"$ref\":true}}"
                .getBytes(UTF_8));
    assertEquals(
        0,
        check
            .check(document(Format.JSON, "{\"pattern\":{\"pattern\":\"(\",\"$ref\":\"x\"}}"))
            .size());
  }

  @Test
  void embeddedSchemasAreFound() {
    SchemaCheck check =
        SchemaCheck.compile(
            """
            {"$id": "https://example.org/root.json",
             "properties": {"a": {"$ref": "port.json"}},
             "$defs": {"port": {"$id": "https://example.org/port.json", "type": "integer"}}}
            """
                .getBytes(UTF_8));
    assertEquals(1, check.check(document(Format.JSON, "{\"a\":\"x\"}")).size());
  }

  /** A schema can ask for more than there is time. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"$anchor\":\"x\",\"$ref\":\"#x\"}",
        "{\"$anchor\":\"x\",\"allOf\":[{\"$ref\":\"#x\"}]}",
        "{\"properties\":{\"a\":{\"allOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}}}",
        "{\"$defs\":{\"a\":{\"allOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}},\"properties\":{\"a\":{\"$ref\":\"#/$defs/a\"}}}"
      })
  void schemasWithoutEndAreStopped(String schema) {
    SchemaCheck check = SchemaCheck.compile(schema.getBytes(UTF_8));
    String deep = "{\"a\":".repeat(60) + "1" + "}".repeat(60);
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> assertThrows(FormatException.class, () -> check.check(document(Format.JSON, deep))));
  }

  /** What backtracking engines need years for. */
  @Test
  void patternsTakeLinearTime() {
    SchemaCheck check = SchemaCheck.compile("{\"pattern\":\"^(a+)+$\"}".getBytes(UTF_8));
    String text = "\"" + "a".repeat(50_000) + "b\"";
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> assertEquals(1, check.check(document(Format.JSON, text)).size()));
  }

  @Test
  void xmlHasNone() {
    assertThrows(FormatException.class, () -> CHECK.check(document(Format.XML, "<a/>")));
  }

  @Test
  void tooLargeIsRefused() {
    byte[] schema = (" ".repeat(FormatLimits.SCHEMA_BYTES_MAX) + "{}").getBytes(UTF_8);
    assertThrows(FormatException.class, () -> SchemaCheck.compile(schema));
  }

  private static String check(Format format, String text) {
    return CHECK.check(document(format, text)).stream()
        .map(violation -> violation.pointer() + " " + violation.line())
        .collect(Collectors.joining("\n"));
  }

  private static Document document(Format format, String text) {
    return Document.parse(format, text);
  }
}

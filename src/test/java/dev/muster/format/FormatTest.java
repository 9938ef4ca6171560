package dev.muster.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormatTest {
  @ParameterizedTest
  @CsvSource({
    "application/json, JSON",
    "application/json; charset=utf-8, JSON",
    "Application/JSON;charset=\"UTF-8\", JSON",
    "application/problem+json, JSON",
    "application/yaml, YAML",
    "application/x-yaml, YAML",
    "text/yaml, YAML",
    "application/openapi+yaml, YAML",
    "text/x-java-properties, PROPERTIES",
    "application/toml, TOML",
    "application/xml, XML",
    "text/xml, XML",
    "image/svg+xml, XML",
    "application/hocon, HOCON",
    "text/plain, TEXT",
    "text/html; level=1, TEXT",
    "application/octet-stream, BINARY",
    "image/png; charset=latin1, BINARY"
  })
  void contentTypes(String contentType, Format expected) {
    assertEquals(expected, Format.ofContentType(contentType));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain; charset=ISO-8859-1", "application/json;charset=utf-16"})
  void otherCharsetsAreRefused(String contentType) {
    assertThrows(FormatException.class, () -> Format.ofContentType(contentType));
  }

  @ParameterizedTest
  @CsvSource({
    "checkout/application.yaml, YAML",
    "a.YML, YAML",
    "a.b.properties, PROPERTIES",
    "reference.conf, HOCON",
    "pom.xml, XML",
    "readme.txt, TEXT"
  })
  void names(String name, Format expected) {
    assertEquals(Optional.of(expected), Format.ofName(name));
  }

  @Test
  void namesWithoutAKnownExtension() {
    assertEquals(Optional.empty(), Format.ofName("a.yaml/b"));
    assertEquals(Optional.empty(), Format.ofName("yaml"));
    assertEquals(Optional.empty(), Format.ofName("a.exe"));
  }
}

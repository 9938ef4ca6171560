package dev.muster.door.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.core.LimitExceededException;
import dev.muster.core.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProblemsTest {
  @Test
  void everyRefusalHasACode() {
    for (Refusal refusal : Refusal.values()) {
      assertNotNull(Problems.code(refusal));
    }
  }

  @Test
  void everyCodeIsDocumentedWithItsStatusAndNoOtherIs() throws IOException {
    String document = Files.readString(Path.of("docs/errors.md"));
    for (Code code : Code.values()) {
      assertTrue(
          document.contains("| `" + code.text() + "` | " + code.status()),
          "docs/errors.md lacks a row for " + code.text() + " with " + code.status());
    }
    Matcher rows = Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\|").matcher(document);
    int count = 0;
    while (rows.find()) {
      count++;
    }
    assertEquals(Code.values().length, count, "rows in docs/errors.md");
  }

  @Test
  void everyCodeIsUsed() throws IOException {
    Set<String> used = new HashSet<>();
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
        Matcher uses = Pattern.compile("\\bCode\\.([A-Z0-9_]+)").matcher(Files.readString(source));
        while (uses.find()) {
          used.add(uses.group(1));
        }
      }
    }
    for (Code code : Code.values()) {
      assertTrue(used.contains(code.name()), "nothing answers with " + code);
    }
  }

  @Test
  void anUnexpectedFailureShowsNothingOfItself() {
    Problem problem = Problems.of(new IllegalStateException("secret detail"));
    assertEquals(500, problem.status());
    assertFalse(problem.detail().contains("secret"));
    assertTrue(problem.members().containsKey("id"));
  }

  @Test
  void malformedJsonIsToldWithItsPlaceAndNothingOfTheParser() {
    for (String json : new String[] {"{", "{\"owner\":\"a", "{\"owner\":[1", "{} {}", "{'a'}"}) {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      Problem problem =
          assertThrows(Problem.class, () -> Json.decode(bytes, SessionsResource.Opening.class));
      assertFalse(problem.detail().contains("Source"), problem.detail());
      assertFalse(problem.detail().contains("REDACTED"), problem.detail());
    }
    Problem problem =
        assertThrows(
            Problem.class, () -> Json.decode(new byte[] {'{'}, SessionsResource.Opening.class));
    assertTrue(problem.detail().contains("line 1, column 1"), problem.detail());
  }

  @Test
  void limitsAreNamed() {
    Problem problem =
        Problems.of(
            new CompletionException(new LimitExceededException("session.ttl", 1, 2, 3, "ms")));
    assertEquals(400, problem.status());
    assertEquals("session.ttl", problem.members().get("limit"));
    assertEquals(1L, problem.members().get("value"));
    assertEquals(2L, problem.members().get("min"));
    assertEquals(3L, problem.members().get("max"));
  }
}

package dev.muster.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SyntaxTest {
  private static final Path CORPUS = Path.of("src/test/resources/format");

  /** {@code name.L2C5.yaml}: wrong in line 2, column 5. */
  private static final Pattern PLACE = Pattern.compile("\\.L(\\d+)C(\\d+)\\.");

  static List<Path> bad() throws IOException {
    return files("bad");
  }

  static List<Path> good() throws IOException {
    return files("good");
  }

  private static List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(CORPUS.resolve(folder))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("bad")
  void badFilesAreRefusedWhereTheyAreBad(Path file) throws IOException {
    Matcher place = PLACE.matcher(file.getFileName().toString());
    assertTrue(place.find());

    List<Problem> problems = Syntax.check(format(file), Files.readAllBytes(file));

    assertFalse(problems.isEmpty(), "accepted");
    Problem first = problems.get(0);
    assertEquals(
        place.group(1) + ":" + place.group(2),
        first.line() + ":" + first.column(),
        first.message());
    assertTrue(first.message().matches("(?s)\\P{Ll}.*\\."), "no sentence: " + first.message());
  }

  @ParameterizedTest
  @MethodSource("good")
  void goodFilesPass(Path file) throws IOException {
    assertEquals(List.of(), Syntax.check(format(file), Files.readAllBytes(file)));
  }

  /** Each format is in the corpus with its own mistakes, not only with those of any text. */
  @ParameterizedTest
  @EnumSource
  void theCorpusHasEveryTextFormat(Format format) throws IOException {
    if (format.isText()) {
      assertTrue(bad().stream().filter(file -> format(file) == format).count() >= 3);
    }
  }

  @Test
  void allProblemsOfPropertiesAreTold() {
    List<Problem> problems = Syntax.check(Format.PROPERTIES, "a=1\na=2\nb=\\u1\n".getBytes(UTF_8));
    assertEquals(List.of(2, 3), problems.stream().map(Problem::line).toList());
  }

  @ParameterizedTest
  @EnumSource
  void tooLargeIsRefused(Format format) {
    byte[] content = " ".repeat(FormatLimits.CONTENT_BYTES_MAX + 1).getBytes(UTF_8);
    assertEquals(1, Syntax.check(format, content).size());
  }

  @Test
  void binaryIsAnything() {
    assertEquals(List.of(), Syntax.check(Format.BINARY, new byte[] {-1, 0, -2}));
  }

  /** As much nesting as fits: no parser may answer with a stack overflow. */
  @ParameterizedTest
  @EnumSource
  void deepNestingIsRefused(Format format) {
    int half = FormatLimits.CONTENT_BYTES_MAX / 8;
    String deep =
        switch (format) {
          case YAML, JSON -> "[".repeat(half) + "]".repeat(half);
          case TOML -> "a = " + "[".repeat(half) + "]".repeat(half);
          case HOCON -> "a = " + "[".repeat(half) + "]".repeat(half);
          case XML -> "<a>".repeat(half) + "</a>".repeat(half);
          case PROPERTIES, TEXT, BINARY -> "";
        };
    if (deep.isEmpty()) {
      return;
    }
    List<Problem> problems =
        assertTimeoutPreemptively(
            Duration.ofSeconds(30), () -> Syntax.check(format, deep.getBytes(UTF_8)));
    assertTrue(
        problems.get(0).message().contains("64") || format == Format.TOML,
        problems.get(0)::message);
  }

  /** Dots nest too. */
  @ParameterizedTest
  @EnumSource(names = {"TOML", "HOCON"})
  void deepKeysAreRefused(Format format) {
    String deep = "a" + ".a".repeat(10_000) + " = 1\n";
    assertFalse(Syntax.check(format, deep.getBytes(UTF_8)).isEmpty());
  }

  /** One long line with wide characters: finding columns must not take the square of it. */
  @Test
  void aLongLineIsReadInGoodTime() {
    String line = "[" + "\"\uD83D\uDE00\",".repeat(100_000) + "1]";
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          assertEquals(List.of(), Syntax.check(Format.JSON, line.getBytes(UTF_8)));
          assertEquals(List.of(), Syntax.check(Format.YAML, line.getBytes(UTF_8)));
        });
  }

  private static Format format(Path file) {
    return Format.ofName(file.getFileName().toString()).orElseThrow();
  }
}

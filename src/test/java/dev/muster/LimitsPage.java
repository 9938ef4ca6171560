package dev.muster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The tables in which pages tell users what is bounded, against what the code says. */
public final class LimitsPage {
  private LimitsPage() {}

  /**
   * Fails unless the page has a table with this head, and just these rows.
   *
   * @param page the name of a file in {@code docs}
   */
  public static void assertTells(String page, String head, List<String> rows) {
    List<String> lines;
    try {
      lines = Files.readAllLines(Path.of("docs", page));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int at = lines.indexOf("| " + head + " | bound |");
    assertTrue(at >= 0, () -> page + " has no table with the head '" + head + "'");
    List<String> table =
        lines.stream().skip(at + 2L).takeWhile(line -> line.startsWith("|")).toList();
    assertEquals(String.join("\n", rows), String.join("\n", table));
  }

  /**
   * A row of such a table.
   *
   * @param bound a format of {@link String#format} if there are numbers for it, else the text
   */
  public static String row(String limit, String bound, Object... numbers) {
    String told = numbers.length == 0 ? bound : String.format(Locale.ROOT, bound, numbers);
    return "| " + limit + " | " + told + " |";
  }

  public static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  public static String mebibytes(long value) {
    return number(value >> 20) + " MiB";
  }
}

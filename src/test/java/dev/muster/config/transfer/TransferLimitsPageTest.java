package dev.muster.config.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The limits that {@code docs/data-model.md} tells its readers are the ones in the code. */
class TransferLimitsPageTest {
  private static List<String> rows() {
    return List.of(
        row("archive", "%,d MiB", TransferLimits.ARCHIVE_BYTES_MAX >> 20),
        row("its contents, unpacked", "%,d MiB", TransferLimits.CONTENTS_BYTES_MAX >> 20),
        row("its files", "%,d", TransferLimits.FILES_MAX),
        row(
            "`muster.json`, or Nacos' metadata",
            "%,d MiB",
            TransferLimits.MANIFEST_BYTES_MAX >> 20),
        row("names, values and brackets of one JSON text", "%,d", TransferLimits.JSON_TOKENS_MAX));
  }

  private static String row(String limit, String bound, long number) {
    return "| " + limit + " | " + String.format(Locale.ROOT, bound, number) + " |";
  }

  @Test
  void thePageTellsTheLimits() throws IOException {
    List<String> page = Files.readAllLines(Path.of("docs", "data-model.md"));
    int head = page.indexOf("| of an [import or export](import-export.md) | bound |");
    List<String> table =
        page.stream().skip(head + 2L).takeWhile(line -> line.startsWith("|")).toList();
    assertEquals(String.join("\n", rows()), String.join("\n", table));
  }
}

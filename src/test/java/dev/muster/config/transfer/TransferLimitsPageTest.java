package dev.muster.config.transfer;

import static dev.muster.LimitsPage.row;

import dev.muster.LimitsPage;
import java.util.List;
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

  @Test
  void thePageTellsTheLimits() {
    LimitsPage.assertTells("data-model.md", "of an [import or export](import-export.md)", rows());
  }
}

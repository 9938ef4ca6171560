package dev.muster.config;

import static dev.muster.LimitsPage.row;

import dev.muster.LimitsPage;
import dev.muster.format.FormatLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limits that {@code docs/data-model.md} tells its readers are the ones in the code. */
class ConfigLimitsPageTest {
  private static List<String> rows() {
    return List.of(
        row("content type", "%,d bytes", ConfigLimits.CONTENT_TYPE_BYTES_MAX),
        row("owner", "%,d bytes", ConfigLimits.OWNER_BYTES_MAX),
        row("description", "%,d bytes", ConfigLimits.DESCRIPTION_BYTES_MAX),
        row(
            "labels",
            "%,d, %,d KiB together",
            ConfigLimits.LABELS_MAX,
            ConfigLimits.LABELS_BYTES_MAX >> 10),
        row("name of a label", "%,d characters", ConfigLimits.LABEL_NAME_CHARS_MAX),
        row("value of a label", "%,d characters", ConfigLimits.LABEL_VALUE_CHARS_MAX),
        row("author of a change", "%,d bytes", Publication.AUTHOR_BYTES_MAX),
        row("message of a change", "%,d bytes", Publication.MESSAGE_BYTES_MAX),
        row("key of a property", "%,d characters", ConfigLimits.PROPERTY_KEY_CHARS_MAX),
        row("value of a property", "%,d KiB", ConfigLimits.PROPERTY_VALUE_BYTES_MAX >> 10),
        row(
            "a content with properties, aliases followed",
            "%,d values, %,d levels deep, %,d MiB of characters",
            FormatLimits.VALUES_MAX,
            FormatLimits.DEPTH_MAX,
            FormatLimits.VALUE_CHARS_MAX >> 20),
        row("a schema", "%,d KiB", ConfigLimits.SCHEMA_BYTES_MAX >> 10),
        row("schemas of a namespace", "%,d", ConfigLimits.SCHEMAS_MAX),
        row(
            "items that a new schema is checked against",
            "%,d, %,d MiB, %,d s",
            ConfigLimits.SCHEMA_ITEMS_MAX,
            ConfigLimits.SCHEMA_ITEMS_BYTES_MAX >> 20,
            ConfigLimits.SCHEMA_ITEMS_MILLIS_MAX / 1_000),
        row(
            "releases of an item",
            "%,d, %,d MiB",
            ConfigLimits.RELEASES_KEPT_MAX,
            ConfigLimits.RELEASES_BYTES_MAX >> 20),
        row("days of history", "%,d", ConfigLimits.HISTORY_DAYS_MAX),
        row("items that a page looks at", "%,d", ConfigLimits.PAGE_LOOKED_AT_MAX));
  }

  @Test
  void thePageTellsTheLimits() {
    LimitsPage.assertTells("data-model.md", "of configuration", rows());
  }
}

package dev.muster.config.effective;

import static dev.muster.LimitsPage.mebibytes;
import static dev.muster.LimitsPage.number;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The limits that {@code docs/effective-configuration.md} tells are {@link EffectiveLimits}. */
class EffectivePageTest {
  @Test
  void thePageTellsTheLimits() throws IOException {
    String page = Files.readString(Path.of("docs", "effective-configuration.md"));
    for (String row :
        new String[] {
          "| profiles and labels of a client | %s and %s, names and values of %s characters |"
              .formatted(
                  number(EffectiveLimits.PROFILES_MAX),
                  number(EffectiveLimits.LABELS_MAX),
                  number(EffectiveLimits.NAME_CHARS_MAX)),
          "| layers of a configuration, inclusions counted | %s, %s, %s properties |"
              .formatted(
                  number(EffectiveLimits.LAYERS_MAX),
                  mebibytes(EffectiveLimits.LAYERS_BYTES_MAX),
                  number(EffectiveLimits.PROPERTIES_MAX)),
          "| characters of all keys, values and items told with them | "
              + mebibytes(EffectiveLimits.LAYERS_CHARS_MAX)
              + " |",
          "| a dotted key | " + number(EffectiveLimits.KEY_CHARS_MAX) + " characters |",
          "| inclusions within each other | " + EffectiveLimits.INCLUDE_DEPTH_MAX + " |",
          "| variants of one name | " + EffectiveLimits.VARIANTS_MAX + " |",
          "| references of a configuration | " + number(EffectiveLimits.REFERENCES_MAX) + " |",
          "| references that lead to references | " + EffectiveLimits.REFERENCE_DEPTH_MAX + " |",
          "| references within each other | " + EffectiveLimits.REFERENCE_NESTING_MAX + " |",
          "| characters of all values with references | "
              + mebibytes(EffectiveLimits.RESOLVED_CHARS_MAX)
              + " |",
          "| changes of a preview | " + EffectiveLimits.PREVIEW_CHANGES_MAX + ", a body of 1 MiB |",
          "| places told of a key | %s, %s of characters |"
              .formatted(
                  number(EffectiveLimits.KEYS_PLACES_MAX),
                  mebibytes(EffectiveLimits.KEYS_TOLD_CHARS_MAX)),
          "%s properties of items, and as many of configurations with %s of characters"
              .formatted(
                  number(EffectiveLimits.KEYS_PROPERTIES_MAX),
                  mebibytes(EffectiveLimits.KEYS_MERGED_CHARS_MAX)),
          "up to %s items and %s of a namespace, and compute up to %s configurations"
              .formatted(
                  number(EffectiveLimits.KEYS_ITEMS_MAX),
                  mebibytes(EffectiveLimits.KEYS_BYTES_MAX),
                  number(EffectiveLimits.KEYS_CONFIGURATIONS_MAX)),
        }) {
      assertTrue(page.contains(row), row);
    }
  }
}

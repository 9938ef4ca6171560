package dev.muster.discovery.check;

import dev.muster.core.PlainText;
import dev.muster.discovery.InvalidInstanceException;
import java.nio.charset.StandardCharsets;

/** What is asked of the fields of a check. */
final class Fields {
  private Fields() {}

  static void between(String field, long value, long min, long max, String unit) {
    if (value < min || value > max) {
      throw new InvalidInstanceException(
          field,
          "is "
              + value
              + "; allowed is "
              + min
              + " to "
              + max
              + (unit.isEmpty() ? "" : " " + unit));
    }
  }

  /** Plain, and bounded in UTF-8. */
  static void plainAtMost(String field, String text, int min, int max) {
    PlainText.firstFault(text)
        .ifPresent(
            fault -> {
              throw new InvalidInstanceException(field, PlainText.describe(text, fault));
            });
    utf8AtMost(field, text, min, max);
  }

  static void utf8AtMost(String field, String text, int min, int max) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length < min || length > max) {
      throw new InvalidInstanceException(
          field, "has " + length + " bytes; allowed is " + min + " to " + max);
    }
  }
}

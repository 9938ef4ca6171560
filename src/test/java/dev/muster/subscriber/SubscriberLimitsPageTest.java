package dev.muster.subscriber;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The limits that {@code docs/data-model.md} tells of subscribers are those that they have. */
class SubscriberLimitsPageTest {
  private static List<String> rows() {
    return List.of(
        row("name of a client", number(SubscriberLimits.CLIENT_LENGTH_MAX) + " characters"),
        row("subscribers of a service", number(SubscriberLimits.PER_PATH_MAX)),
        row("subscribers in all", number(SubscriberLimits.IN_ALL_MAX)),
        row(
            "seconds that one who does not come back is remembered",
            number(SubscriberLimits.REMEMBERED_MILLIS / 1_000)),
        row("drains that are waited for at once", number(SubscriberLimits.PROOFS_AT_ONCE_MAX)),
        row("unconfirmed subscribers that are told", number(SubscriberLimits.OPEN_TOLD_MAX)));
  }

  @Test
  void thePageTellsTheLimits() throws IOException {
    List<String> page = Files.readAllLines(Path.of("docs", "data-model.md"));
    int head =
        page.indexOf(
            "| of [subscribers](service-discovery.md#leaving-well), on each node | bound |");
    List<String> table =
        page.stream().skip(head + 2L).takeWhile(line -> line.startsWith("|")).toList();
    assertEquals(String.join("\n", rows()), String.join("\n", table));
  }

  private static String row(String limit, String bound) {
    return "| " + limit + " | " + bound + " |";
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}

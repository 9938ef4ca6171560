package dev.muster.subscriber;

import static dev.muster.LimitsPage.number;
import static dev.muster.LimitsPage.row;

import dev.muster.LimitsPage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limits that {@code docs/data-model.md} tells of subscribers are those that they have. */
class SubscriberLimitsPageTest {
  private static List<String> rows() {
    return List.of(
        row("name of a client", number(SubscriberLimits.CLIENT_LENGTH_MAX) + " characters"),
        row(
            "`User-Agent`, and query, that tell subscribers apart; of a longer one, its beginning"
                + " and a hash",
            number(SubscriberLimits.TEXT_LENGTH_MAX) + " characters"),
        row("subscribers of a service", number(SubscriberLimits.PER_PATH_MAX)),
        row("subscribers in all", number(SubscriberLimits.IN_ALL_MAX)),
        row(
            "seconds that one who does not come back is remembered",
            number(SubscriberLimits.REMEMBERED_MILLIS / 1_000)),
        row("drains that are waited for at once", number(SubscriberLimits.PROOFS_AT_ONCE_MAX)),
        row("unconfirmed subscribers that are told", number(SubscriberLimits.OPEN_TOLD_MAX)));
  }

  @Test
  void thePageTellsTheLimits() {
    LimitsPage.assertTells(
        "data-model.md",
        "of [subscribers](service-discovery.md#leaving-well), on each node",
        rows());
  }
}

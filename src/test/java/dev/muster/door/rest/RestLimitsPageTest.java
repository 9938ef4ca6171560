package dev.muster.door.rest;

import static dev.muster.LimitsPage.mebibytes;
import static dev.muster.LimitsPage.number;
import static dev.muster.LimitsPage.row;

import dev.muster.LimitsPage;
import dev.muster.config.Watchlist;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limits that {@code docs/data-model.md} tells of the REST API are those that it has. */
class RestLimitsPageTest {
  private static List<String> rows() {
    return List.of(
        row("items of a batch poll", number(Watchlist.ITEMS_MAX)),
        row("body of a batch poll", mebibytes(RestLimits.POLL_BODY_BYTES_MAX)),
        row("body of a request for many instances", mebibytes(RestLimits.BULK_BODY_BYTES_MAX)),
        row(
            "contents in one answer (batch poll, listing with contents)",
            mebibytes(RestLimits.CONTENTS_BYTES_MAX) + ", or one item"),
        row("contents that one page of a search looks at", mebibytes(RestLimits.SEARCH_BYTES_MAX)),
        row("text that is searched for", number(RestLimits.SEARCH_CHARS_MAX) + " characters"),
        row("searches for keys at once, of a node", number(RestLimits.KEY_SEARCHES_AT_ONCE_MAX)),
        row(
            "instances that one list of targets for Prometheus looks at",
            number(RestLimits.PROMETHEUS_INSTANCES_MAX)),
        row("a list of targets for Prometheus", mebibytes(RestLimits.PROMETHEUS_BYTES_MAX)));
  }

  @Test
  void thePageTellsTheLimits() {
    LimitsPage.assertTells("data-model.md", "limit of the API", rows());
  }
}

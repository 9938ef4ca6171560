package dev.muster.discovery.check;

import static dev.muster.LimitsPage.row;

import dev.muster.LimitsPage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page for users tells the limits that hold. */
class HealthChecksPageTest {
  private static List<String> rows() {
    return List.of(
        row("checks of an instance", "%,d", CheckLimits.CHECKS_MAX),
        row("id", "%,d characters", CheckLimits.ID_LENGTH_MAX),
        row(
            "interval",
            "%,d to %,d s",
            CheckLimits.INTERVAL_MILLIS_MIN / 1_000,
            CheckLimits.INTERVAL_MILLIS_MAX / 1_000),
        row(
            "timeout",
            "%,d to %,d ms, at most the interval",
            CheckLimits.TIMEOUT_MILLIS_MIN,
            CheckLimits.TIMEOUT_MILLIS_MAX),
        row("thresholds", "1 to %,d", CheckLimits.THRESHOLD_MAX),
        row("path", "%,d bytes", CheckLimits.PATH_BYTES_MAX),
        row(
            "headers",
            "%,d, names of %,d characters, values of %,d bytes",
            CheckLimits.HEADERS_MAX,
            CheckLimits.HEADER_NAME_LENGTH_MAX,
            CheckLimits.HEADER_VALUE_BYTES_MAX),
        row("expected statuses", "%,d ranges", CheckLimits.STATUS_RANGES_MAX),
        row(
            "text in the body",
            "%,d bytes, within the first %,d KiB",
            CheckLimits.BODY_CONTAINS_BYTES_MAX,
            CheckLimits.BODY_BYTES_MAX >> 10),
        row("certificates to trust", "%,d KiB", CheckLimits.CA_BYTES_MAX >> 10),
        row("service of gRPC", "%,d bytes", CheckLimits.GRPC_SERVICE_BYTES_MAX),
        row("output of a probe", "%,d bytes", CheckLimits.OUTPUT_BYTES_MAX),
        row("probes under way on a node", "%,d", CheckLimits.PROBES_UNDER_WAY_MAX),
        row("allowed ranges", "%,d", CheckLimits.ALLOWED_RANGES_MAX),
        row("addresses of a name", "%,d", CheckLimits.RESOLVED_ADDRESSES_MAX));
  }

  @Test
  void thePageTellsTheLimits() {
    LimitsPage.assertTells("health-checks.md", "of active checks", rows());
  }
}

package dev.muster.core;

import static dev.muster.LimitsPage.number;
import static dev.muster.LimitsPage.row;

import dev.muster.LimitsPage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limits that {@code docs/data-model.md} tells its readers are the ones in {@link Limits}. */
class DataModelPageTest {

  private static List<String> rows() {
    return List.of(
        row("path", bytes(Limits.PATH_BYTES_MAX) + " in UTF-8"),
        row("depth of a path", number(Limits.PATH_DEPTH_MAX) + " segments"),
        row("data of a node", bytes(Limits.NODE_DATA_BYTES_MAX)),
        row(
            "attributes of a node",
            number(Limits.NODE_ATTRIBUTES_MAX) + ", " + bytes(Limits.NODE_ATTRIBUTES_BYTES_MAX)),
        row(
            "time to live of a node",
            range(Limits.NODE_TTL_MILLIS_MIN, Limits.NODE_TTL_MILLIS_MAX)),
        row(
            "a transaction",
            number(Limits.TRANSACTION_GUARDS_MAX)
                + " guards, "
                + number(Limits.TRANSACTION_CHANGES_MAX)
                + " changes, "
                + bytes(Limits.TRANSACTION_BYTES_MAX)),
        row("nodes deleted by one transaction", number(Limits.SUBTREE_DELETE_NODES_MAX)),
        row(
            "time to live of a session",
            range(Limits.SESSION_TTL_MILLIS_MIN, Limits.SESSION_TTL_MILLIS_MAX)),
        row("description of a session's owner", bytes(Limits.SESSION_OWNER_BYTES_MAX)),
        row("nodes owned by a session", number(Limits.SESSION_EPHEMERALS_MAX)),
        row("sessions", number(Limits.SESSIONS_MAX)),
        row(
            "data budget of the cluster",
            bytes(Limits.DATA_BUDGET_BYTES_DEFAULT)
                + "; can be set from "
                + bytes(Limits.DATA_BUDGET_BYTES_MIN)
                + " to "
                + bytes(Limits.DATA_BUDGET_BYTES_MAX)),
        row(
            "what a node counts against the budget beside its content",
            bytes(Limits.NODE_OVERHEAD_BYTES)));
  }

  @Test
  void thePageTellsTheLimits() {
    LimitsPage.assertTells("data-model.md", "limit", rows());
  }

  private static String bytes(long value) {
    if (value >= 1L << 40 && value % (1L << 40) == 0) {
      return number(value >> 40) + " TiB";
    } else if (value >= 1 << 30 && value % (1 << 30) == 0) {
      return number(value >> 30) + " GiB";
    } else if (value >= 1 << 20 && value % (1 << 20) == 0) {
      return number(value >> 20) + " MiB";
    } else if (value > 1 << 10 && value % (1 << 10) == 0) {
      return number(value >> 10) + " KiB";
    }
    return number(value) + " bytes";
  }

  private static String range(long fromMillis, long toMillis) {
    long hours = toMillis / 3_600_000;
    String to = hours > 48 ? number(hours / 24) + " days" : number(hours) + " h";
    return number(fromMillis / 1_000) + " s to " + to;
  }
}

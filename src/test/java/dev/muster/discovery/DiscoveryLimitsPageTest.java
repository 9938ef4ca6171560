package dev.muster.discovery;

import static dev.muster.LimitsPage.number;
import static dev.muster.LimitsPage.row;

import dev.muster.LimitsPage;
import dev.muster.config.Namespaces;
import dev.muster.selector.Selector;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limits that {@code docs/data-model.md} tells of service discovery are those that it has. */
class DiscoveryLimitsPageTest {
  private static List<String> rows() {
    return List.of(
        row("name of a service, id of an instance", characters(DiscoveryLimits.NAME_LENGTH_MAX)),
        row("address", characters(DiscoveryLimits.ADDRESS_LENGTH_MAX)),
        row("ports by name", number(DiscoveryLimits.PORTS_MAX)),
        row("zone, region", characters(DiscoveryLimits.PLACE_LENGTH_MAX)),
        row("version", bytes(DiscoveryLimits.VERSION_BYTES_MAX)),
        row("weight", "0 to " + number(DiscoveryLimits.WEIGHT_MAX)),
        row(
            "tags",
            number(DiscoveryLimits.TAGS_MAX) + " of " + bytes(DiscoveryLimits.TAG_BYTES_MAX)),
        row(
            "metadata",
            number(DiscoveryLimits.METADATA_MAX)
                + " entries, "
                + bytes(DiscoveryLimits.METADATA_BYTES_MAX)
                + "; a key "
                + bytes(DiscoveryLimits.METADATA_KEY_BYTES_MAX)
                + ", a value "
                + bytes(DiscoveryLimits.METADATA_VALUE_BYTES_MAX)),
        row(
            "ttl",
            seconds(DiscoveryLimits.TTL_MILLIS_MIN)
                + " to "
                + seconds(DiscoveryLimits.TTL_MILLIS_MAX)
                + " s"),
        row("grace", "0 to " + seconds(DiscoveryLimits.GRACE_MILLIS_MAX) + " s"),
        row(
            "output of a heartbeat or a check, cut where it is longer",
            bytes(DiscoveryLimits.OUTPUT_BYTES_MAX)),
        row(
            "history of an instance's health",
            number(DiscoveryLimits.HISTORY_MAX)
                + " changes, with reasons of "
                + bytes(DiscoveryLimits.REASON_BYTES_MAX)),
        row(
            "flapping",
            number(FlapDamping.CHANGES_MIN)
                + " changes within "
                + seconds(FlapDamping.WINDOW_MILLIS)
                + " s; held back for "
                + seconds(FlapDamping.HOLD_MILLIS_MIN)
                + " to "
                + seconds(FlapDamping.HOLD_MILLIS_MAX)
                + " s"),
        row("owner of a service", bytes(DiscoveryLimits.OWNER_BYTES_MAX)),
        row("description of a service", bytes(DiscoveryLimits.DESCRIPTION_BYTES_MAX)),
        row("weights set for a service", number(DiscoveryLimits.WEIGHT_RULES_MAX) + " selectors"),
        row(
            "protection of a service",
            seconds(DiscoveryLimits.PROTECTION_MILLIS_MIN)
                + " to "
                + seconds(DiscoveryLimits.PROTECTION_MILLIS_MAX)
                + " s; from "
                + number(DiscoveryLimits.PROTECTED_INSTANCES_MIN)
                + " instances on"),
        row(
            "protection of a zone",
            "more than "
                + number(Math.round(100 * DiscoveryLimits.ZONE_THRESHOLD))
                + " % lost, from "
                + number(DiscoveryLimits.ZONE_INSTANCES_MIN)
                + " instances of "
                + number(DiscoveryLimits.ZONE_SERVICES_MIN)
                + " services on; "
                + seconds(DiscoveryLimits.ZONE_PROTECTION_MILLIS)
                + " s at most"),
        row(
            "selector",
            characters(Selector.LENGTH_MAX)
                + ", "
                + number(Selector.DEMANDS_MAX)
                + " demands, "
                + number(Selector.VALUES_MAX)
                + " values of each"),
        row("instances of a request for many", number(DiscoveryLimits.BULK_MAX)),
        row("services of a namespace", number(DiscoveryLimits.SERVICES_MAX)),
        row(
            "instances of a namespace",
            number(Namespaces.INSTANCES_MAX_DEFAULT)
                + ", or as it says, up to "
                + number(Namespaces.INSTANCES_MAX_MAX)),
        row("reason for a host's maintenance", bytes(DiscoveryLimits.MAINTENANCE_BYTES_MAX)));
  }

  @Test
  void thePageTellsTheLimits() {
    LimitsPage.assertTells("data-model.md", "of [services](service-discovery.md)", rows());
  }

  private static String characters(long value) {
    return number(value) + " characters";
  }

  private static String bytes(long value) {
    return number(value) + " bytes";
  }

  private static String seconds(long millis) {
    return number(millis / 1_000);
  }
}

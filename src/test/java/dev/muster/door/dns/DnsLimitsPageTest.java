package dev.muster.door.dns;

import static dev.muster.LimitsPage.row;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.muster.LimitsPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limits that {@code docs/dns.md} tells are those that there are. */
class DnsLimitsPageTest {
  private static List<String> rows() {
    return List.of(
        row("records of an answer", "%,d", DnsLimits.ANSWERS_MAX),
        row("strings of one TXT record together", "%,d bytes", DnsLimits.TXT_BYTES_MAX),
        row("a query", "%,d bytes", DnsLimits.QUERY_BYTES_MAX),
        row("TCP connections", "%,d", DnsLimits.CONNECTIONS_MAX),
        row("TCP connections of one address", "%,d", DnsLimits.CONNECTIONS_PER_ADDRESS_MAX),
        row("an idle TCP connection", "%,d s", DnsLimits.IDLE_SECONDS),
        row("answers at once that take long", "%,d", DnsLimits.UNDER_WAY_MAX),
        row(
            "instances kept decoded, of all services together",
            "%,d",
            DnsLimits.KEPT_INSTANCES_MAX),
        row("names looked through for one that is spelled otherwise", "%,d", DnsLimits.SCAN_MAX));
  }

  @Test
  void thePageTellsTheLimits() throws IOException {
    LimitsPage.assertTells("dns.md", "limit of DNS", rows());
    String text = Files.readString(Path.of("docs", "dns.md"));
    assertTrue(
        text.contains(LimitsPage.number(DnsLimits.AT_ONCE_INSTANCES_MAX) + " instances"),
        "what takes long");
  }
}

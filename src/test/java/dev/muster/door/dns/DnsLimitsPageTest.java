package dev.muster.door.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The limits that {@code docs/dns.md} tells are those that there are. */
class DnsLimitsPageTest {
  private static List<String> rows() {
    return List.of(
        row("records of an answer", DnsLimits.ANSWERS_MAX, ""),
        row("strings of one TXT record together", DnsLimits.TXT_BYTES_MAX, " bytes"),
        row("a query", DnsLimits.QUERY_BYTES_MAX, " bytes"),
        row("TCP connections", DnsLimits.CONNECTIONS_MAX, ""),
        row("TCP connections of one address", DnsLimits.CONNECTIONS_PER_ADDRESS_MAX, ""),
        row("an idle TCP connection", DnsLimits.IDLE_SECONDS, " s"),
        row("answers at once that take long", DnsLimits.UNDER_WAY_MAX, ""),
        row("instances kept decoded, of all services together", DnsLimits.KEPT_INSTANCES_MAX, ""),
        row("names looked through for one that is spelled otherwise", DnsLimits.SCAN_MAX, ""));
  }

  @Test
  void thePageTellsTheLimits() throws IOException {
    List<String> page = Files.readAllLines(Path.of("docs", "dns.md"));
    int head = page.indexOf("| limit of DNS | bound |");
    List<String> table =
        page.stream().skip(head + 2L).takeWhile(line -> line.startsWith("|")).toList();
    assertEquals(String.join("\n", rows()), String.join("\n", table));
    String text = String.join("\n", page);
    assertTrue(
        text.contains(String.format(Locale.ROOT, "%,d instances", DnsLimits.AT_ONCE_INSTANCES_MAX)),
        "what takes long");
  }

  private static String row(String limit, int bound, String unit) {
    return "| " + limit + " | " + String.format(Locale.ROOT, "%,d", bound) + unit + " |";
  }
}

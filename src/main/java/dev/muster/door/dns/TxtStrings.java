package dev.muster.door.dns;

import dev.muster.discovery.Instance;
import dev.muster.discovery.Port;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an instance says of itself as {@code key=value} (RFC 6763, section 6), in UTF-8. A string
 * that is too long for DNS is left out, and so is what is beyond the bound of all together: the
 * metadata come last.
 */
final class TxtStrings {
  private final List<String> strings = new ArrayList<>();
  private int bytes;

  private TxtStrings() {}

  /** As a zone file would have them: everything but plain ASCII is written as {@code \DDD}. */
  static List<String> of(Endpoint endpoint) {
    TxtStrings texts = new TxtStrings();
    Instance instance = endpoint.instance();
    texts.add("id", endpoint.id());
    texts.add("address", instance.address());
    texts.add("port", Integer.toString(instance.port()));
    for (Port port : instance.ports()) {
      texts.add("port." + port.name(), Integer.toString(port.number()));
    }
    texts.add("weight", Integer.toString(endpoint.weight()));
    texts.add("zone", instance.zone());
    texts.add("region", instance.region());
    texts.add("version", instance.version());
    if (!instance.tags().isEmpty()) {
      texts.add("tags", String.join(",", instance.tags()));
    }
    for (Map.Entry<String, String> entry : instance.metadata().entrySet()) {
      if (entry.getKey().indexOf('=') < 0) { // its key would end there
        texts.add("metadata." + entry.getKey(), entry.getValue());
      }
    }
    return texts.strings;
  }

  private void add(String key, @Nullable String value) {
    if (value == null) {
      return;
    }
    byte[] text = (key + "=" + value).getBytes(StandardCharsets.UTF_8);
    if (text.length <= DnsLimits.TXT_STRING_BYTES_MAX
        && bytes + text.length <= DnsLimits.TXT_BYTES_MAX) {
      bytes += text.length;
      strings.add(escaped(text));
    }
  }

  private static String escaped(byte[] text) {
    StringBuilder escaped = new StringBuilder(text.length);
    for (byte b : text) {
      if (b >= ' ' && b <= '~' && b != '\\' && b != '"') {
        escaped.append((char) b);
      } else {
        int value = Byte.toUnsignedInt(b);
        escaped.append('\\').append((char) ('0' + value / 100));
        escaped.append((char) ('0' + value / 10 % 10)).append((char) ('0' + value % 10));
      }
    }
    return escaped.toString();
  }
}

package dev.muster.door.dns;

import dev.muster.core.Node;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds by a name in lower case, as DNS has them. A spelling with capitals is found too, and the
 * first of several that differ in nothing else counts.
 *
 * @param name as it is spelled; absent if there is none
 * @param node of that name; absent if there is none
 * @param below whether there are names that end with a dot and this one: it exists in DNS, with
 *     nothing but those below it (RFC 8020)
 */
record Names(@Nullable String name, @Nullable Node node, boolean below) {
  static final Names NONE = new Names(null, null, false);

  static Names find(SortedMap<String, Node> nodes, String lower) {
    Node node = nodes.get(lower);
    if (node != null) {
      return new Names(lower, node, false);
    }
    String end = "." + lower;
    boolean below = false;
    int seen = 0;
    for (Map.Entry<String, Node> entry : nodes.entrySet()) {
      String name = entry.getKey();
      if (name.equalsIgnoreCase(lower)) {
        return new Names(name, entry.getValue(), false);
      }
      below |= name.length() > end.length() && name.toLowerCase(Locale.ROOT).endsWith(end);
      if (++seen == DnsLimits.SCAN_MAX) {
        break;
      }
    }
    return below ? new Names(null, null, true) : NONE;
  }
}

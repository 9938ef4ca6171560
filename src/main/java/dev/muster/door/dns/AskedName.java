package dev.muster.door.dns;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/**
 * What a name below the domain asks for, read from the right:
 *
 * <pre>
 *   cart.shop.muster.                 service cart of namespace shop
 *   v2.tag.cart.shop.muster.          those with the tag v2
 *   eu-1a.zone.cart.shop.muster.      those in the zone eu-1a
 *   cart-1.id.cart.shop.muster.       the instance cart-1
 *   _grpc._tcp.cart.shop.muster.      their ports named grpc
 * </pre>
 *
 * <p>Demands are combined from the right: {@code v2.tag.eu-1a.zone.cart.shop}. The namespace is one
 * label; the service is all that is between it and the nearest demand, so that a service may have
 * dots. All names are in lower case.
 *
 * @param service empty if the name is that of a namespace
 * @param port of the instances, if one is asked for by name
 * @param bare whether there are demands without a value: such a name has nothing but names below it
 */
record AskedName(
    String namespace, String service, List<Demand> demands, @Nullable Port port, boolean bare) {
  private static final String TCP = "_tcp";
  private static final String UDP = "_udp";

  /** What an instance must have. */
  record Demand(Kind kind, String value) {}

  /** A port by its name; of those with the protocol udp, or of all others. */
  record Port(String name, boolean udp) {}

  /** The label that a demand stands before. */
  enum Kind {
    TAG,
    ZONE,
    ID;

    final String label = name().toLowerCase(Locale.ROOT);

    static @Nullable Kind of(String label) {
      for (Kind kind : values()) {
        if (kind.label.equals(label)) {
          return kind;
        }
      }
      return null;
    }
  }

  /**
   * Reads a name.
   *
   * @param name below the domain, and not the domain itself
   */
  static AskedName of(Name name, Name domain) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < name.labels() - domain.labels(); i++) {
      byte[] label = name.getLabel(i); // its first byte is its length
      String text = new String(label, 1, label.length - 1, StandardCharsets.UTF_8);
      labels.add(text.toLowerCase(Locale.ROOT));
    }
    int last = labels.size() - 1;
    String namespace = labels.get(last);
    return ofService(namespace, labels.subList(0, last));
  }

  private static AskedName ofService(String namespace, List<String> labels) {
    List<String> left = labels;
    Port port = null;
    boolean bare = false;
    if (left.size() > 1 && isProtocol(left.get(0))) {
      bare = true;
      left = left.subList(1, left.size());
    } else if (left.size() > 2 && isProtocol(left.get(1)) && left.get(0).startsWith("_")) {
      port = new Port(left.get(0).substring(1), left.get(1).equals(UDP));
      left = left.subList(2, left.size());
    }
    List<Demand> demands = new ArrayList<>();
    String service = "";
    Kind kind = null;
    while (true) {
      int keyword = lastKeyword(left);
      String value = String.join(".", left.subList(keyword + 1, left.size()));
      if (kind == null) {
        service = value;
      } else {
        demands.add(new Demand(kind, value));
      }
      if (keyword < 0) {
        return new AskedName(namespace, service, List.copyOf(demands), port, bare);
      }
      kind = Kind.of(left.get(keyword));
      left = left.subList(0, keyword);
      if (left.isEmpty()) {
        return new AskedName(namespace, service, List.copyOf(demands), port, true);
      }
    }
  }

  /** The keyword that stands next to the right end, with something behind it; -1 for none. */
  private static int lastKeyword(List<String> labels) {
    for (int i = labels.size() - 2; i >= 0; i--) {
      if (Kind.of(labels.get(i)) != null) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isProtocol(String label) {
    return label.equals(TCP) || label.equals(UDP);
  }
}

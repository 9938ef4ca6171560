package dev.muster.door.dns;

import dev.muster.discovery.Instance;
import dev.muster.discovery.Port;
import dev.muster.discovery.Selection;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * An instance that traffic goes to, as DNS needs it.
 *
 * @param weight that counts, of the service's settings or its own
 * @param address absent if it is known by a host name
 * @param target what SRV records point at: a name of ours that has the address, or the host's own;
 *     absent if that would be too long for DNS
 */
record Endpoint(
    String id,
    Instance instance,
    int weight,
    @Nullable InetAddress address,
    @Nullable Name target) {

  /**
   * @param service the domain name of its service
   */
  static Endpoint of(Selection.Picked picked, Name service) {
    String address = picked.instance().address();
    InetAddress inet = DnsSettings.inet(address);
    return new Endpoint(
        picked.id(),
        picked.instance(),
        picked.weight(),
        inet,
        inet == null
            ? name(address, Name.root)
            : name(picked.id() + "." + AskedName.Kind.ID.label, service));
  }

  /** The number of the port; absent if it has none of the name and protocol. */
  @Nullable Integer port(AskedName.@Nullable Port asked) {
    if (asked == null) {
      return instance.port();
    }
    for (Port port : instance.ports()) {
      if (port.name().equals(asked.name()) && "udp".equals(port.protocol()) == asked.udp()) {
        return port.number();
      }
    }
    return null;
  }

  /** What the name demands. */
  boolean fits(AskedName.Demand demand) {
    return switch (demand.kind()) {
      case ID -> id.equalsIgnoreCase(demand.value());
      case ZONE -> instance.zone() != null && demand.value().equalsIgnoreCase(instance.zone());
      case TAG -> {
        for (String tag : instance.tags()) {
          if (tag.equalsIgnoreCase(demand.value())) {
            yield true;
          }
        }
        yield false;
      }
    };
  }

  /** Of letters, digits and {@code . - _} alone; absent if it is too long for DNS. */
  static @Nullable Name name(String text, Name origin) {
    try {
      return Name.fromString(text, origin);
    } catch (TextParseException tooLong) {
      return null;
    }
  }
}

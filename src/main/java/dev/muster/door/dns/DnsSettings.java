package dev.muster.door.dns;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Address;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * How this node answers. Checked when made.
 *
 * @param address to listen on: an IP address
 * @param port 0 for one that is free
 * @param domain that it is the authority for
 * @param ttlSeconds how long resolvers may keep an answer, and that there is none
 * @param udpPayloadMax of an answer over UDP, whatever the resolver would take
 */
public record DnsSettings(
    String address, int port, Name domain, int ttlSeconds, int udpPayloadMax) {
  private static final int PORT_MAX = 65_535;

  /** Labels below it must have room: those of a service, an instance, a port. */
  private static final int DOMAIN_BYTES_MAX = 64;

  /**
   * @throws IllegalArgumentException saying what is wrong with which property
   */
  public DnsSettings {
    if (inet(address) == null) {
      throw invalid("address", "is an IP address to listen on, such as 127.0.0.1, not " + address);
    }
    between("port", port, 0, PORT_MAX);
    between("ttl", ttlSeconds, 0, DnsLimits.TTL_SECONDS_MAX);
    between("udp-payload-max", udpPayloadMax, DnsLimits.UDP_PAYLOAD_MIN, DnsLimits.UDP_PAYLOAD_MAX);
  }

  public static DnsSettings of(
      String address, int port, String domain, int ttlSeconds, int udpPayloadMax) {
    return new DnsSettings(address, port, domain(domain), ttlSeconds, udpPayloadMax);
  }

  /** The address to listen on; nothing if it stands for all that the machine has. */
  @Nullable InetAddress ownAddress() {
    InetAddress own = inet(address);
    return own == null || own.isAnyLocalAddress() ? null : own;
  }

  /** An IP address, which is never looked up by name; nothing if it is none. */
  static @Nullable InetAddress inet(String address) {
    int family = address.indexOf(':') < 0 ? Address.IPv4 : Address.IPv6;
    byte[] bytes = Address.toByteArray(address, family);
    try {
      return bytes == null ? null : InetAddress.getByAddress(bytes);
    } catch (java.net.UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Name domain(String text) {
    try {
      Name domain = Name.fromString(text, Name.root);
      if (!domain.equals(Name.root) && domain.length() <= DOMAIN_BYTES_MAX) {
        return domain;
      }
    } catch (TextParseException malformed) {
      // The same answer as for one that is too long.
    }
    throw invalid(
        "domain",
        "is a domain of at most " + DOMAIN_BYTES_MAX + " bytes, such as muster., not " + text);
  }

  private static void between(String property, int value, int min, int max) {
    if (value < min || value > max) {
      throw invalid(property, "is from " + min + " to " + max + ", not " + value);
    }
  }

  private static IllegalArgumentException invalid(String property, String what) {
    return new IllegalArgumentException("muster.dns." + property + " " + what);
  }
}

package dev.muster.discovery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Where an instance can be reached: an IPv4 or IPv6 address or a host name, never looked up. */
final class Addresses {
  private static final Pattern NUMERIC = Pattern.compile("[0-9.]+");
  private static final Pattern IPV4 =
      Pattern.compile(
          "(0|[1-9][0-9]{0,2})\\.(0|[1-9][0-9]{0,2})\\.(0|[1-9][0-9]{0,2})\\.(0|[1-9][0-9]{0,2})");
  private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9A-Fa-f:][0-9A-Fa-f:.]+");
  // RFC 1123, section 2.1; a last label of digits only would be mistaken for an IPv4 address.
  private static final Pattern HOST_NAME =
      Pattern.compile(
          "([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)*"
              + "(?![0-9]+$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
  private static final int OCTET_MAX = 255;

  private Addresses() {}

  /**
   * @throws InvalidInstanceException saying what an address looks like
   */
  static String check(String address) {
    if (address.isEmpty() || address.length() > DiscoveryLimits.ADDRESS_LENGTH_MAX) {
      throw invalid(
          "has "
              + address.length()
              + " characters; 1 to "
              + DiscoveryLimits.ADDRESS_LENGTH_MAX
              + " are allowed");
    }
    if (address.indexOf(':') >= 0) {
      return checkIpv6(address);
    }
    return NUMERIC.matcher(address).matches() ? checkIpv4(address) : checkHostName(address);
  }

  /** One spelling of each address: IPv6 as {@link InetAddress} writes it, names in lower case. */
  static String canonical(String address) {
    if (address.indexOf(':') < 0) {
      return address.toLowerCase(Locale.ROOT);
    }
    try {
      return InetAddress.getByName(address).getHostAddress();
    } catch (UnknownHostException neverOfWhatWasChecked) {
      throw new IllegalArgumentException(neverOfWhatWasChecked);
    }
  }

  private static String checkIpv4(String address) {
    var octets = IPV4.matcher(address);
    boolean valid = octets.matches();
    for (int i = 1; valid && i <= 4; i++) {
      valid = Integer.parseInt(octets.group(i)) <= OCTET_MAX;
    }
    if (!valid) {
      throw invalid("is no IPv4 address: four numbers from 0 to 255 without leading zeros");
    }
    if (address.equals("0.0.0.0")) {
      throw unspecified(address);
    }
    return address;
  }

  private static String checkIpv6(String address) {
    // The check of the characters comes first: it keeps brackets and zones out, and with them every
    // text that InetAddress would look up by name.
    if (IPV6_CHARACTERS.matcher(address).matches()) {
      try {
        if (InetAddress.getByName(address).isAnyLocalAddress()) {
          throw unspecified(address);
        }
        return address;
      } catch (UnknownHostException malformed) {
        throw noIpv6();
      }
    }
    throw noIpv6();
  }

  private static String checkHostName(String address) {
    if (!HOST_NAME.matcher(address).matches()) {
      throw invalid(
          "is neither an IP address nor a host name: labels of 1 to 63 letters, digits and inner"
              + " hyphens, joined by dots; the port is a field of its own");
    }
    return address;
  }

  private static InvalidInstanceException noIpv6() {
    return invalid(
        "is no IPv6 address, such as 2001:db8::7: no brackets, no zone; the port is a field of its"
            + " own");
  }

  private static InvalidInstanceException unspecified(String address) {
    return invalid(address + " is where a server listens, not where it can be reached");
  }

  private static InvalidInstanceException invalid(String message) {
    return new InvalidInstanceException("address", message);
  }
}

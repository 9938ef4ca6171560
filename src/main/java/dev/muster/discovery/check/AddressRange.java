package dev.muster.discovery.check;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * Addresses that begin with the same bits, as CIDR writes them: {@code 10.0.0.0/8}.
 *
 * @param network the address that they begin as; the bits behind the prefix are 0
 */
record AddressRange(InetAddress network, int prefixLength) {
  // Keeps host names out, which InetAddress would look up, and zones, which are local to a node.
  private static final Pattern LITERAL =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

  /**
   * @throws IllegalArgumentException saying what is wrong
   */
  static AddressRange parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    try {
      InetAddress network = literal(address);
      int bits = network.getAddress().length * 8;
      if (address.indexOf(':') >= 0 && bits == 32) {
        throw new IllegalArgumentException(
            "'" + text + "' is an IPv4 range in IPv6's clothes: write it as IPv4");
      }
      int prefixLength = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
      if (prefixLength < 0 || prefixLength > bits) {
        throw new IllegalArgumentException(
            "'" + text + "': a prefix of these addresses has 0 to " + bits + " bits");
      }
      AddressRange range = new AddressRange(network, prefixLength);
      if (!range.masked().equals(network)) {
        throw new IllegalArgumentException(
            "'"
                + text
                + "' has bits behind its prefix; did you mean "
                + range.masked().getHostAddress()
                + "/"
                + prefixLength
                + "?");
      }
      return range;
    } catch (NumberFormatException | UnknownHostException malformed) {
      throw new IllegalArgumentException(
          "'" + text + "' is no range of addresses, such as 10.0.0.0/8 or 2001:db8::/32",
          malformed);
    }
  }

  /** An address that is written in numbers; nothing is looked up. */
  static InetAddress literal(String text) throws UnknownHostException {
    if (!LITERAL.matcher(text).matches()) {
      throw new UnknownHostException(text);
    }
    return InetAddress.getByName(text);
  }

  static boolean isLiteral(String text) {
    return LITERAL.matcher(text).matches();
  }

  boolean contains(InetAddress address) {
    byte[] ours = network.getAddress();
    byte[] theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < prefixLength; bit += 8) {
      int mask = mask(prefixLength - bit);
      if ((ours[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  private InetAddress masked() throws UnknownHostException {
    byte[] bytes = network.getAddress();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] &= (byte) mask(prefixLength - i * 8);
    }
    return InetAddress.getByAddress(bytes);
  }

  /** Of one byte, of which this many of the first bits count. */
  private static int mask(int bits) {
    return bits >= 8 ? 0xff : bits <= 0 ? 0 : 0xff << (8 - bits) & 0xff;
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + prefixLength;
  }
}

package dev.muster.discovery.check;

import dev.muster.discovery.InvalidInstanceException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses active checks may reach: those that the operator allows, without those that never
 * are. Whoever may register an instance chooses where the nodes of Muster connect to; without this
 * it could have them scan, or ask a cloud's metadata for credentials. Immutable.
 */
public final class AddressPolicy {
  /** What the operator sets. */
  public static final String SETTING = "muster.checks.allow";

  private static final String VARIABLE = "MUSTER_CHECKS_ALLOW";

  /** Nothing is allowed: no active check runs. */
  public static final AddressPolicy NONE = new AddressPolicy(List.of());

  /** Never allowed, whatever the operator's list says, and neither is IPv6 that leads there. */
  private static final List<AddressRange> NEVER =
      ranges(
          "0.0.0.0/8", // unspecified, "this network"
          "169.254.0.0/16", // link-local; metadata of AWS, Azure, GCP and others
          "100.100.100.200/32", // metadata of Alibaba Cloud
          "192.0.0.192/32", // metadata of Oracle Cloud
          "168.63.129.16/32", // Azure's host
          "224.0.0.0/4", // multicast
          "240.0.0.0/4", // reserved, and broadcast
          "::/128", // unspecified
          "fe80::/10", // link-local
          "fd00:ec2::/32", // metadata and other services of AWS
          "fd20:ce::254/128", // metadata of GCP
          "ff00::/8"); // multicast

  /**
   * IPv6 that stands for an IPv4 address, and from which byte on. IPv4-mapped ones are not here:
   * Java turns them into IPv4 itself.
   */
  private record Embedding(AddressRange range, int offset, boolean inverted) {
    static Embedding of(String range, int offset) {
      return new Embedding(AddressRange.parse(range), offset, false);
    }

    @Nullable InetAddress ipv4(InetAddress address) throws UnknownHostException {
      if (!range.contains(address)) {
        return null;
      }
      byte[] bytes = Arrays.copyOfRange(address.getAddress(), offset, offset + 4);
      for (int i = 0; inverted && i < bytes.length; i++) {
        bytes[i] = (byte) ~bytes[i];
      }
      return InetAddress.getByAddress(bytes);
    }
  }

  private static final List<Embedding> EMBEDDINGS =
      List.of(
          Embedding.of("64:ff9b::/96", 12), // NAT64, RFC 6052
          Embedding.of("64:ff9b:1::/48", 12), // NAT64 of one's own, RFC 8215, mostly as /96
          Embedding.of("2002::/16", 2), // 6to4, RFC 3056
          new Embedding(AddressRange.parse("2001::/32"), 12, true), // Teredo, RFC 4380
          Embedding.of("::/96", 12)); // IPv4-compatible, RFC 4291

  private final List<AddressRange> allowed;

  private AddressPolicy(List<AddressRange> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  /**
   * The policy that allows these ranges.
   *
   * @throws IllegalArgumentException naming the setting, and what is wrong with it
   */
  public static AddressPolicy of(List<String> ranges) {
    if (ranges.size() > CheckLimits.ALLOWED_RANGES_MAX) {
      throw new IllegalArgumentException(
          SETTING + " has more than " + CheckLimits.ALLOWED_RANGES_MAX + " ranges of addresses");
    }
    List<AddressRange> allowed = new ArrayList<>();
    for (String range : ranges) {
      try {
        allowed.add(AddressRange.parse(range.strip()));
      } catch (IllegalArgumentException wrong) {
        throw new IllegalArgumentException(SETTING + ": " + wrong.getMessage(), wrong);
      }
    }
    return new AddressPolicy(allowed);
  }

  /** Whether nothing is allowed, so that there are no active checks. */
  public boolean isNone() {
    return allowed.isEmpty();
  }

  public boolean allows(InetAddress address) {
    return allowed.stream().anyMatch(range -> range.contains(address)) && !isNever(address);
  }

  private static boolean isNever(InetAddress address) {
    if (isIn(NEVER, address)) {
      return true;
    }
    try {
      for (Embedding embedding : EMBEDDINGS) {
        InetAddress ipv4 = embedding.ipv4(address);
        // ::1 looks like an IPv4-compatible address of 0.0.0.1, and is none.
        if (ipv4 != null && !address.isLoopbackAddress() && isIn(NEVER, ipv4)) {
          return true;
        }
      }
      return false;
    } catch (UnknownHostException impossible) {
      return true;
    }
  }

  private static boolean isIn(List<AddressRange> ranges, InetAddress address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }

  /** Why a probe of the address is not made; for people. */
  public static String refusal(InetAddress address) {
    return isNever(address)
        ? address.getHostAddress() + " is never checked, whatever " + SETTING + " says"
        : address.getHostAddress() + " is not allowed by " + SETTING;
  }

  /**
   * Refuses the registration of checks that would never be made. What a host name stands for is
   * judged before each probe, and not here.
   *
   * @throws InvalidInstanceException naming the operator's setting
   */
  public void checkRegistration(String address, List<CheckSpec> checks) {
    if (checks.isEmpty()) {
      return;
    }
    if (isNone()) {
      throw new InvalidInstanceException(
          "checks",
          "active checks are off: the operator has allowed no addresses for them, see "
              + SETTING
              + " ("
              + VARIABLE
              + ")");
    }
    if (AddressRange.isLiteral(address)) {
      try {
        InetAddress literal = AddressRange.literal(address);
        if (!allows(literal)) {
          throw new InvalidInstanceException(
              "checks", refusal(literal) + " (" + VARIABLE + "), so it cannot be checked");
        }
      } catch (UnknownHostException malformed) {
        throw new InvalidInstanceException("address", "is no IP address");
      }
    }
  }

  /**
   * The address to probe: the first of those that a name stands for, if every one is allowed. A
   * name that stands for an allowed and for another address is refused as a whole: which one a
   * client gets is chance.
   *
   * @throws AddressRefusedException if one is not
   */
  public InetAddress judge(List<InetAddress> resolved) throws AddressRefusedException {
    if (resolved.isEmpty() || resolved.size() > CheckLimits.RESOLVED_ADDRESSES_MAX) {
      throw new AddressRefusedException(
          "the name has "
              + resolved.size()
              + " addresses; allowed is 1 to "
              + CheckLimits.RESOLVED_ADDRESSES_MAX);
    }
    for (InetAddress address : resolved) {
      if (!allows(address)) {
        throw new AddressRefusedException(refusal(address));
      }
    }
    return resolved.get(0);
  }

  private static List<AddressRange> ranges(String... texts) {
    return Stream.of(texts).map(AddressRange::parse).toList();
  }
}

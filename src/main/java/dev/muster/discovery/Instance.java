package dev.muster.discovery;

import dev.muster.core.LimitExceededException;
import dev.muster.core.Limits;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an instance says of itself. Checked when made: there is no invalid one.
 *
 * @param address an IPv4 or IPv6 address, or a host name
 * @param port where it takes traffic, if nothing is said of which port
 * @param ports further ports, or the same ones, by name; in the order told
 * @param weight its share of the traffic relative to the others; 0 takes none
 * @param zone where it is, such as a rack, a data center or a cloud's availability zone
 * @param region what zones are parts of; zones of one region are nearer than those of others
 * @param version of the software that it runs
 * @param tags a set: sorted, so that another order is no change
 */
public record Instance(
    String address,
    int port,
    List<Port> ports,
    int weight,
    @Nullable String zone,
    @Nullable String region,
    @Nullable String version,
    SortedSet<String> tags,
    SortedMap<String, String> metadata) {
  // As the labels of a DNS name, since zones can be asked for by DNS.
  private static final Pattern PLACE =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?");

  /**
   * @throws InvalidInstanceException naming the field that nobody could use
   * @throws LimitExceededException naming the limit
   */
  public Instance {
    Addresses.check(address);
    Limits.between("instance.port", port, DiscoveryLimits.PORT_MIN, DiscoveryLimits.PORT_MAX, "");
    Limits.between("instance.weight", weight, 0, DiscoveryLimits.WEIGHT_MAX, "");
    ports = checkPorts(ports);
    if (zone != null) {
      checkPlace("zone", zone);
    }
    if (region != null) {
      checkPlace("region", region);
    }
    if (version != null) {
      Texts.checkPlain("version", version);
      Limits.between(
          "instance.version",
          Texts.utf8Length(version),
          1,
          DiscoveryLimits.VERSION_BYTES_MAX,
          "bytes");
    }
    tags = Texts.checkTags(tags);
    metadata = Texts.checkMetadata(metadata);
  }

  /** With the default weight and nothing else said. */
  public static Instance of(String address, int port) {
    return new Instance(
        address,
        port,
        List.of(),
        DiscoveryLimits.WEIGHT_DEFAULT,
        null,
        null,
        null,
        Collections.emptySortedSet(),
        Collections.emptySortedMap());
  }

  public Instance withWeight(int other) {
    return new Instance(address, port, ports, other, zone, region, version, tags, metadata);
  }

  /** The number of the port of this name; nothing if it has none. */
  public @Nullable Integer port(String name) {
    for (Port named : ports) {
      if (named.name().equals(name)) {
        return named.number();
      }
    }
    return null;
  }

  private static List<Port> checkPorts(List<Port> ports) {
    Limits.between("instance.ports", ports.size(), 0, DiscoveryLimits.PORTS_MAX, "ports");
    Set<String> names = new HashSet<>();
    for (Port port : ports) {
      if (!names.add(port.name())) {
        throw new InvalidInstanceException("ports", "'" + port.name() + "' is there twice");
      }
    }
    return List.copyOf(ports);
  }

  /**
   * @throws InvalidInstanceException saying what the name of a place looks like
   */
  static String checkPlace(String field, String place) {
    if (!PLACE.matcher(place).matches()) {
      throw new InvalidInstanceException(
          field,
          "a "
              + field
              + " has 1 to 63 of the characters A-Z a-z 0-9 _ - and starts and ends with a letter"
              + " or a digit");
    }
    return place;
  }
}

package dev.muster.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One instance of a service: a process at one place. The servers check the bounds
 * (docs/service-discovery.md lists them).
 *
 * @param id names this process at this place: two that register the same one replace each other
 * @param address as consumers can reach it: an IP address or a host name
 * @param port where it takes traffic if nobody asks for another port
 * @param ports further ones, by name
 * @param weight its share of the traffic relative to the others; 0 takes none
 * @param zone where it is, so that consumers get the nearest first; empty if it does not say
 * @param region what its zone belongs to; empty if it does not say
 * @param version of the software that it runs; empty if it does not say
 * @param ttlSeconds for how long it is fit for traffic without a sign of life; 0 where it needs
 *     none
 * @param graceSeconds after the ttl, until it is removed; {@link #GRACE_AS_TTL} if it does not say
 * @param standing what the servers know of it; nothing that a registration could say
 */
public record Instance(
    String id,
    String address,
    int port,
    List<Port> ports,
    int weight,
    String zone,
    String region,
    String version,
    Set<String> tags,
    Map<String, String> metadata,
    long ttlSeconds,
    long graceSeconds,
    Standing standing) {
  /** As the servers have it. */
  public static final long TTL_SECONDS_DEFAULT = 15;

  /** The grace is as long as the ttl. */
  public static final long GRACE_AS_TTL = -1;

  /** Copies the collections. */
  public Instance {
    ports = List.copyOf(ports);
    tags = Collections.unmodifiableSet(new TreeSet<>(tags));
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
  }

  /** An instance of weight 1, with the default ttl. */
  public static Instance of(String id, String address, int port) {
    return new Instance(
        id,
        address,
        port,
        List.of(),
        1,
        "",
        "",
        "",
        Set.of(),
        Map.of(),
        TTL_SECONDS_DEFAULT,
        GRACE_AS_TTL,
        Standing.PASSING);
  }

  /** The number of a named port; empty if it has none of this name. */
  public OptionalInt port(String name) {
    return ports.stream()
        .filter(port -> port.name().equals(name))
        .mapToInt(Port::number)
        .findFirst();
  }

  /** With one more named port. */
  public Instance withPort(String name, int number, String protocol) {
    List<Port> more = new ArrayList<>(ports);
    more.add(new Port(name, number, protocol));
    return with(more, weight, zone, region, version, tags, metadata, ttlSeconds, graceSeconds);
  }

  public Instance withWeight(int newWeight) {
    return with(ports, newWeight, zone, region, version, tags, metadata, ttlSeconds, graceSeconds);
  }

  /** Where it is. */
  public Instance withZone(String newZone) {
    return with(ports, weight, newZone, region, version, tags, metadata, ttlSeconds, graceSeconds);
  }

  public Instance withRegion(String newRegion) {
    return with(ports, weight, zone, newRegion, version, tags, metadata, ttlSeconds, graceSeconds);
  }

  /** Of the software that it runs. */
  public Instance withVersion(String newVersion) {
    return with(ports, weight, zone, region, newVersion, tags, metadata, ttlSeconds, graceSeconds);
  }

  public Instance withTags(String... newTags) {
    return with(
        ports, weight, zone, region, version, Set.of(newTags), metadata, ttlSeconds, graceSeconds);
  }

  /** With one more entry. */
  public Instance withMetadata(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(metadata);
    more.put(key, value);
    return with(ports, weight, zone, region, version, tags, more, ttlSeconds, graceSeconds);
  }

  /** With another time to live, in whole seconds, at least 2. */
  public Instance withTtl(Duration ttl) {
    return with(
        ports, weight, zone, region, version, tags, metadata, ttl.toSeconds(), graceSeconds);
  }

  /** With another grace, in whole seconds; none removes it as soon as its ttl is over. */
  public Instance withGrace(Duration grace) {
    return with(
        ports, weight, zone, region, version, tags, metadata, ttlSeconds, grace.toSeconds());
  }

  /** As servers know it. */
  Instance withStanding(Standing newStanding) {
    return new Instance(
        id,
        address,
        port,
        ports,
        weight,
        zone,
        region,
        version,
        tags,
        metadata,
        ttlSeconds,
        graceSeconds,
        newStanding);
  }

  /** What it says of itself, whatever the servers know: the same through its ups and downs. */
  public Instance withoutStanding() {
    return withStanding(Standing.PASSING);
  }

  private Instance with(
      List<Port> newPorts,
      int newWeight,
      String newZone,
      String newRegion,
      String newVersion,
      Set<String> newTags,
      Map<String, String> newMetadata,
      long newTtlSeconds,
      long newGraceSeconds) {
    return new Instance(
        id,
        address,
        port,
        newPorts,
        newWeight,
        newZone,
        newRegion,
        newVersion,
        newTags,
        newMetadata,
        newTtlSeconds,
        newGraceSeconds,
        standing);
  }
}

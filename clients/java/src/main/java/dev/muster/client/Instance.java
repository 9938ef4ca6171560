package dev.muster.client;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One instance of a service: a process at one place. The servers check the bounds
 * (docs/service-discovery.md lists them).
 *
 * @param id names this process at this place: two that register the same one replace each other
 * @param address as consumers can reach it: an IP address or a host name
 * @param weight its share of the traffic relative to the others; 0 takes none
 * @param ttlSeconds how long it stays listed without a sign of life; 0 where it needs none
 */
public record Instance(
    String id,
    String address,
    int port,
    int weight,
    Set<String> tags,
    Map<String, String> metadata,
    long ttlSeconds) {
  /** As the servers have it. */
  public static final long TTL_SECONDS_DEFAULT = 15;

  /** Copies the collections. */
  public Instance {
    tags = java.util.Collections.unmodifiableSet(new TreeSet<>(tags));
    metadata = java.util.Collections.unmodifiableMap(new TreeMap<>(metadata));
  }

  /** An instance of weight 1, with the default ttl. */
  public static Instance of(String id, String address, int port) {
    return new Instance(id, address, port, 1, Set.of(), Map.of(), TTL_SECONDS_DEFAULT);
  }

  public Instance withWeight(int newWeight) {
    return new Instance(id, address, port, newWeight, tags, metadata, ttlSeconds);
  }

  public Instance withTags(String... newTags) {
    return new Instance(id, address, port, weight, Set.of(newTags), metadata, ttlSeconds);
  }

  /** With one more entry. */
  public Instance withMetadata(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(metadata);
    more.put(key, value);
    return new Instance(id, address, port, weight, tags, more, ttlSeconds);
  }

  /** With another time to live, in whole seconds, at least 2. */
  public Instance withTtl(Duration ttl) {
    return new Instance(id, address, port, weight, tags, metadata, ttl.toSeconds());
  }
}

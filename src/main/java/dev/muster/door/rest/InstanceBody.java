package dev.muster.door.rest;

import dev.muster.core.Limits;
import dev.muster.discovery.DiscoveryLimits;
import dev.muster.discovery.Presence;
import dev.muster.discovery.Registration;
import io.vertx.ext.web.RoutingContext;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends to register. Members are boxed, so that one that is missing is told from one
 * that is zero.
 *
 * @param ephemeral absent or true: as long as its lease or session; false: until deregistered
 * @param session to bind to; absent for a lease of its own
 */
public record InstanceBody(
    @Nullable String address,
    @Nullable Integer port,
    @Nullable Integer weight,
    @Nullable List<String> tags,
    @Nullable Map<String, String> metadata,
    @Nullable Long ttlSeconds,
    @Nullable Boolean ephemeral,
    @Nullable String session) {

  /** The registration that this asks for. */
  Registration toRegistration(RoutingContext context) {
    if (address == null) {
      throw missing("address", "an IP address or a host name");
    }
    if (port == null) {
      throw missing("port", "a number from 1 to 65535");
    }
    return new Registration(
        address,
        port,
        weight == null ? DiscoveryLimits.WEIGHT_DEFAULT : weight,
        tags == null ? Collections.emptySortedSet() : tags(tags),
        metadata == null ? Collections.emptySortedMap() : metadata(metadata),
        presence(context));
  }

  private Presence presence(RoutingContext context) {
    boolean persistent = Boolean.FALSE.equals(ephemeral);
    if (session != null) {
      if (persistent) {
        throw invalid("ephemeral", "an instance that is bound to a session is always ephemeral");
      }
      if (ttlSeconds != null) {
        throw invalid("ttlSeconds", "the session has its own time to live; leave one of them out");
      }
      return new Presence.Bound(SessionSecrets.id(session), SessionSecrets.of(context));
    }
    if (persistent) {
      if (ttlSeconds != null) {
        throw invalid("ttlSeconds", "a persistent instance has no time to live; leave it out");
      }
      return new Presence.Persistent();
    }
    return ttlSeconds == null
        ? Presence.Lease.DEFAULT
        : new Presence.Lease(
            Seconds.toMillis(
                "instance.ttl",
                ttlSeconds,
                DiscoveryLimits.TTL_MILLIS_MIN,
                DiscoveryLimits.TTL_MILLIS_MAX));
  }

  private static TreeSet<String> tags(List<String> tags) {
    // Counted before duplicates are dropped: the limit is on what is sent.
    Limits.between("instance.tags", tags.size(), 0, DiscoveryLimits.TAGS_MAX, "");
    Set<@Nullable String> distinct = new HashSet<>(tags);
    if (distinct.contains(null)) {
      throw invalid("tags", "a tag is a text, not null");
    }
    return new TreeSet<>(tags);
  }

  private static TreeMap<String, String> metadata(Map<String, String> metadata) {
    for (Map.Entry<String, @Nullable String> entry : metadata.entrySet()) {
      if (entry.getValue() == null) {
        throw invalid("metadata." + entry.getKey(), "a value is a text, not null");
      }
    }
    return new TreeMap<>(metadata);
  }

  private static Problem missing(String field, String what) {
    return new Problem(Code.MISSING_FIELD, "the field '" + field + "' is missing: " + what)
        .with("field", field);
  }

  private static Problem invalid(String field, String message) {
    return new Problem(Code.INVALID_FIELD, field + ": " + message).with("field", field);
  }
}

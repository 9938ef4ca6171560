package dev.muster.door.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.muster.core.Limits;
import dev.muster.discovery.DiscoveryLimits;
import dev.muster.discovery.Instance;
import dev.muster.discovery.Port;
import dev.muster.discovery.Presence;
import dev.muster.discovery.Registration;
import dev.muster.discovery.check.CheckJson;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
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
 * @param port absent where the first of {@code ports} is the one
 * @param graceSeconds after the ttl until it is removed; absent for as long as the ttl
 * @param ephemeral absent or true: as long as its lease or session; false: until deregistered
 * @param session to bind to; absent for a lease of its own
 */
public record InstanceBody(
    @Nullable String address,
    @Nullable Integer port,
    @Nullable List<PortBody> ports,
    @Nullable Integer weight,
    @Nullable String zone,
    @Nullable String region,
    @Nullable String version,
    @Nullable List<String> tags,
    @Nullable Map<String, String> metadata,
    @Nullable JsonNode checks,
    @Nullable Long ttlSeconds,
    @Nullable Long graceSeconds,
    @Nullable Boolean ephemeral,
    @Nullable String session) {
  private static final String PORT_RULE = "a number from 1 to 65535";

  /** A port with a name. */
  public record PortBody(@Nullable String name, @Nullable Integer port, @Nullable String protocol) {
    private Port toPort() {
      if (name == null) {
        throw missing("ports.name", "what to ask for this port by, such as grpc");
      }
      if (port == null) {
        throw missing("ports.port", PORT_RULE);
      }
      return new Port(name, port, protocol);
    }
  }

  /** The registration that this asks for. */
  Registration toRegistration(RoutingContext context) {
    if (address == null) {
      throw missing("address", "an IP address or a host name");
    }
    List<Port> named = ports(ports == null ? List.of() : ports);
    return new Registration(
        new Instance(
            address,
            firstPort(named),
            named,
            weight == null ? DiscoveryLimits.WEIGHT_DEFAULT : weight,
            zone,
            region,
            version,
            tags == null ? Collections.emptySortedSet() : tags(tags),
            metadata == null ? Collections.emptySortedMap() : metadata(metadata)),
        checks == null ? List.of() : CheckJson.read(checks),
        presence(context));
  }

  private int firstPort(List<Port> named) {
    if (port != null) {
      return port;
    }
    if (named.isEmpty()) {
      throw missing("port", PORT_RULE);
    }
    return named.get(0).number();
  }

  private static List<Port> ports(List<@Nullable PortBody> ports) {
    Limits.between("instance.ports", ports.size(), 0, DiscoveryLimits.PORTS_MAX, "");
    List<Port> named = new ArrayList<>();
    for (PortBody body : ports) {
      if (body == null) {
        throw invalid("ports", "a port is an object, not null");
      }
      named.add(body.toPort());
    }
    return named;
  }

  private Presence presence(RoutingContext context) {
    boolean persistent = Boolean.FALSE.equals(ephemeral);
    if (session != null) {
      if (persistent) {
        throw invalid("ephemeral", "an instance that is bound to a session is always ephemeral");
      }
      if (ttlSeconds != null || graceSeconds != null) {
        throw invalid(
            ttlSeconds != null ? "ttlSeconds" : "graceSeconds",
            "the session has its own time to live; leave one of them out");
      }
      return new Presence.Bound(SessionSecrets.id(session), SessionSecrets.of(context));
    }
    if (persistent) {
      if (ttlSeconds != null || graceSeconds != null) {
        throw invalid(
            ttlSeconds != null ? "ttlSeconds" : "graceSeconds",
            "a persistent instance has no time to live; leave it out");
      }
      return new Presence.Persistent();
    }
    long ttlMillis =
        ttlSeconds == null
            ? DiscoveryLimits.TTL_MILLIS_DEFAULT
            : Seconds.toMillis(
                "instance.ttl",
                ttlSeconds,
                DiscoveryLimits.TTL_MILLIS_MIN,
                DiscoveryLimits.TTL_MILLIS_MAX);
    return new Presence.Lease(
        ttlMillis,
        graceSeconds == null
            ? null
            : Seconds.toMillis(
                "instance.grace", graceSeconds, 0, DiscoveryLimits.GRACE_MILLIS_MAX));
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

  static TreeMap<String, String> metadata(Map<String, String> metadata) {
    for (Map.Entry<String, @Nullable String> entry : metadata.entrySet()) {
      if (entry.getValue() == null) {
        throw invalid("metadata." + entry.getKey(), "a value is a text, not null");
      }
    }
    return new TreeMap<>(metadata);
  }

  static Problem missing(String field, String what) {
    return new Problem(Code.MISSING_FIELD, "the field '" + field + "' is missing: " + what)
        .with("field", field);
  }

  static Problem invalid(String field, String message) {
    return new Problem(Code.INVALID_FIELD, field + ": " + message).with("field", field);
  }
}

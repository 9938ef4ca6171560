package dev.muster.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Instances as the servers write and read them. */
final class InstanceJson {
  private InstanceJson() {}

  /** A registration's body. What an instance does not say is left out: older servers know less. */
  static byte[] encode(Instance instance) {
    StringBuilder json = new StringBuilder(256);
    json.append("{\"address\":").append(Json.quote(instance.address()));
    json.append(",\"port\":").append(instance.port());
    if (!instance.ports().isEmpty()) {
      json.append(",\"ports\":").append(list(instance.ports(), InstanceJson::encode));
    }
    json.append(",\"weight\":").append(instance.weight());
    json.append(member("zone", instance.zone()));
    json.append(member("region", instance.region()));
    json.append(member("version", instance.version()));
    json.append(",\"ttlSeconds\":").append(instance.ttlSeconds());
    if (instance.graceSeconds() != Instance.GRACE_AS_TTL) {
      json.append(",\"graceSeconds\":").append(instance.graceSeconds());
    }
    json.append(",\"tags\":").append(list(instance.tags(), Json::quote));
    String metadata =
        instance.metadata().entrySet().stream()
            .map(entry -> Json.quote(entry.getKey()) + ":" + Json.quote(entry.getValue()))
            .collect(Collectors.joining(","));
    json.append(",\"metadata\":{").append(metadata).append("}}");
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String encode(Port port) {
    return "{\"name\":"
        + Json.quote(port.name())
        + ",\"port\":"
        + port.number()
        + member("protocol", port.protocol())
        + "}";
  }

  private static String member(String name, String value) {
    return value.isEmpty() ? "" : ",\"" + name + "\":" + Json.quote(value);
  }

  private static <T> String list(Collection<T> all, Function<T, String> encode) {
    return all.stream().map(encode).collect(Collectors.joining(",", "[", "]"));
  }

  /** A heartbeat's body. */
  static byte[] report(Health health, String output) {
    return ("{\"status\":\"" + health.told() + "\"" + member("output", output) + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** All instances of a snapshot: pages, one a line. */
  static List<Instance> decode(Snapshot snapshot) {
    List<Instance> instances = new ArrayList<>();
    byte[] content = snapshot.content();
    int start = 0;
    for (int end = 0; end <= content.length; end++) {
      if (end == content.length || content[end] == '\n') {
        if (end > start) {
          page(Arrays.copyOfRange(content, start, end), instances);
        }
        start = end + 1;
      }
    }
    return List.copyOf(instances);
  }

  private static void page(byte[] json, List<Instance> instances) {
    try {
      if (!(Json.object(json).get("instances") instanceof List<?> list)) {
        throw new Json.MalformedException("a list without 'instances'");
      }
      for (Object element : list) {
        if (!(element instanceof Map<?, ?> fields)) {
          throw new Json.MalformedException("an instance that is no object");
        }
        instances.add(instance(fields));
      }
    } catch (Json.MalformedException e) {
      throw new MusterException(MusterException.INVALID_ANSWER, String.valueOf(e.getMessage()));
    }
  }

  private static Instance instance(Map<?, ?> fields) throws Json.MalformedException {
    if (!(fields.get("id") instanceof String id)
        || !(fields.get("address") instanceof String address)
        || !(fields.get("port") instanceof Long port)) {
      throw new Json.MalformedException("an instance without id, address or port: " + fields);
    }
    return new Instance(
        id,
        address,
        port.intValue(),
        ports(fields.get("ports")),
        (int) number(fields.get("weight"), 1),
        text(fields.get("zone")),
        text(fields.get("region")),
        text(fields.get("version")),
        tags(fields.get("tags")),
        metadata(fields.get("metadata")),
        number(fields.get("ttlSeconds"), 0),
        number(fields.get("graceSeconds"), Instance.GRACE_AS_TTL),
        new Standing(
            Health.of(fields.get("health")),
            Boolean.TRUE.equals(fields.get("kept")),
            Boolean.TRUE.equals(fields.get("draining")),
            text(fields.get("maintenance"))));
  }

  private static long number(@Nullable Object value, long otherwise) {
    return value instanceof Number number ? number.longValue() : otherwise;
  }

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }

  private static List<Port> ports(@Nullable Object value) throws Json.MalformedException {
    List<Port> ports = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object element : list) {
        if (!(element instanceof Map<?, ?> fields)
            || !(fields.get("name") instanceof String name)
            || !(fields.get("port") instanceof Long number)) {
          throw new Json.MalformedException("a port without name or number: " + element);
        }
        ports.add(new Port(name, number.intValue(), text(fields.get("protocol"))));
      }
    }
    return ports;
  }

  private static Set<String> tags(@Nullable Object value) {
    Set<String> tags = new LinkedHashSet<>();
    if (value instanceof List<?> list) {
      list.forEach(tag -> tags.add(String.valueOf(tag)));
    }
    return tags;
  }

  private static Map<String, String> metadata(@Nullable Object value) {
    Map<String, String> metadata = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, entry) -> metadata.put(String.valueOf(key), String.valueOf(entry)));
    }
    return metadata;
  }
}

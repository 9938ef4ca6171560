package dev.muster.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Instances as the servers write and read them. */
final class InstanceJson {
  private InstanceJson() {}

  /** A registration's body. */
  static byte[] encode(Instance instance) {
    String tags = instance.tags().stream().map(Json::quote).collect(Collectors.joining(","));
    String metadata =
        instance.metadata().entrySet().stream()
            .map(entry -> Json.quote(entry.getKey()) + ":" + Json.quote(entry.getValue()))
            .collect(Collectors.joining(","));
    return ("{\"address\":"
            + Json.quote(instance.address())
            + ",\"port\":"
            + instance.port()
            + ",\"weight\":"
            + instance.weight()
            + ",\"ttlSeconds\":"
            + instance.ttlSeconds()
            + ",\"tags\":["
            + tags
            + "],\"metadata\":{"
            + metadata
            + "}}")
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
        (int) number(fields.get("weight"), 1),
        tags(fields.get("tags")),
        metadata(fields.get("metadata")),
        number(fields.get("ttlSeconds"), 0));
  }

  private static long number(@Nullable Object value, long otherwise) {
    return value instanceof Number number ? number.longValue() : otherwise;
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

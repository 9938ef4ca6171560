package dev.muster.door.rest;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.muster.coordination.SessionId;
import dev.muster.core.Life;
import dev.muster.core.Node;
import dev.muster.core.Session;
import dev.muster.core.State;
import dev.muster.discovery.Health;
import dev.muster.discovery.InstanceKey;
import dev.muster.discovery.InstanceStatus;
import dev.muster.discovery.StoredInstance;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Instances as JSON. What an instance says of itself is stored as JSON and copied as it is, behind
 * what its node tells. Ids are names that need no escaping.
 */
final class InstanceJson {
  private InstanceJson() {}

  /** One instance. */
  static byte[] one(String id, Node node, State state) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    append(out, id, node, state, true);
    return out.toByteArray();
  }

  /** One instance for a stream, which tells what changed and not how long it will last. */
  static RawValue event(String id, Node node) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    append(out, id, node, null, false);
    return new RawValue(out.toString(StandardCharsets.UTF_8));
  }

  /**
   * A page of a service's instances, by id.
   *
   * @param service absent for a service without any
   * @param worst leaves out those that new traffic must not go to, and whoever is worse than this;
   *     absent for all
   * @param after the id that the page before ended with; empty for the first
   */
  static byte[] page(
      String name,
      @Nullable Node service,
      State state,
      @Nullable Health worst,
      String after,
      int max) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
    put(out, "{\"service\":\"" + name + "\",\"instances\":[");
    int count = 0;
    String last = "";
    boolean more = false;
    if (service != null) {
      for (Map.Entry<String, Node> child : InstanceKey.instances(service, after).entrySet()) {
        if (worst != null && !InstanceStatus.isServed(child.getValue(), worst)) {
          continue;
        }
        if (count == max) {
          more = true;
          break;
        }
        if (count > 0) {
          out.write(',');
        }
        append(out, child.getKey(), child.getValue(), state, false);
        last = child.getKey();
        count++;
      }
    }
    put(out, more ? "],\"next\":\"" + Cursor.after(last) + "\"}" : "]}");
    return out.toByteArray();
  }

  private static void append(
      ByteArrayOutputStream out, String id, Node node, @Nullable State state, boolean detailed) {
    put(out, "{\"id\":\"" + id + "\",\"revision\":" + node.stat().modifiedRevision());
    put(out, ",\"createdRevision\":" + node.stat().createdRevision());
    if (node.stat().life() instanceof Life.Ephemeral ephemeral) {
      put(out, ",\"session\":\"" + SessionId.format(ephemeral.session()) + "\"");
      // A session's ttl never changes, so that the answer depends on the service's subtree alone.
      Session session = state == null ? null : state.sessions().get(ephemeral.session());
      if (session != null) {
        put(out, ",\"ttlSeconds\":" + Seconds.ofMillis(session.ttlMillis()));
      }
    }
    put(out, ",\"health\":\"" + InstanceStatus.health(node).text() + "\"");
    if (InstanceStatus.isKept(node)) {
      put(out, ",\"kept\":true");
    }
    InstanceStatus status = detailed || InstanceStatus.isOut(node) ? InstanceStatus.of(node) : null;
    if (status != null) {
      appendStatus(out, status, detailed);
    }
    out.write(',');
    byte[] stored = node.data().array();
    int fields = StoredInstance.fieldsOffset(node.data());
    out.write(stored, fields, stored.length - fields);
  }

  private static void appendStatus(
      ByteArrayOutputStream out, InstanceStatus status, boolean detailed) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (status.drainingSinceMillis() != null) {
      fields.put("draining", true);
      fields.put("drainingSinceMillis", status.drainingSinceMillis());
    }
    if (status.maintenance() != null) {
      fields.put("maintenance", status.maintenance());
    }
    if (detailed) {
      fields.put("components", status.components());
      fields.put("history", status.history());
    }
    byte[] json = Json.encode(fields);
    out.write(',');
    out.write(json, 1, json.length - 2); // without its braces
  }

  private static void put(ByteArrayOutputStream out, String ascii) {
    byte[] bytes = ascii.getBytes(StandardCharsets.US_ASCII);
    out.write(bytes, 0, bytes.length);
  }
}
